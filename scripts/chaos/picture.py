"""The picture of a site without what two runs may never share: ids, addresses, the second of our own acts."""

from __future__ import annotations

import difflib
import json
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from connect_app.runtime import Runtime
from scripts.chaos.load import Town, everybody

Json = dict[str, Any]

MARK = "relance.key"
DATED = ("created", "updated", "at", "started", "since")
_NUMBER = re.compile(r"\d{4,}")


@dataclass(frozen=True)
class Picture:
    """What is compared: the issues, line by line, the mails as a bag, and the ledger as a bag."""

    issues: tuple[str, ...]
    mails: Counter[str]
    ledger: Counter[str]


def picture_of(town: Town, runtime: Runtime, app_account: str) -> Picture:
    """The present picture of a town and of what its ledger says."""
    found = town.site.control.snapshot(town.site.name)
    names = {person.account_id: person.name for person in everybody(town)} | {app_account: "Relance"}
    hide = _hiding(names, town)
    subtasks = {i["key"]: f"{i['parent']} > {_NUMBER.sub('n', i['summary'])}" for i in found["issues"] if i["parent"]}
    issues = sorted((_issue(issue, subtasks) for issue in found["issues"]), key=lambda i: str(i["key"]))
    lines = [hide(line) for issue in issues for line in json.dumps(issue, indent=1, ensure_ascii=False).splitlines()]
    mails = Counter(hide(json.dumps(_undated(mail), ensure_ascii=False)) for mail in found["mails"])
    entries = runtime.store.ledger.recent(town.installation_id, limit=100_000)
    ledger = Counter(hide(f"{e.issue_key} {e.rule} {e.action} {e.state} {_shape(e.key)}") for e in entries)
    return Picture(tuple(lines), mails, ledger)


def differences(calm: Picture, rough: Picture) -> list[str]:
    """Where the rough picture is not the calm one; a mail too many is counted by `twice`, since mails carry no mark."""
    found = list(difflib.unified_diff(calm.issues, rough.issues, "calm", "rough", n=12, lineterm=""))
    found += [f"mail never sent: {mail}" for mail in calm.mails if mail not in rough.mails]
    found += [f"mail nobody should get: {mail}" for mail in rough.mails if mail not in calm.mails]
    found += [f"ledger lacks: {row}" for row in (calm.ledger - rough.ledger).elements()]
    found += [f"ledger has too much: {row}" for row in (rough.ledger - calm.ledger).elements()]
    return found


def twice(calm: Picture, rough: Picture) -> int:
    """Mails to agents that were sent once too often: Jira cannot say whether a mail was sent."""
    return (rough.mails - calm.mails).total()


def marks_twice(town: Town) -> list[str]:
    """Natural keys that more than one comment or sub-task carries."""
    found = town.site.control.snapshot(town.site.name)
    keys = Counter(key for issue in found["issues"] for key in _marks(issue))
    return [key for key, times in keys.items() if times > 1]


def _marks(issue: Json) -> Iterable[str]:
    holders = [("comment", comment["properties"]) for comment in issue["comments"]]
    holders.append(("issue", issue["properties"] if issue["parent"] else {}))
    for kind, properties in holders:
        for value in properties.values():
            if isinstance(value, dict) and "key" in value:
                yield f"{kind} {value['key']}"


def _issue(issue: Json, subtasks: dict[str, str]) -> Json:
    """One issue without its dates; a sub-task is known by its parent and its title, for they are numbered together."""
    plain: Json = _undated(issue)
    plain["key"] = subtasks.get(issue["key"], issue["key"])
    plain["subtasks"] = sorted(subtasks[key] for key in issue["subtasks"])
    return plain


def _undated(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _undated(part) for name, part in sorted(value.items()) if name not in DATED}
    return [_undated(part) for part in value] if isinstance(value, list) else value


def _shape(key: str) -> str:
    """A natural key without the ids in it."""
    return _NUMBER.sub("n", key)


def _hiding(names: dict[str, str], town: Town) -> Any:
    known = re.compile("|".join(map(re.escape, sorted(names, key=len, reverse=True))))

    def hide(line: str) -> str:
        line = known.sub(lambda found: names[found.group()], line)
        line = (
            line.replace(town.site.url, "JIRA").replace(town.site.house.base_url, "APP").replace(town.site.name, "SITE")
        )
        return re.sub(r'("key": ")([^"]*)(")', lambda m: m[1] + _shape(m[2]) + m[3], line)

    return hide
