"""Whatever happens at the door and behind it, at the most talkative level: no secret, no token, no mail in a log."""

from __future__ import annotations

import io
import json
import logging
import re
from collections.abc import Callable, Iterator

import pytest
import responses
import sqlalchemy as sa
from flask.testing import FlaskClient

from connect_app.doors.installation import Credentials
from connect_app.doors.links import Link, Scope
from connect_app.logs import configure
from connect_app.operations.add_site import Wish, add_site
from connect_app.operations.rotate_site import rotate_secret
from connect_app.runtime import Runtime
from connect_app.web.application import create_app
from tests.connect_app.auth_cases import CLIENT_KEY, NEW_SECRET, NOW, OLD_SECRET, cases
from tests.connect_app.doors.test_hook_signatures import signed
from tests.connect_app.web.conftest import INSTALLED, REINSTALLED, changed, send, signed_post, token
from tests.secrecy import TOKENS

SITE = "https://two.atlassian.net"
LOGIN = Credentials(email="service.account@acme.example", token="ATATT3xFfGF0T0kEn-of_the=service")  # noqa: S106 - made up
CUSTOMER = "Marie.Dupont@customer.example"
WEBHOOK = "/connect/webhooks/issue-updated"


@pytest.fixture
def said() -> Iterator[Callable[[], str]]:
    """Everything the process logs, our own lines and the libraries', tracebacks included."""
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    stream = io.StringIO()
    configure("DEBUG", stream=stream)
    yield stream.getvalue
    root.handlers, root.level = handlers, level


def breaks(runtime: Runtime, table: str, happens: Callable[[], object]) -> None:
    """A table is missing while something happens."""
    engine = sa.create_engine(runtime.settings.database_url, poolclass=sa.NullPool)
    with engine.begin() as connection:
        connection.exec_driver_sql(f"ALTER TABLE {table} RENAME TO away")
    try:
        happens()
    finally:
        with engine.begin() as connection:
            connection.exec_driver_sql(f"ALTER TABLE away RENAME TO {table}")


def jira_answers(jira: responses.RequestsMock) -> None:
    """A site whose refusals name people, as Jira's do."""
    jira.get(f"{SITE}/_edge/tenant_info", json={"cloudId": "0000-1111"})
    jira.get(f"{SITE}/rest/api/3/myself", json={"accountId": "service", "emailAddress": LOGIN.email})
    jira.get(re.compile(rf"{SITE}/rest/api/3/project/search.*"), json={"values": [{"key": "SUP"}]})
    jira.get(re.compile(rf"{SITE}/rest/api/3/mypermissions.*"), json={"permissions": {}})
    refused = {"errorMessages": [f"{CUSTOMER} may not see it, Basic {LOGIN.token}"]}
    for site in (SITE, "https://demo.atlassian.net"):
        jira.get(re.compile(rf"{site}/rest/api/3/issue/.*"), status=403, json=refused)
        jira.get(f"{site}/rest/api/3/myself", status=403, json=refused)


def test_nothing_secret_is_said_at_any_level(
    client: FlaskClient, runtime: Runtime, key_server: responses.RequestsMock, said: Callable[[], str]
) -> None:
    jira_answers(key_server)
    tokens = [NEW_SECRET, OLD_SECRET, LOGIN.email, LOGIN.token, CUSTOMER, *runtime.settings.secret_keys]
    for case in (INSTALLED, *cases(), INSTALLED, REINSTALLED):
        send(client, case)
        tokens.append(case.headers.get("Authorization", "").removeprefix("JWT "))
    added = add_site(runtime.parts, Wish(address=SITE, credentials=LOGIN))
    renewed = rotate_secret(runtime.parts, added.installation)
    hook_id = str(added.installation.hook_id)
    link = Link(installation_id=added.installation.id, scope=Scope.ISSUE, subject="10002", expires=NOW + 60)
    sealed = runtime.store.links.seal(link)
    tokens += [added.hook.secret, renewed.secret, hook_id, sealed]
    body = {"timestamp": int(NOW * 1000), "webhookEvent": "jira:issue_updated", "issue": {"id": "10002"}}
    data = json.dumps(body | {"user": {"emailAddress": CUSTOMER, "displayName": "Marie Dupont"}}).encode()

    def everything() -> None:
        """Each road into the app, good and bad."""
        headers = {"Content-Type": "application/json", "X-Hub-Signature": signed(renewed.secret, data)}
        client.post(f"/sf/hooks/{hook_id}", data=data, headers=headers)
        client.post(f"/sf/hooks/{hook_id}", data=data, headers=headers | {"X-Hub-Signature": "sha256=0"})
        client.post(f"/sf/hooks/{hook_id}/{hook_id}", data=data, headers=headers)
        client.get(f"/sf/links?token={sealed}")
        client.get(f"/sf/links?token={sealed}x")
        client.get(f"/sf/{sealed}?token={sealed}")
        signed_post(client, WEBHOOK, json.loads(data))
        signed_post(client, WEBHOOK, data + b"}")
        page = "/connect/panels/issue"
        query = "issueKey=SUP-1"
        jwt = token(page, method="GET", query=query, sub="marie", context={"jira": {"issue": {"key": "SUP-1"}}})
        tokens.append(jwt)
        client.get(f"/sf{page}?{query}&jwt={jwt}")
        client.get(f"/sf{page}?{query}&jwt={jwt}&jwt={jwt}")
        send(client, REINSTALLED)

    everything()
    for table in ("installations", "inbox", "bindings", "ledger"):
        breaks(runtime, table, everything)
    client = create_app(changed(runtime, development=True)).test_client()
    everything()
    with pytest.raises(ValueError, match=r"^s"):
        _fails(runtime, LOGIN)
    text = said()
    assert "Traceback" in text
    assert "no such table" in text or "UndefinedTable" in text
    assert len(text.splitlines()) > 50
    assert [secret for secret in tokens if secret and secret in text] == []
    assert TOKENS.findall(text) == []
    assert "Dupont" not in text
    assert CLIENT_KEY, "the site's name is no secret"


def _fails(runtime: Runtime, login: Credentials) -> None:
    """An error nobody foresaw, whose words and whose variables hold what must not be told."""
    log = logging.getLogger("connect_app.somewhere")
    try:
        _raises(f"secret={login.token} for {login.email}")
    except ValueError:
        log.exception("failed with %s", login, extra={"runtime": runtime})
        raise


def _raises(words: str) -> None:
    raise ValueError(words)
