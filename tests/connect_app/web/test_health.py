"""`/readyz` means that promises can be kept: somebody works, the database can be written, its tables are ours."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from connect_app.operations.check_readiness import SKEW_SECONDS, check_readiness
from connect_app.operations.live_workers import SILENT_SECONDS
from connect_app.runtime import Runtime
from connect_app.store.database import open_database
from connect_app.store.readiness import free_bytes, is_behind, try_writing
from connect_app.store.schema import workers
from tests.connect_app.auth_cases import NOW


def test_with_a_worker_it_is_ready_and_without_it_is_not(client: FlaskClient, runtime: Runtime) -> None:
    answer = client.get("/sf/readyz")
    assert (answer.status_code, answer.json) == (503, {"ok": False, "shut": 0, "ending": 0})
    assert runtime.health()["wrong"] == ["no worker beats"]
    runtime.store.workers.beat("w-1", boot="b", host_time=NOW - SILENT_SECONDS + 1)
    assert client.get("/sf/readyz").status_code == 200
    runtime.store.workers.retire("w-1")
    runtime.store.workers.beat("w-2", boot="b", host_time=NOW - SILENT_SECONDS)
    assert client.get("/sf/readyz").status_code == 503
    assert runtime.health()["wrong"] == ["no worker beats; the last beat was 1 minute ago by this machine's clock"]


def test_a_clock_that_differs_from_another_machines_is_told(runtime: Runtime) -> None:
    runtime.store.workers.beat("w-1", boot="b", host_time=NOW + SKEW_SECONDS + 1)
    assert check_readiness(runtime.parts) == ["the clock of this machine is behind that of w-1"]


def test_a_database_that_lost_a_table_is_not_ready(client: FlaskClient, runtime: Runtime) -> None:
    runtime.store.workers.beat("w-1", boot="b", host_time=NOW)
    for table in ("workers", "inbox"):
        with runtime.store.engine.begin() as connection:
            connection.exec_driver_sql(f"ALTER TABLE {table} RENAME TO elsewhere")
        try:
            answer = client.get("/sf/readyz")
            assert (answer.status_code, answer.json) == (503, {"ok": False, "shut": 0, "ending": 0})
            assert client.get("/sf/healthz").status_code == 200, "the process itself answers"
        finally:
            with runtime.store.engine.begin() as connection:
                connection.exec_driver_sql(f"ALTER TABLE elsewhere RENAME TO {table}")
    assert client.get("/sf/readyz").status_code == 200


def test_a_database_that_can_only_be_read_is_noticed(database_url: str) -> None:
    engine = open_database(database_url)
    try_writing(engine)
    read_only = {"sqlite": "PRAGMA query_only=1", "postgresql": "SET default_transaction_read_only = on"}
    engine.dispose()

    @sa.event.listens_for(engine, "connect")
    def forbid(connection: object, _record: object) -> None:
        cursor = connection.cursor()  # type: ignore[attr-defined]  # of either driver
        cursor.execute(read_only[engine.dialect.name])
        connection.commit()  # type: ignore[attr-defined]

    with pytest.raises(sa.exc.DBAPIError):
        try_writing(engine)
    engine.dispose()


def test_trying_to_write_leaves_nothing_behind(engine: sa.Engine) -> None:
    try_writing(engine)
    with engine.connect() as connection:
        assert connection.execute(sa.select(workers)).all() == []


@pytest.mark.parametrize(("revision", "behind"), [("0001", True), ("9999", False), (None, True)])
def test_a_database_is_behind_when_migrations_wait(engine: sa.Engine, revision: str | None, *, behind: bool) -> None:
    """A newer release may have migrated it: this one goes on meanwhile."""
    assert not is_behind(engine)
    with engine.connect() as connection:
        known = connection.exec_driver_sql("SELECT version_num FROM relance_version").scalar_one()
        write = sa.text("UPDATE relance_version SET version_num = :v")
        forget = sa.text("DELETE FROM relance_version")
    with engine.begin() as connection:
        connection.execute(write, {"v": revision}) if revision else connection.execute(forget)
    try:
        assert is_behind(engine) is behind
    finally:
        with engine.begin() as connection:
            connection.execute(forget)
            connection.execute(sa.text("INSERT INTO relance_version VALUES (:v)"), {"v": known})


def test_room_is_asked_where_the_file_is(engine: sa.Engine) -> None:
    free = free_bytes(engine)
    assert (free is None) is (engine.dialect.name == "postgresql")
    assert free is None or free > 0
