"""A site's REST reduced to a table of answers, with the pages on top of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from jira_sandbox.apps import Panel
from jira_sandbox.pages import pages

EVIL = "<script>alert('x')</script>\"'&"
PEOPLE = [
    {"accountId": "a1", "displayName": "Ada Admin", "accountType": "atlassian", "roles": ["admin"]},
    {"accountId": "g1", "displayName": "Gil Agent", "accountType": "atlassian", "roles": ["agent"]},
    {"accountId": "c1", "displayName": f"Chloé {EVIL}", "accountType": "customer", "roles": ["customer"]},
]


def adf(text: str) -> dict[str, Any]:
    return {
        "type": "doc",
        "version": 1,
        "content": [{"type": "paragraph", "content": [{"type": "text", "text": text}]}],
    }


@dataclass
class Site:
    """What the fake REST answers, and what it was asked."""

    answers: dict[tuple[str, str], tuple[int, Any]] = field(default_factory=dict)
    asked: list[tuple[str, str, Any, str]] = field(default_factory=list)
    instant: datetime = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)
    panels: list[Panel] = field(default_factory=list)
    panel_calls: list[tuple[str, Any, str | None]] = field(default_factory=list)

    def call(self, method: str, path: str, body: dict[str, Any] | None, account_id: str) -> tuple[int, Any]:
        self.asked.append((method, path, body, account_id))
        return self.answers.get((method, path.partition("?")[0]), (404, {"errorMessages": ["not in the table"]}))

    def put(self, path: str, answer: Any, method: str = "GET", status: int = 200) -> None:
        self.answers[method, path] = (status, answer)

    def advance(self, seconds: float) -> None:
        self.instant += timedelta(seconds=seconds)

    def show(self, kind: str, issue: Mapping[str, Any], account_id: str | None) -> Sequence[Panel]:
        self.panel_calls.append((kind, issue, account_id))
        return self.panels

    def sent(self) -> list[tuple[str, Any, str]]:
        return [(path, body, who) for method, path, body, who in self.asked if method == "POST"]


@pytest.fixture
def site() -> Site:
    return Site()


@pytest.fixture
def client(site: Site) -> FlaskClient:
    app = Flask("site")
    app.testing = True
    app.register_blueprint(
        pages(
            site.call,
            lambda: PEOPLE,
            site_name="acme",
            now=lambda: site.instant,
            advance=site.advance,
            panels=site.show,
        )
    )
    return app.test_client()
