"""Measures the SLA core: working time over growing spans, beside other packages, and measures of long histories."""

from __future__ import annotations

import os
import platform
import resource
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from automation_rules.facts import Issue, Move, Person, Side
from automation_rules.sla.calendar import Calendar
from automation_rules.sla.contract import BoundSla
from automation_rules.sla.ledger import ledger
from automation_rules.sla.measure import measure
from automation_rules.sla.model import SlaDocument
from automation_rules.sla.public_holidays import HolidayCalendar
from scripts.bench.peers import peers
from scripts.bench.timing import microseconds
from workflows.model import Pack, StatusRole

PARIS = ZoneInfo("Europe/Paris")
UNTOUCHED_YEAR = 1915
START = datetime(2016, 3, 7, 10, 20, tzinfo=PARIS)
SPANS = {"1 day": 1, "1 month": 30, "1 year": 365, "10 years": 3652}
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri")
OFFICE = {day: [("09:00", "12:30"), ("14:00", "18:00")] for day in WEEKDAYS}
WHOLE_DAYS = {day: [("09:00", "18:00")] for day in WEEKDAYS}
FRENCH = HolidayCalendar(("FR",))
NOW = datetime(2026, 11, 2, 12, tzinfo=UTC)
STATUSES = {
    "submitted": StatusRole.NEW,
    "in-progress": StatusRole.IN_PROGRESS,
    "waiting": StatusRole.WAITING_THIRD_PARTY,
    "closed": StatusRole.CLOSED,
}


def report(environment: Path | None, requests: int) -> Iterator[str]:
    """The lines of one run; `environment` holds the other packages, `requests` are recomputed in one go."""
    yield f"Python {platform.python_version()}, {os.cpu_count()} cores; the best of interleaved rounds"
    yield from _flatness()
    yield from _first_questions()
    yield from _beside_others(environment)
    yield from _histories()
    yield from _crowd(requests)


def _spans() -> dict[str, datetime]:
    return {name: START + timedelta(days=days) for name, days in SPANS.items()}


