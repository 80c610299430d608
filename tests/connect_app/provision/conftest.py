"""Runs one sandbox in this process for the provisioning tests, and gives each test a site of its own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from jira_sandbox.clock import Clock, parse_instant
from jira_sandbox.contract.documents import find
from jira_sandbox.contract.law import Law
from jira_sandbox.control.application import control_application
from jira_sandbox.host import Host
from jira_sandbox.server import Server
from jira_sandbox.site_pages import site_pages
from tests.connect_app.provision.desks import Sandbox, Site


@pytest.fixture(scope="package")
def sandbox() -> Iterator[Sandbox]:
    clock = Clock(parse_instant("2026-11-02T09:00:00+01:00"))
    host = Host(clock, Law(find()), retry_scale=0.0001, pages=site_pages)
    server = Server(0)
    server.serve(control_application(host, server.url))
    yield Sandbox(server.url)
    host.close()
    server.close()


@pytest.fixture
def site(sandbox: Sandbox) -> Iterator[Site]:
    made = sandbox.site()
    yield made
    made.client.session.close()
    assert [found for found in sandbox.violations() if found["site"] == made.name] == []
