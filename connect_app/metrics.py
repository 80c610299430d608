"""Counts what this process does, for Prometheus; no label names a customer, a person or a text of theirs."""

from __future__ import annotations

import platform
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import PackageNotFoundError, version
from wsgiref.simple_server import WSGIServer

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Info, start_http_server

REGISTRY = CollectorRegistry()

DELIVERIES = Counter(
    "relance_deliveries", "Webhooks by what became of them (stored, repeated, refused).", ["result"], registry=REGISTRY
)
LAG = Histogram(
    "relance_lag_seconds",
    "From the arrival of a webhook to the end of the job that looked at its issue.",
    buckets=(0.25, 0.5, 1, 2, 5, 10, 30, 60, 300, 1800, 3600),
    registry=REGISTRY,
)
JOBS = Counter("relance_jobs_run", "Jobs run, by kind and how they ended.", ["job", "result"], registry=REGISTRY)
RETRIES = Counter("relance_job_retries", "Jobs put off, by Jira's or our reason.", ["reason"], registry=REGISTRY)
ACTIONS = Counter("relance_actions", "Actions by rule and outcome.", ["rule", "outcome"], registry=REGISTRY)
JIRA_REQUESTS = Counter(
    "relance_jira_requests", "Calls to Jira by endpoint and status.", ["endpoint", "status"], registry=REGISTRY
)
JIRA_SECONDS = Histogram(
    "relance_jira_seconds",
    "How long Jira took to answer.",
    buckets=(0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 20),
    registry=REGISTRY,
)
JIRA_POINTS = Counter(
    "relance_jira_points", "Points spent, by Atlassian's tariff.", ["installation"], registry=REGISTRY
)
JIRA_LIMITED = Counter("relance_jira_limited", "Answers 429 by Jira's reason.", ["reason"], registry=REGISTRY)
HELD_CALLS = Counter(
    "relance_jira_held", "Calls that were not sent because of a known limit.", ["reason"], registry=REGISTRY
)
BUDGET_WAITS = Histogram(
    "relance_jira_budget_wait_seconds",
    "Waits of calls for their burst budget.",
    ["endpoint"],
    buckets=(0.01, 0.05, 0.1, 0.5, 1),
    registry=REGISTRY,
)
CLOCK_SKEW = Gauge("relance_clock_skew_seconds", "Jira's clock minus ours, by its last answer.", registry=REGISTRY)
BUILD = Info("relance_build", "What runs here.", registry=REGISTRY)


KNOWN_REASONS = frozenset(
    {
        "jira-quota-global-based",
        "jira-quota-tenant-based",
        "jira-burst-based",
        "jira-per-issue-on-write",
        "silent",
        "near-limit",
    }
)


def known_reason(reason: str | None) -> str:
    """A reason fit for a label: whatever a header says, there are few."""
    if reason is None:
        return "none"
    return reason if reason in KNOWN_REASONS else "other"


@contextmanager
def counted(job: str) -> Iterator[None]:
    """Counts a job as done, or as failed when an error leaves it."""
    result = "failed"
    try:
        yield
        result = "done"
    finally:
        JOBS.labels(job, result).inc()


def release() -> str:
    """The version that runs; the one of the checkout when it is not installed as a package."""
    try:
        return version("relance")
    except PackageNotFoundError:
        return "0.1.0"


def serve(address: str | None) -> WSGIServer | None:
    """Answers `GET /metrics` at `host:port`, on a listener of its own; nothing without an address.

    Apart from the app's public address, because it tells how much there is to do, and for how many sites.
    """
    if not address:
        return None
    BUILD.info({"version": release(), "python": platform.python_version()})
    host, _, port = address.rpartition(":")
    server, _ = start_http_server(int(port), addr=host.strip("[]") or "127.0.0.1", registry=REGISTRY)
    return server
