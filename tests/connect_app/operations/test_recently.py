"""What was read lately: read once for everybody who asks at that moment, and never hammered at."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from connect_app.errors import Refused, Temporary
from connect_app.operations.recently import LONGEST_PATIENCE, MOST_KEPT, Recently

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


class Source:
    """Answers with the number of times it was asked, or fails as told."""

    def __init__(self) -> None:
        self.asked = 0
        self.fails: Exception | None = None
        self.kept: Recently[int] = Recently()

    def read(self) -> int:
        self.asked += 1
        if self.fails is not None:
            raise self.fails
        return self.asked

    def get(self, now: datetime, name: str = "a", read: Callable[[], int] | None = None) -> tuple[int, bool]:
        reading = self.kept.get(name, now, read or self.read, lambda _: MINUTE)
        return reading.value, reading.trouble is not None


@pytest.fixture
def source() -> Source:
    return Source()


def test_a_value_is_read_again_when_it_is_a_minute_old_or_the_clock_was_set_back(source: Source) -> None:
    assert [source.get(NOON + timedelta(seconds=s))[0] for s in (0, 30, 59.9, 60, 61)] == [1, 1, 1, 2, 2]
    assert source.get(NOON) == (3, False)
    assert source.get(NOON, "b") == (4, False), "another name is another value"


def test_those_who_ask_at_once_are_answered_by_one_reading(source: Source) -> None:
    together = threading.Barrier(6)
    slow = threading.Event()

    def read() -> int:
        slow.wait(0.05)
        return source.read()

    def ask(_: int) -> int:
        together.wait()
        return source.get(NOON, read=read)[0]

    with ThreadPoolExecutor(6) as pool:
        assert list(pool.map(ask, range(6))) == [1] * 6


def test_the_last_value_stands_while_jira_is_in_trouble(source: Source) -> None:
    source.get(NOON)
    source.fails = Temporary("429", retry_after=120)
    late = NOON + 2 * MINUTE
    assert source.get(late) == source.get(late + MINUTE) == (1, True)
    assert source.asked == 2, "not asked again before it said"
    source.fails = None
    assert source.get(late + 2 * MINUTE) == (3, False)


@pytest.mark.parametrize(("asked", "waits"), [(None, 30), (1, 30), (90, 90), (86_400, LONGEST_PATIENCE.seconds)])
def test_with_nothing_to_show_the_trouble_is_told_and_remembered(
    source: Source, asked: float | None, waits: float
) -> None:
    source.fails = Temporary("503", retry_after=asked)
    for seconds in (0, 1, waits - 1):
        with pytest.raises(Temporary, match="503"):
            source.get(NOON + timedelta(seconds=seconds))
    assert source.asked == 1
    source.fails = None
    assert source.get(NOON + timedelta(seconds=waits)) == (2, False)


def test_what_jira_refuses_for_good_is_not_shown_from_memory(source: Source) -> None:
    source.get(NOON)
    source.fails = Refused("403", status=403)
    for _ in range(2):
        with pytest.raises(Refused):
            source.get(NOON + 2 * MINUTE)
    source.fails = Temporary("503")
    with pytest.raises(Temporary):
        source.get(NOON + 3 * MINUTE)


def test_memory_is_bounded_and_forgets_what_was_asked_for_longest_ago(source: Source) -> None:
    for number in range(MOST_KEPT):
        source.get(NOON, f"name {number}")
    source.get(NOON, "name 0")
    source.get(NOON, "one more")
    asked = source.asked
    source.get(NOON, "name 0")
    assert source.asked == asked
    source.get(NOON, "name 1")
    assert source.asked == asked + 1
