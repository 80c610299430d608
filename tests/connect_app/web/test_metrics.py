"""What monitoring is told: counted where it happens, cheap to ask, and never on the public address."""

from __future__ import annotations

import http.client
import re
import socket
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from flask.testing import FlaskClient
from prometheus_client import CollectorRegistry, generate_latest

from connect_app import metrics
from connect_app.errors import Misconfigured
from connect_app.operations.points import POOL, pool_share, read_points, sweep_cost
from connect_app.runtime import Runtime
from connect_app.settings import read_settings
from connect_app.store.agenda import Appointment
from connect_app.store.inbox import Delivery
from connect_app.store.pauses import Kind, Pause
from connect_app.store.points import Spent
from connect_app.web.metrics import KEPT_SECONDS, StockCollector
from tests.connect_app.auth_cases import CLIENT_KEY, NOW
from tests.connect_app.web.conftest import signed_post

ALERTS = Path(__file__).resolve().parents[3] / "docs/deploy/alerts.yml"
INSTANT = datetime.fromtimestamp(NOW, UTC)
HOOK = "/connect/webhooks/issue-created"


def counted(name: str, **labels: str) -> float:
    return metrics.REGISTRY.get_sample_value(name, labels) or 0.0


def told(runtime: Runtime, registry: CollectorRegistry | None = None) -> dict[str, float]:
    """The gauges of the database: name with labels to value."""
    registry = registry or CollectorRegistry()
    registry.register(StockCollector(runtime))
    lines = [line for line in generate_latest(registry).decode().splitlines() if not line.startswith("#")]
    return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines)}


@pytest.fixture
def site(installed: FlaskClient, runtime: Runtime) -> str:
    del installed
    found = runtime.store.installations.by_client_key(CLIENT_KEY)
    assert found is not None
    return found.id


def test_deliveries_are_counted_by_what_became_of_them(installed: FlaskClient) -> None:
    results = ("stored", "repeated", "refused")
    before = [counted("relance_deliveries_total", result=result) for result in results]
    headers = {"X-Atlassian-Webhook-Identifier": "d-1"}
    for _ in range(2):
        assert signed_post(installed, HOOK, {"issue": {"id": "1"}}, headers=headers).status_code == 204
    assert installed.post(f"/sf{HOOK}", json={}).status_code == 401
    assert signed_post(installed, HOOK, []).status_code == 400
    after = [counted("relance_deliveries_total", result=result) for result in results]
    assert [now - then for now, then in zip(after, before, strict=True)] == [1, 1, 2]


def test_the_database_is_told_by_one_look_however_often_it_is_asked(runtime: Runtime, site: str) -> None:
    clock = [0.0]
    collector = StockCollector(runtime, now=lambda: clock[0])
    registry = CollectorRegistry()
    registry.register(collector)

    def inbox() -> float | None:
        return registry.get_sample_value("relance_inbox")

    assert inbox() == 0
    delivery = Delivery(identifier="d", event="e", issue_id="1", project_key=None, received_at=INSTANT)
    runtime.store.inbox.put(site, delivery)
    assert inbox() == 0
    clock[0] = KEPT_SECONDS
    assert inbox() == 1


def test_the_stock_of_work_and_of_trouble(runtime: Runtime, site: str) -> None:
    store = runtime.store
    old = Delivery(
        identifier="d", event="e", issue_id="1", project_key=None, received_at=INSTANT - timedelta(seconds=90)
    )
    store.inbox.put(site, old)
    one = Appointment(installation_id=site, issue_id="1", project_key="SUP", due_at=INSTANT, why="", seen="", late=2)
    for issue, late in (("1", 0), ("2", 4), ("3", 6)):
        store.agenda.put(replace(one, issue_id=issue, due_at=INSTANT - timedelta(minutes=late)))
    store.workers.beat("w-1", boot="b", host_time=NOW - 7)
    store.workers.ticked("w-1", INSTANT - timedelta(seconds=30))
    store.pauses.put(Pause(site, Kind.CLOSED, NOW + 60, "quota"))
    hour = INSTANT.replace(minute=0, second=0, microsecond=0)
    store.points.add([Spent(installation_id=site, hour=hour, purpose="issue", calls=3, points=9)])
    found = told(runtime)
    assert found["relance_database_up"] == 1
    assert (found["relance_inbox"], found["relance_inbox_oldest_seconds"]) == (1, 90)
    assert (found["relance_due_actions"], found["relance_overdue_actions"]) == (3, 1)
    assert found['relance_worker_beat_age_seconds{worker="w-1"}'] == pytest.approx(7)
    assert found["relance_tick_age_seconds"] == 30
    assert found[f'relance_sla_late{{installation="{site}"}}'] == 6
    assert found["relance_jira_pauses"] == 1
    assert found[f'relance_jira_points_hour{{installation="{site}"}}'] == 9
    assert found['relance_installations{state="installed"}'] == 1
    assert found['relance_ledger{state="failed"}'] == 0
    assert found['relance_jobs{state="failed"}'] == 0


def test_a_database_that_does_not_answer_is_told_and_nothing_else_is_invented(runtime: Runtime) -> None:
    with runtime.store.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE inbox RENAME TO elsewhere")
    try:
        assert told(runtime) == {"relance_database_up": 0}
    finally:
        with runtime.store.engine.begin() as connection:
            connection.exec_driver_sql("ALTER TABLE elsewhere RENAME TO inbox")


def test_metrics_are_asked_on_a_listener_of_their_own(client: FlaskClient) -> None:
    assert client.get("/sf/metrics").status_code == 404, "nothing of it is on the public address"
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = metrics.serve(f"127.0.0.1:{port}")
    assert server is not None
    try:
        asking = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        asking.request("GET", "/metrics")
        text = asking.getresponse().read().decode()
        asking.close()
    finally:
        server.shutdown()
        server.server_close()
    assert "relance_build_info" in text
    assert "relance_deliveries_total" in text
    assert metrics.serve(None) is None


