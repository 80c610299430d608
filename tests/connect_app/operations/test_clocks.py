"""One clock in Jira: warned once per fraction, recomputed with its priority, explained, compared with JSM's."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from automation_rules.policy import POLICY_FOLDER
from connect_app.clock import Clock, WitnessedClock
from connect_app.operations.process_issue import process_issue
from connect_app.runtime import Runtime, build_runtime
from connect_app.settings import read_settings
from scripts.desk.desk import Site
from scripts.desk.house import House
from scripts.desk.people import Ticket
from scripts.explain import main
from tests.connect_app.operations.stage import Stage
from tests.houses import Models

HOUR = timedelta(hours=1)
JSM = "Délai de première réponse"
GOALS = f"""    jsm_name: {JSM}
    goals: {{High: 1h, default: 4h}}
    calendar: round-the-clock
"""
WATCH = """rules:
  - id: response-watch
    kind: sla_watch
    sla: response
    at: [0.5, 1]
    channels: [internal_comment, notify]
    roles: [team-lead]
"""


@pytest.fixture
def environment(house: House, tmp_path: Path) -> dict[str, str]:
    """The house's settings, with a policy whose response clock has goals and is watched."""
    shipped = (POLICY_FOLDER / "managed_operations.yaml").read_text("utf-8")
    by_contract = "    calendar: by_contract\n    default_calendar: support-fr\n"
    assert by_contract in shipped
    text = shipped.replace(by_contract, GOALS).replace("\nrules:\n", f"\n{WATCH}", 1)
    (tmp_path / "managed_operations.yaml").write_text(text, "utf-8")
    return {**house.environment, "RELANCE_POLICY_DIR": str(tmp_path)}


@pytest.fixture
def watched(site: Site, environment: dict[str, str], models: Models) -> Iterator[Stage]:
    runtime: Runtime = build_runtime(read_settings(environment))
    yield Stage(site, runtime, models)
    runtime.close()


def warnings(stage: Stage, ticket: Ticket) -> list[str]:
    """The internal comments of the rule, and that they are internal."""
    path = f"rest/api/3/issue/{ticket.key}/comment"
    comments = stage.site.admin.jira.get(path, {"maxResults": 100})["comments"]
    ours = [c for c in comments if "response-watch" in json.dumps(c["body"])]
    assert all(c["jsdPublic"] is False for c in ours)
    keys = [e.key for e in stage.entries(ticket) if e.rule == "response-watch" and e.key.endswith("/comment")]
    assert len(keys) == len(ours)
    return sorted(key.split("/")[5] for key in keys)


def explain(stage: Stage, *words: str) -> tuple[int, str]:
    result = CliRunner().invoke(main, [*words, "--site-url", stage.site.url])
    return result.exit_code, result.output


def keys_of(stage: Stage, jql: str) -> list[str]:
    """The keys an administrator finds by JQL, as a queue would."""
    body = {"jql": f"project = SUP AND {jql}", "fields": ["summary"], "maxResults": 50}
    answer = stage.site.admin.jira.request("POST", "rest/api/3/search/jql", body=body).body
    return [issue["key"] for issue in answer["issues"]]


def writings(stage: Stage) -> int:
    """How often the property was written."""
    requests = stage.site.control.requests(stage.site.name)
    return sum(r["method"] == "PUT" and r["path"].endswith("/properties/relance.sla") for r in requests)


def jsm_slas(stage: Stage, *pauses: str) -> None:
    """An administrator sets JSM's own clock up, by hand as it must be."""
    body: Any = [{"name": JSM, "goalSeconds": 14_400, "pauseStatuses": list(pauses)}]
    stage.site.control.call("PUT", f"/sites/{stage.site.name}/slas", body)


