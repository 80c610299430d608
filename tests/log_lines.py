"""Says what each line of the app's logs must be about, and which lines keep that from their reader."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]

NOTHING: frozenset[str] = frozenset()
SITE = frozenset({"installation"})
ISSUE = frozenset({"installation", "issue"})
DELIVERY = frozenset({"installation", "delivery"})

SUBJECTS: dict[str, frozenset[str]] = {
    # about one issue
    "a search told of a request that is not shared with the account": ISSUE,
    "action done": ISSUE,
    "action refused": ISSUE,
    "button refused": ISSUE,
    "button without an answer": ISSUE,
    "intention found done": ISSUE,
    "intention withdrawn": ISSUE,
    "issue not followed any more": ISSUE,
    "issue not read": ISSUE,
    "job made": ISSUE,
    "marks adopted": ISSUE,
    "note not written": ISSUE,
    "panel comment refused": ISSUE,
    "panel comment taken back": ISSUE,
    "panel without an answer": ISSUE,
    "portal page without an answer": ISSUE,
    "project put in dry run": ISSUE,
    "property refused": ISSUE,
    "too many actions on one issue": ISSUE,
    # about one delivery
    "received": DELIVERY,
    "received again": DELIVERY,
    "webhook let go by": SITE,
    # about one site
    "app removed from a site that has moved": SITE,
    "binding not kept in Jira": SITE,
    "closures held": SITE,
    "groups not told": SITE,
    "installed": SITE,
    "job retried": SITE,
    "jobs parted": SITE,
    "list of requests without an answer": SITE,
    "names not told": SITE,
    "page without an answer": SITE,
    "pause not kept": SITE,
    "pauses not known": SITE,
    "project has another key": SITE,
    "project not swept": SITE,
    "project page without an answer": SITE,
    "project rebuilt": SITE,
    "quota spent": SITE,
    "site added": SITE,
    "site erased": SITE,
    "site may move": SITE,
    "site reached again": SITE,
    "site removed": SITE,
    "site renamed": SITE,
    "site shut": SITE,
    "site still unreachable": SITE,
    "state changed": SITE,
    "sweep": SITE,
    "time not told": SITE,
    "time without an answer": SITE,
    "token renewed": SITE,
    "uninstalled": SITE,
    "webhook secret renewed": SITE,
    # about a site when it is known which: the administration of all, a stranger's request, a site not added yet
    "administered": NOTHING,
    "database out of order": NOTHING,
    "failed": NOTHING,
    "refused": NOTHING,
    "webhook created": NOTHING,
    # about the whole
    "jobs lost and found": NOTHING,
    "keys removed": NOTHING,
    "no stock taken": NOTHING,
    "points not kept": NOTHING,
    "secrets under the newest key": NOTHING,
    "the machine's clock is ahead of Jira's, which is used": NOTHING,
    "the machine's clock jumped": NOTHING,
    "worker gone": NOTHING,
}
"""What every line of connect_app is about, by its event; in a job each names the job besides."""

OUTSIDE_JOBS = frozenset(
    {
        "jobs lost and found",
        "points not kept",
        "site erased",
        "the machine's clock is ahead of Jira's, which is used",
        "the machine's clock jumped",
        "time not told",
        "worker gone",
    }
)
"""What a worker says between its jobs."""

ABOUT_ISSUES = ("jira:issue_", "comment_", "worklog_")
"""How the names of the webhooks begin that are about an issue."""


def said_in_code() -> Iterator[str]:
    """Every event that connect_app logs, as its source says it."""
    for path in sorted((ROOT / "connect_app").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and _is_log(node.func):
                yield from _texts(node.args[0])


def _is_log(function: ast.expr) -> bool:
    return isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name) and function.value.id == "log"


def _texts(argument: ast.expr) -> Iterator[str]:
    for node in (argument.body, argument.orelse) if isinstance(argument, ast.IfExp) else (argument,):
        if not isinstance(node, ast.Constant):
            raise TypeError(f"an event is said in plain words, not {ast.unparse(node)}")
        yield str(node.value)


def lines_of(path: Path) -> list[dict[str, Any]]:
    """The structured lines of a log; what the server says before its logs are set up is none."""
    return [json.loads(line) for line in path.read_text("utf-8", "replace").splitlines() if line.startswith("{")]


def untold(lines: list[dict[str, Any]], *, worker: bool) -> list[str]:
    """What the lines of our own code do not say of what they are about."""
    ours = [line for line in lines if str(line["logger"]).startswith("connect_app.")]
    return [f"{sorted(missing)}: {line}" for line in ours if (missing := _wanted(line, worker=worker) - line.keys())]


def _wanted(line: dict[str, Any], *, worker: bool) -> frozenset[str]:
    event = str(line["event"])
    wanted = SUBJECTS[event]
    if wanted == DELIVERY and str(line["webhook"]).startswith(ABOUT_ISSUES):
        wanted |= ISSUE
    if not worker and "issue_key" in line:
        wanted -= {"issue"}  # a page knows it by its key alone
    return wanted | {"job"} if worker and event not in OUTSIDE_JOBS else wanted


def traced(web: list[dict[str, Any]], worker: list[dict[str, Any]], installation: str) -> dict[str, list[str]]:
    """What was done on a site because of a webhook: its event, and the keys of the actions of the job it became.

    A delivery is followed by its id to the line that made the job, and by the job's id to what the job did; a job that
    another one started (a retry, a parent) has a name that begins with the other's.
    """
    received = {line["delivery"]: line["webhook"] for line in web if line["event"] == "received"}
    here = [line for line in worker if line.get("installation") == installation]
    done = [line for line in here if line["event"] == "action done"]
    found: dict[str, list[str]] = {}
    for made in (line for line in here if line["event"] == "job made"):
        keys = [line["key"] for line in done if f"{line['job']}/".startswith(f"{made['job']}/")]
        for delivery in made["deliveries"]:
            found.setdefault(received[delivery], []).extend(keys)
    return found
