"""Gives the tests a Jira that says what each test wants, and a client of it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import responses

from connect_app.jira.client import JiraClient
from connect_app.jira.session import basic

SITE = "https://desk.atlassian.net"


@pytest.fixture
def jira() -> Iterator[responses.RequestsMock]:
    """What Jira answers; every answer prepared must be asked for."""
    with responses.RequestsMock() as mock:
        yield mock


@pytest.fixture
def client() -> JiraClient:
    """A client of the site, as a service account."""
    return JiraClient(SITE, basic("relance@example.com", "token"), timeout=5)