@pytest.mark.promise("B18", "C13", "C15")
def test_a_clock_is_watched_explained_and_compared(
    watched: Stage, environment: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    stage, opened = watched, watched.site.control.now()
    ticket = stage.marie.opens("SUP", "Demande de service", "Arrivée de Jean MARTIN")
    stage.run(ticket)
    assert stage.due_at(ticket) == opened + 2 * HOUR
    assert keys_of(stage, "relanceResponse = running AND relanceResponseBreach > now()") == [ticket.key]
    assert keys_of(stage, "relanceResponseBreach < now()") == keys_of(stage, "relanceResponseLate is not EMPTY") == []
    stage.later(2 * HOUR)
    stage.run(ticket)
    stage.run(ticket)
    assert writings(stage) == 1, "time passes, and nothing is written"
    assert warnings(stage, ticket) == ["0.5"]
    assert stage.due_at(ticket) == opened + 4 * HOUR
    mails = [m for m in stage.site.control.snapshot(stage.site.name)["mails"] if m["issue"] == ticket.key]
    assert len(mails) == 1

    stage.site.admin.jira.request(
        "PUT", f"rest/api/3/issue/{ticket.key}", body={"fields": {"priority": {"name": "High"}}}
    )
    stage.run(ticket)  # the goal of one hour is used up since an hour
    assert warnings(stage, ticket) == ["0.5", "1"]
    held = stage.site.admin.jira.get(f"rest/api/3/issue/{ticket.key}/properties/relance.sla")["value"]["response"]
    assert (held["state"], held["late"], held["goalSeconds"]) == ("running", "yes", 3600)
    assert writings(stage) == 2
    for jql in (
        "relanceResponse = running AND relanceResponseBreach < now() AND relanceResponseGoal <= 3600",
        'relanceResponseBreach >= "-90m" AND relanceResponseBreach <= "-30m" AND relanceResponseLate = yes',
        f'issue.property[relance.sla].response.breachTime = "{held["breachTime"]}"',
    ):
        assert keys_of(stage, jql) == [ticket.key], jql

    stage.later(HOUR)
    third_party = stage.site.admin.finds_field("Tiers")
    stage.sebastien.moves(ticket, "Solliciter un tiers", fields={third_party: {"value": "Atlassian"}})
    stage.later(HOUR)
    code, text = explain(stage, ticket.key, "--sla", "--json")
    assert code == 0, text
    [clock] = json.loads(text)["slas"]
    assert clock["totals"] | {"counted": 10_800, "paused": 3600} == clock["totals"]
    assert (clock["total_seconds"], clock["paused"]) == (14_400, True)
    assert "pause: status" in explain(stage, ticket.key, "--sla")[1]

    jsm_slas(stage)
    code, text = explain(stage, "--drift", "--project", "SUP", "--json")
    assert code == 1, text
    found = [(d["issue"], d["what"], d["ours"], d["jsm"]) for d in json.loads(text)["differences"]]
    assert found == [(ticket.key, "paused", "paused", "running"), (ticket.key, "elapsed", "10800 s", "14400 s")]
    jsm_slas(stage, "En attente d'un tiers")
    code, text = explain(stage, "--drift", "--project", "SUP")
    assert (code, "1 request(s) compared on response, 0 difference(s)" in text) == (0, True), text


@dataclass(frozen=True)
class SlowClock:
    """Our machine's clock, behind Jira's."""

    right: Clock
    behind: timedelta

    def now(self) -> datetime:
        return self.right.now() - self.behind

    def host_time(self) -> float:
        return self.right.host_time()


@pytest.mark.promise("C13")
def test_what_jira_dates_after_our_clock_is_looked_at_again_when_its_time_has_come(
    site: Site, environment: dict[str, str], models: Models
) -> None:
    policy = Path(environment["RELANCE_POLICY_DIR"]) / "managed_operations.yaml"
    clocks, _, _ = policy.read_text("utf-8").partition("\nrules:\n")
    policy.write_text(f"{clocks}\n{WATCH}", "utf-8")  # no other rule that would look at the request again
    runtime = build_runtime(read_settings(environment))
    stage = Stage(site, runtime, models)
    ticket = stage.marie.opens("SUP", "Demande de service", "Arrivée de Jean MARTIN")
    stage.later(HOUR)
    stage.sebastien.moves(ticket, "Commencer")
    stage.sebastien.says(ticket, "C'est fait.")
    closed = stage.later(timedelta(seconds=5))
    stage.sebastien.moves(ticket, "Fermer")
    slow = replace(stage.parts, clock=WitnessedClock(SlowClock(stage.parts.clock, timedelta(seconds=2))))
    process_issue(slow, stage.installation.id, ticket.id)
    assert stage.due_at(ticket) == closed, "the clock would be told as running until somebody touches the request again"
    stage.run(ticket)
    held = stage.site.admin.jira.get(f"rest/api/3/issue/{ticket.key}/properties/relance.sla")["value"]["response"]
    assert held["state"] == "stopped"
    runtime.close()


def test_a_project_that_cannot_be_compared_is_told_why(
    stage: Stage, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in house.environment.items():
        monkeypatch.setenv(name, value)
    assert explain(stage, "--drift", "--project", "SUP")[0] == 2  # the shipped policy names no clock of JSM
    assert explain(stage, "--drift", "--project", "NONE")[0] == 2
    for words in (("--drift",), ("SUP-1", "--drift", "--project", "SUP"), (), ("SUP-1", "--project", "SUP")):
        code, text = explain(stage, *words)
        assert (code, "Usage" in text) == (2, True)
