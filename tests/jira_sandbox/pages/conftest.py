"""A site's REST reduced to a table of answers, with the pages on top of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from jira_sandbox.apps import ShownModule, Viewer
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
    modules: list[ShownModule] = field(default_factory=list)
    lozenges: dict[str, Any] = field(default_factory=dict)

    def call(self, method: str, path: str, body: dict[str, Any] | None, account_id: str) -> tuple[int, Any]:
        self.asked.append((method, path, body, account_id))
        return self.answers.get((method, path.partition("?")[0]), (404, {"errorMessages": ["not in the table"]}))

    def put(self, path: str, answer: Any, method: str = "GET", status: int = 200) -> None:
        self.answers[method, path] = (status, answer)

    def advance(self, seconds: float) -> None:
        self.instant += timedelta(seconds=seconds)

    def shown(self, kinds: Iterable[str], viewer: Viewer) -> Sequence[ShownModule]:
        wanted = set(kinds)
        return [each for each in self.modules if each.kind in wanted and viewer.account_id]

    def module(self, app: str, key: str, language: str) -> ShownModule:  # noqa: ARG002 - one language
        return next((each for each in self.modules if (each.app, each.key) == (app, key)), None) or missing(key)

    def context(self, issue: str | None, project: str | None) -> Mapping[str, Any]:
        return {"jira": {"issue": {"key": issue}} if issue else {"project": {"key": project}}}

    def address(self, app: str, key: str, issue: str | None, project: str | None, account_id: str | None) -> str:
        return f"http://127.0.0.1:9000/{app}/{key}?issue={issue}&project={project}&sub={account_id}"

    def token(self, app: str, issue: str | None, project: str | None, account_id: str | None) -> str:
        return f"token of {account_id} for {app} about {issue or project}"

    def lozenge(self, module: ShownModule, issue: str) -> Mapping[str, Any]:
        return self.lozenges if module.key == "panel" and issue else {}

    def sent(self) -> list[tuple[str, Any, str]]:
        return [(path, body, who) for method, path, body, who in self.asked if method == "POST"]


@pytest.fixture
def site() -> Site:
    return Site()


def missing(key: str) -> ShownModule:
    raise KeyError(key)


@pytest.fixture
def packages(tmp_path: Path) -> Path:
    """Where the host bridge would be: nowhere, unless a test puts it there."""
    return tmp_path


@pytest.fixture
def client(site: Site, packages: Path) -> FlaskClient:
    app = Flask("site")
    app.testing = True
    app.register_blueprint(
        pages(
            site.call,
            lambda: PEOPLE,
            site_name="acme",
            now=lambda: site.instant,
            advance=site.advance,
            apps=site,
            packages=packages,
        )
    )
    return app.test_client()
