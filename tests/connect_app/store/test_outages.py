"""The database is down, full or read-only: Jira is asked to try again, the worker lives on, and nothing is missed."""

from __future__ import annotations

import itertools
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa
from cryptography.fernet import Fernet
from flask.testing import FlaskClient

from connect_app.doors.qsh import query_string_hash
from connect_app.engine import Worker
from connect_app.runtime import Runtime, build_runtime
from connect_app.settings import Settings
from connect_app.ticks import schedule
from connect_app.web.application import create_app
from tests.connect_app.auth_cases import forge
from tests.connect_app.small_jira import SmallJira, all_done, install, small_jira, until
from tests.databases import database_in, postgres

HOOK = "/connect/webhooks/issue-updated"
ENDLESS = 1_073_741_823
_numbers = itertools.count(1)


@dataclass
class SqliteFault:
    """What a database file refuses, for every connection from now on."""

    engines: tuple[sa.Engine, ...]
    pragmas: dict[str, Any] = field(default_factory=lambda: {"query_only": "OFF", "max_page_count": ENDLESS})

    def __post_init__(self) -> None:
        for engine in self.engines:
            sa.event.listen(engine, "before_cursor_execute", self._prepare)

    def _prepare(self, _: Any, cursor: Any, *__: Any) -> None:
        for name, value in self.pragmas.items():
            cursor.connection.execute(f"PRAGMA {name}={value}").fetchall()

    def full(self) -> None:
        """Not a page more."""
        self.pragmas["max_page_count"] = 1

    def read_only(self) -> None:
        self.pragmas["query_only"] = "ON"

    def over(self) -> None:
        self.pragmas |= {"query_only": "OFF", "max_page_count": ENDLESS}


@dataclass
class PostgresFault:
    """What a server refuses for one database; whoever is connected is thrown out."""

    url: str

    def _say(self, *statements: str) -> None:
        name = sa.make_url(self.url).database
        with psycopg.connect(postgres().url, autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement.format(name=f'"{name}"').encode())
            gone = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"
            connection.execute(gone, (name,))

    def down(self) -> None:
        self._say("ALTER DATABASE {name} ALLOW_CONNECTIONS false")

    def read_only(self) -> None:
        self._say("ALTER DATABASE {name} SET default_transaction_read_only = on")

    def over(self) -> None:
        self._say("ALTER DATABASE {name} ALLOW_CONNECTIONS true", "ALTER DATABASE {name} RESET ALL")


@dataclass
class Running:
    """The app and its worker on one database, and a Jira that counts what it is asked."""

    runtime: Runtime
    client: FlaskClient
    jira: SmallJira
    client_key: str

    def webhook(self, issue: str) -> tuple[int, str | None]:
        """The answer to Jira's delivery about an issue, and when to try again."""
        now = int(self.runtime.clock.host_time())
        claims = {"iss": self.client_key, "iat": now, "exp": now + 180, "qsh": query_string_hash("POST", HOOK, "")}
        headers = {"Authorization": f"JWT {forge(claims, 's' * 32)}", "Content-Type": "application/json"}
        headers["X-Atlassian-Webhook-Identifier"] = f"delivery-{issue}"
        body = json.dumps({"webhookEvent": "jira:issue_updated", "issue": {"id": issue}})
        answer = self.client.post(HOOK, data=body, headers=headers)
        return answer.status_code, answer.headers.get("Retry-After")

    def asked(self) -> set[str]:
        """The issues that were processed."""
        return {issue for issue, _ in self.jira.asked}


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """On the kind of database that the run is about."""
    folder: Path = tmp_path_factory.mktemp("outages")
    settings = Settings(
        database_url=database_in(folder),
        data_dir=folder,
        secret_keys=(Fernet.generate_key().decode(),),
        development=True,
        poll_seconds=0.1,
        tick_seconds=0.2,
        retry_seconds=0.05,
        silent_seconds=3.0,
        http_timeout=1.5,
    )
    runtime = build_runtime(settings)
    with small_jira() as jira:
        site = runtime.store.installations.by_id(install(runtime, jira))
        assert site is not None
        worker = Worker(runtime.parts, runtime.jobs)
        worker.start()
        bells = schedule(runtime.parts, worker, "boot")
        bells.start()
        yield Running(runtime, create_app(runtime).test_client(), jira, site.client_key)
        bells.shutdown()
        worker.stop()
    runtime.close()


def faults(running: Running) -> list[Callable[[], None]]:
    """Each way this kind of database fails, and last what sets it right."""
    if running.runtime.store.engine.dialect.name == "sqlite":
        sqlite = SqliteFault((running.runtime.store.engine, running.runtime.jobs.engine))
        return [sqlite.read_only, sqlite.full, sqlite.over]
    server = PostgresFault(running.runtime.settings.database_url)
    return [server.read_only, server.down, server.over]


@pytest.mark.promise("C24")
def test_what_jira_could_not_deliver_is_caught_up_once_the_database_is_back(running: Running) -> None:
    *breaks, over = faults(running)
    for happens in breaks:
        before, refused, kept = str(next(_numbers)), list[str](), list[str]()
        assert running.webhook(before) == (204, None)
        until(lambda issue=before: issue in running.asked(), "the healthy worker does nothing")  # type: ignore[misc]
        happens()
        for _ in range(400):
            issue = str(next(_numbers))
            status, later = running.webhook(issue)
            (kept if status == 204 else refused).append(issue)
            assert status == 204 or (status == 503 and int(later or 0) > 0), status
            if len(refused) == 3:
                break
        assert len(refused) == 3, "the fault did not bite"
        assert running.client.get("/readyz").status_code in {200, 503}
        time.sleep(0.5)  # the bells ring and the worker looks for jobs meanwhile, in vain
        over()
        for issue in refused:
            until(lambda one=issue: running.webhook(one) == (204, None), "still refused")  # type: ignore[misc]
        until(lambda wanted={*kept, *refused}: wanted <= running.asked(), "the worker did not come back")  # type: ignore[misc]
        all_done(running.runtime)
