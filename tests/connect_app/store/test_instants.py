from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connect_app.store.schema import workers
from connect_app.store.store import Store

INSTANTS = st.datetimes(timezones=st.timezones(), min_value=datetime(2, 1, 1), max_value=datetime(9998, 1, 1))  # noqa: DTZ001 - Hypothesis adds the zone
FAST = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@FAST
@given(instant=INSTANTS)
def test_an_instant_comes_back_to_the_microsecond(store: Store, instant: datetime) -> None:
    with store.engine.begin() as connection:
        connection.execute(sa.delete(workers))
        connection.execute(sa.insert(workers).values(executor_id="w", boot="b", beat_at=0.0, last_tick=instant))
    back = store.workers.all()[0].last_tick
    assert back == instant.astimezone(UTC)
    assert back is not None
    assert back.utcoffset() == timedelta(0)


@FAST
@given(instants=st.lists(INSTANTS, min_size=2, max_size=6))
def test_the_database_orders_instants_as_time_does(store: Store, instants: list[datetime]) -> None:
    with store.engine.begin() as connection:
        connection.execute(sa.delete(workers))
        for number, instant in enumerate(instants):
            row = {"executor_id": f"w-{number}", "boot": "b", "beat_at": 0.0, "last_tick": instant}
            connection.execute(sa.insert(workers).values(row))
        ordered = connection.execute(sa.select(workers.c.last_tick).order_by(workers.c.last_tick)).scalars().all()
    assert list(ordered) == sorted(instant.astimezone(UTC) for instant in instants)


def test_an_instant_without_a_zone_is_refused(store: Store) -> None:
    with pytest.raises(sa.exc.StatementError, match="time zone"):
        store.workers.ticked("w", datetime(2026, 11, 22))  # noqa: DTZ001 - the mistake itself