def _flatness() -> Iterator[str]:
    calendar = Calendar("Europe/Paris", OFFICE, FRENCH)
    asked: dict[tuple[str, str], Callable[[], object]] = {}
    for name, end in _spans().items():
        worked = calendar.between(START, end)
        asked["between", name] = partial(calendar.between, START, end)
        asked["add", name] = partial(calendar.add, START, worked)
        asked["add backwards", name] = partial(calendar.add, end, -worked)
        asked["add_days", name] = partial(calendar.add_days, START, max(1, SPANS[name] * 5 // 7))
    times = microseconds(asked)
    yield ""
    yield "| µs per call | " + " | ".join(SPANS) + " | 10 years / 1 day |"
    yield "|---|" + "---|" * (len(SPANS) + 1)
    for question in ("between", "add", "add backwards", "add_days"):
        row = [times[question, name] for name in SPANS]
        yield f"| {question} | " + " | ".join(f"{cell:.2f}" for cell in row) + f" | {row[-1] / row[0]:.1f} |"


def _first_questions() -> Iterator[str]:
    """What is computed once: `between` of a calendar that was asked nothing before, best of five."""
    process, calendar = (dict.fromkeys(SPANS, float("inf")) for _ in range(2))
    year = UNTOUCHED_YEAR
    for _ in range(5):
        for name, days in SPANS.items():
            start = datetime(year, 3, 7, 10, 20, tzinfo=PARIS)
            year += days // 365 + 2
            # The holidays and the changes of the clock stay known to the process, so the second time costs less.
            process[name] = min(process[name], _asked_first(start, days))
            calendar[name] = min(calendar[name], _asked_first(start, days))
    yield ""
    yield "| ms, asked for the first time | " + " | ".join(SPANS) + " |"
    yield "|---|" + "---|" * len(SPANS)
    for name, row in (("by the process", process), ("by a new calendar", calendar)):
        yield f"| {name} | " + " | ".join(f"{row[span] * 1e3:.2f}" for span in SPANS) + " |"


def _asked_first(start: datetime, days: int) -> float:
    calendar = Calendar("Europe/Paris", OFFICE, FRENCH)
    started = time.process_time()
    calendar.between(start, start + timedelta(days=days))
    return time.process_time() - started


def _beside_others(environment: Path | None) -> Iterator[str]:
    ours = Calendar("Europe/Paris", WHOLE_DAYS, FRENCH)
    holidays = sorted(day for year in range(2016, 2028) for day in FRENCH.in_year(year))
    yield ""
    for name, other in peers(environment, holidays):
        yield f"{name}: {other}" if isinstance(other, str) else _beside(name, other, ours)


def _beside(name: str, other: Callable[[datetime, datetime], timedelta], ours: Calendar) -> str:
    cells = []
    for span, end in _spans().items():
        same = "same result" if other(START, end) == ours.between(START, end) else f"{other(START, end)} ≠ ours"
        times = microseconds({"other": partial(other, START, end), "ours": partial(ours.between, START, end)})
        cells.append(f"{span} × {times['other'] / times['ours']:,.0f} ({times['other']:,.0f} µs, {same})")
    return f"{name}, its time / ours: " + "; ".join(cells)


def _sla() -> BoundSla:
    statuses = [{"id": i, "role": role, "name": {"fr": i, "en": i}} for i, role in STATUSES.items()]
    pack: dict[str, Any] = {"kind": "workflow-pack", "id": "bench", "name": {"fr": "b", "en": "b"}}
    document = {
        "id": "resolution",
        "start": {"on": "created"},
        "stop": "closed",
        "pause": "waiting",
        "cycle": "resume",
        "calendar": "office",
        "goals": {"default": "24h"},
        "warnings": [0.5, 0.8],
    }
    office = Calendar("Europe/Paris", OFFICE, FRENCH)
    whole = Pack.model_validate(pack | {"statuses": statuses, "workflows": [], "request_types": []})
    return BoundSla(SlaDocument.model_validate(document), "office", office, whole)


def _issue(number: int, entries: int, route: Sequence[str] = ("in-progress", "waiting")) -> Issue:
    """A request that goes to and fro between two statuses, `entries` times in some months."""
    agent = Person("agent", Side.AGENT)
    created = datetime(2026, 1, 5, 8, tzinfo=UTC) + timedelta(minutes=number % 40_000)
    stations = ["submitted", *(route[step % len(route)] for step in range(entries))]
    moves = tuple(
        Move(id=str(step), at=created + timedelta(hours=7 * step, seconds=number % 60), by=agent, old=old, new=new)
        for step, (old, new) in enumerate(pairwise(stations), start=1)
    )
    return Issue(
        id=str(number),
        key=f"SUP-{number}",
        project_key="SUP",
        issue_type="Request",
        summary="",
        status=stations[-1],
        status_name="",
        created=created,
        moves=moves,
    )


def _histories() -> Iterator[str]:
    sla = _sla()
    asked: dict[str, Callable[[], object]] = {}
    for entries in (10, 50, 200):
        issue = _issue(1, entries)
        asked[f"measure, {entries} history entries"] = partial(measure, issue, sla, NOW)
        asked[f"ledger, {entries} history entries"] = partial(ledger, issue, sla, NOW)
    yield ""
    for name, micros in microseconds(asked).items():
        yield f"{name}: {1e6 / micros:,.0f} per second on one core"


def _crowd(requests: int) -> Iterator[str]:
    sla = _sla()
    held: list[float] = []
    for number in range(requests):
        measure(_issue(number, 8), sla, NOW)
        if number % max(requests // 4, 1) == 0 or number == requests - 1:
            held.append(_resident())
    grown = (held[-1] - held[0]) / 1024
    yield f"{requests:,} requests recomputed one after the other: the process grew by {grown:.1f} MiB"


def _resident() -> float:
    """KiB of memory the process holds now, or at its peak where the system does not tell."""
    pages = Path("/proc/self/statm")
    if pages.exists():
        return int(pages.read_text(encoding="ascii").split()[1]) * resource.getpagesize() / 1024
    return float(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
