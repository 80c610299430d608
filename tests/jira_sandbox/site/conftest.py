"""One running host for all tests, a fresh site for each."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest

from jira_sandbox.clock import Clock, parse_instant
from jira_sandbox.contract.documents import find
from jira_sandbox.contract.law import Law
from jira_sandbox.control.application import control_application
from jira_sandbox.host import Host
from jira_sandbox.server import Server
from jira_sandbox.site_pages import site_pages
from tests.jira_sandbox.site.client import SiteUnderTest

_NUMBERS = itertools.count(1)


@pytest.fixture(scope="session")
def host() -> Iterator[Host]:
    clock = Clock(parse_instant("2026-11-02T09:00:00+01:00"))
    running = Host(clock, Law(find()), retry_scale=0.0001, pages=site_pages)
    yield running
    running.close()


@pytest.fixture(scope="session")
def control(host: Host) -> Iterator[str]:
    server = Server(0)
    server.serve(control_application(host, server.url))
    yield server.url
    server.close()


@pytest.fixture
def careless() -> bool:
    """Whether a test breaks the contract on purpose."""
    return False


@pytest.fixture
def site(host: Host, control: str, careless: bool) -> Iterator[SiteUnderTest]:  # noqa: FBT001 - a fixture's value
    running = host.open_site(f"site-{next(_NUMBERS)}", zone="Europe/Paris")
    yield SiteUnderTest(running, control)
    if not careless:
        assert running.door.records.violations() == []
