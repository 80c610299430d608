"""Pages outside Jira: a link shows what it is about until it ends, and anything else is simply not there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from structlog.testing import capture_logs

from connect_app.doors.installation import State
from connect_app.doors.links import Link, Scope
from connect_app.runtime import Runtime
from tests.connect_app.auth_cases import NOW

Seal = Callable[..., str]


@pytest.fixture
def link(installed: FlaskClient, runtime: Runtime) -> Link:
    del installed
    (site,) = runtime.store.installations.working()
    return Link(installation_id=site.id, scope=Scope.ISSUE, subject="10001", expires=NOW + 60)


def get(client: FlaskClient, token: str) -> int:
    return client.get(f"/sf/links?token={quote(token)}").status_code


def test_a_link_opens_until_its_end_and_never_after(installed: FlaskClient, runtime: Runtime, link: Link) -> None:
    # The site does not answer in this test: the page says so, and that is more than a stranger gets.
    answer = installed.get("/sf/links", query_string={"token": runtime.store.links.seal(link)})
    assert answer.status_code == 200
    assert "Relance ne répond pas" in answer.text
    assert answer.headers["X-Robots-Tag"].startswith("noindex")
    assert "script-src" not in answer.headers["Content-Security-Policy"]
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert get(installed, runtime.store.links.seal(replace(link, expires=NOW))) == 404


def test_whatever_is_wrong_with_a_link_is_not_found_and_not_logged(
    installed: FlaskClient, runtime: Runtime, link: Link
) -> None:
    good = runtime.store.links.seal(link)
    sealed_otherwise = runtime.store.installations._box.encrypt("a stored secret").decode()  # noqa: SLF001
    with capture_logs() as logs:
        for wrong in ("", "x", good[:-2] + "zz", good[1:], sealed_otherwise, "é", "x" * 5000, good.swapcase()):
            assert get(installed, wrong) == 404
        assert installed.get("/sf/links").status_code == 404
        assert installed.get(f"/sf/links?token={good}&token={good}").status_code == 404
        assert installed.post(f"/sf/links?token={good}", data={"reason": "x"}).status_code == 404
    assert good[:40] not in repr(logs)


def test_a_link_of_a_site_that_is_shut_or_of_another_shows_nothing(
    installed: FlaskClient, runtime: Runtime, link: Link
) -> None:
    assert get(installed, runtime.store.links.seal(replace(link, installation_id="another"))) == 404
    runtime.store.installations.set_state(link.installation_id, State.DISABLED)
    assert get(installed, runtime.store.links.seal(link)) == 404


@pytest.mark.parametrize("reason", ["", "   ", "x" * 2001])
def test_an_escalation_needs_a_reason(installed: FlaskClient, runtime: Runtime, link: Link, reason: str) -> None:
    token = runtime.store.links.seal(replace(link, scope=Scope.CUSTOMER, account_id="qm:1"))
    answer = installed.post("/sf/links", query_string={"token": token}, data={"reason": reason})
    assert answer.status_code == 400
