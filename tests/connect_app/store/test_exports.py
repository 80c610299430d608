from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Barrier

import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from automation_rules.billing import Kind, Position
from connect_app.store.database import MIGRATIONS, migrate, open_database
from connect_app.store.exports import Exports, NewExport
from connect_app.store.schema import installations

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
POSITION = Position(
    source="worklog/1", month="2026-10", request_id="10001", request_key="SUP-1", request_type="incident",
    customer="Acmé", kind=Kind.TIME, consultant="anna", seconds=3600,
)  # fmt: skip
ESTIMATE = replace(POSITION, source="estimate/10001", kind=Kind.ESTIMATE, consultant=None, seconds=-60)


def export(billed_with: str, months: dict[str, list[Position]], made_at: datetime, known: int) -> NewExport:
    return NewExport(billed_with=billed_with, months=months, made_at=made_at, known=known)


def test_a_billed_month_is_read_as_it_was_kept(engine: sa.Engine) -> None:
    exports = Exports(engine)
    assert exports.put("a", "SUP", export("2026-10", {"2026-10": [POSITION, ESTIMATE]}, NOON, 0))
    (kept,) = exports.of_project("a", "SUP")
    assert (kept.month, kept.billed_with, kept.made_at) == ("2026-10", "2026-10", NOON)
    assert kept.positions == (POSITION, ESTIMATE)
    assert exports.of_project("a", "OTHER") == exports.of_project("b", "SUP") == []


def test_a_month_is_billed_once_and_carries_the_corrections_of_its_time(engine: sa.Engine) -> None:
    exports = Exports(engine)
    later = NOON + timedelta(days=30)
    changed = replace(POSITION, seconds=1800)
    assert exports.put("a", "SUP", export("2026-10", {"2026-10": [POSITION]}, NOON, 0))
    assert not exports.put("a", "SUP", export("2026-10", {"2026-10": [changed], "2026-09": []}, later, 1))
    assert exports.put("a", "SUP", export("2026-11", {"2026-11": [], "2026-10": [changed]}, later, 1))
    found = [(e.month, e.billed_with, e.positions) for e in exports.of_project("a", "SUP")]
    assert found == [
        ("2026-10", "2026-10", (POSITION,)),
        ("2026-10", "2026-11", (changed,)),
        ("2026-11", "2026-11", ()),
    ]


def test_of_two_months_billed_at_once_only_one_carries_a_correction(engine: sa.Engine) -> None:
    exports = Exports(engine)
    a_site = {"id": "a", "door": "connect", "client_key": "k", "base_url": "https://a.example", "state": "enabled"}
    with engine.begin() as connection:
        connection.execute(sa.insert(installations).values(**a_site, installed_at=NOON))
    assert exports.put("a", "SUP", export("2026-10", {"2026-10": [POSITION]}, NOON, 0))
    at_once = Barrier(2)

    def keep(month: str) -> bool:
        at_once.wait(timeout=10)
        months: dict[str, list[Position]] = {month: [], "2026-10": [replace(POSITION, seconds=1800)]}
        return exports.put("a", "SUP", export(month, months, NOON + timedelta(days=60), 1))

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(keep, ("2026-11", "2026-12"))) == [False, True]
    assert len(exports.of_project("a", "SUP")) == 3
    assert exports.put("a", "OTHER", export("2026-11", {"2026-11": []}, NOON, 0))


def test_the_table_comes_and_goes_without_touching_another(empty_url: str) -> None:
    engine = open_database(empty_url)
    migrate(engine)
    with engine.begin() as connection:
        connection.exec_driver_sql("INSERT INTO workers (executor_id, boot, beat_at) VALUES ('w', 'b', 1.0)")
    before = set(sa.inspect(engine).get_table_names())
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "0001")
        connection.commit()
    assert "billing_exports" in before - set(sa.inspect(engine).get_table_names())
    migrate(engine)
    assert set(sa.inspect(engine).get_table_names()) == before
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM workers").scalar_one() == 1
    engine.dispose()