@pytest.mark.parametrize("address", ["9464", ":9464", "127.0.0.1", "127.0.0.1:0", "http://127.0.0.1:9464", "a b:1"])
def test_an_address_that_is_none_is_refused_with_its_variable(address: str) -> None:
    with pytest.raises(Misconfigured, match="RELANCE_METRICS_WORKER"):
        read_settings({"RELANCE_METRICS_WORKER": address})


def test_what_an_hour_will_take_is_known_before_it_begins(runtime: Runtime, site: str) -> None:
    """Open requests give the sweeps, the last hours the webhooks and pages; this hour is not over, and counts not."""
    hour = INSTANT.replace(minute=0, second=0, microsecond=0)

    def spent(hours: int, purpose: str, calls: int, points: int) -> Spent:
        at = hour - timedelta(hours=hours)
        return Spent(installation_id=site, hour=at, purpose=purpose, calls=calls, points=points)

    runtime.store.points.add(
        [spent(4, "issue", 10, 30), spent(2, "issue", 5, 15), spent(1, "page", 2, 6), spent(0, "issue", 100, 999)]
    )
    runtime.store.points.add([spent(30, "issue", 9, 10**6)])
    one = Appointment(installation_id=site, issue_id="", project_key="SUP", due_at=None, why="", seen="")
    for issue in range(5):
        runtime.store.agenda.put(replace(one, issue_id=str(issue)))
    (found,) = read_points(runtime.parts)
    assert (found.calls, found.spent, found.dearest) == (100, 999, 999)
    assert (found.sweeps, found.webhooks, found.pages) == (6, 12, 2)
    assert found.predicted == 20
    assert pool_share([found]) == 20 / POOL
    assert pool_share([replace(found, counted=False)]) == 0, "a user's token is exempt"


@pytest.mark.parametrize(
    ("projects", "rounds", "points"), [([], 1, 0), ([0], 4, 4), ([1000], 1, 1001), ([1001, 1], 2, 2010)]
)
def test_a_sweep_costs_a_point_a_page_and_a_point_a_request(projects: list[int], rounds: float, points: int) -> None:
    assert sweep_cost(projects, rounds) == points


RULES: list[dict[str, Any]] = yaml.safe_load(ALERTS.read_text("utf-8"))["groups"][0]["rules"]
SUFFIXES = {"counter": ("_total",), "histogram": ("_bucket", "_count", "_sum"), "gauge": ("",), "info": ("_info",)}
PROMQL = {"sum", "max", "min", "abs", "by", "rate", "increase", "absent", "or", "histogram_quantile", "le"}


@pytest.fixture(scope="module")
def known(built: Runtime) -> dict[str, set[str]]:
    """Every series there is, and its labels."""
    series: dict[str, set[str]] = {}
    counters = set(metrics.REGISTRY._collector_to_names)  # noqa: SLF001 - the library offers no other way
    for collector in counters:
        labels = set(getattr(collector, "_labelnames", ()))
        for family in collector.collect():
            for suffix in SUFFIXES[family.type]:
                series[family.name + suffix] = labels | ({"le"} if suffix == "_bucket" else set())
    for family in StockCollector(built).collect():
        series[family.name] = set(getattr(family, "_labelnames", ()))
    return series


@pytest.mark.parametrize("rule", RULES, ids=[rule["alert"] for rule in RULES])
def test_every_alert_speaks_of_metrics_that_exist(rule: dict[str, Any], known: dict[str, set[str]]) -> None:
    """And says what is wrong, what to do, and closes its brackets."""
    assert set(rule) <= {"alert", "expr", "for", "labels", "annotations"}
    assert re.fullmatch(r"Relance[A-Za-z]+", rule["alert"])
    assert re.fullmatch(r"\d+[mh]", rule.get("for", "1m"))
    assert rule["labels"]["severity"] in {"warning", "critical"}
    assert {"summary", "remedy"} == set(rule["annotations"])
    named = set(re.findall(r"\brelance_\w+", rule["expr"]))
    assert named, "an alert about nothing"
    assert named <= set(known) | {"relance_tick_age_seconds"}
    for name, matchers in re.findall(r"(relance_\w+)\{([^}]*)\}", rule["expr"]):
        assert set(re.findall(r"(\w+)=", matchers)) <= known[name]
    bare = re.sub(r'"[^"]*"|\{[^}]*\}|\[\d+[mh]\]|relance_\w+', " ", rule["expr"])
    assert set(re.findall(r"[a-z_]+", bare)) <= PROMQL | {label for name in named for label in known.get(name, set())}
    assert bare.count("(") == bare.count(")")


def test_no_two_alerts_have_one_name() -> None:
    assert len({rule["alert"] for rule in RULES}) == len(RULES)


def test_an_unknown_reason_makes_no_new_series() -> None:
    assert metrics.known_reason("x" * 1000) == "other"
    assert metrics.known_reason("jira-burst-based") == "jira-burst-based"
    assert metrics.known_reason(None) == "none"


def test_a_job_that_fails_is_counted_as_failed() -> None:
    before = counted("relance_jobs_run_total", job="test", result="failed")
    with pytest.raises(ValueError, match="x"), metrics.counted("test"):
        raise ValueError("x")
    assert counted("relance_jobs_run_total", job="test", result="failed") == before + 1
    with metrics.counted("test"):
        assert counted("relance_jobs_run_total", job="test", result="done") == 0
    assert counted("relance_jobs_run_total", job="test", result="done") == 1
