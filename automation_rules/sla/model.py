"""Defines the documents of a policy's clocks: calendars, and SLAs with their conditions and goals."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema, field_validator, model_validator

from automation_rules.sla.calendar import Calendar
from automation_rules.sla.hours import WEEKDAYS, spans, week
from automation_rules.sla.public_holidays import HolidayCalendar
from automation_rules.sla.zone import time_zone
from automation_rules.units import WRITTEN, Amount, Unit
from workflows.graph import folded
from workflows.model import Document, Id, StatusCategory, StatusRole, Text

BY_CONTRACT = "by_contract"
"""The SLA's calendar is that of the customer's contract (C16)."""

DEFAULT_GOAL = "default"
"""The goal of a request without a priority, or with one that has no goal of its own."""

_folded = lru_cache(maxsize=1024)(folded)

_DAYS = re.compile(r"(mon|tue|wed|thu|fri|sat|sun)(?:-(mon|tue|wed|thu|fri|sat|sun))?")


def _days_of(key: object) -> list[str]:
    found = _DAYS.fullmatch(key) if isinstance(key, str) else None
    if found is None:
        raise ValueError(f"{key!r} is not a day or a range of days such as mon-fri")
    first, last = WEEKDAYS.index(found[1]), WEEKDAYS.index(found[2] or found[1])
    if last < first:
        raise ValueError(f"{key!r} is inverted: a range of days goes forward from mon to sun")
    return list(WEEKDAYS[first : last + 1])


def _refuse_twice(days: list[str], what: str) -> None:
    twice = {day for day in days if days.count(day) > 1}
    if twice:
        raise ValueError(f"the {what} of {', '.join(sorted(twice, key=WEEKDAYS.index))} are given twice")


def _pairs(ranges: tuple[str, ...]) -> list[tuple[str, str]]:
    pairs = []
    for text in ranges:
        start, dash, end = text.partition("-")
        if not dash:
            raise ValueError(f'{text!r} is not a range of hours such as "09:00-12:30"')
        pairs.append((start.strip(), end.strip()))
    return pairs


def _break_days(key: date | str) -> Sequence[date | str]:
    return _days_of(key) if isinstance(key, str) else (key,)


def _one_or_more(value: object) -> object:
    return (value,) if isinstance(value, str | Mapping) else value


Ranges = tuple[str, ...]
"""Opening hours as written in YAML: `["09:00-12:30", "14:00-18:00"]`; `[]` is closed."""


DateOrDays = Annotated[date | str, Field(union_mode="left_to_right")]
"""What a break is written for: one date, or `mon-fri` in every week."""


class CalendarDocument(Document):
    """Working hours, as a policy writes them; `hours: 24/7` never closes."""

    id: Id
    name: Text | None = None
    time_zone: str = Field(min_length=1)
    hours: dict[str, Ranges] | Literal["24/7"]
    holidays: Annotated[tuple[str, ...], BeforeValidator(_one_or_more)] = ()
    closed: tuple[date, ...] = ()
    date_overrides: dict[date, Ranges] = Field(default_factory=dict)
    breaks: dict[DateOrDays, Ranges] = Field(default_factory=dict)

    # Each part is also checked by itself, so that a mistake is told with its own line.
    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, name: str) -> str:
        return time_zone(name).key

    @field_validator("date_overrides")
    @classmethod
    def _sound_overrides(cls, overrides: dict[date, Ranges]) -> dict[date, Ranges]:
        for day, ranges in overrides.items():
            spans(f"hours of {day}", _pairs(ranges))
        return overrides

    @field_validator("hours")
    @classmethod
    def _known_days(cls, hours: dict[str, Ranges] | Literal["24/7"]) -> dict[str, Ranges] | Literal["24/7"]:
        if hours != "24/7":
            days = [day for key in hours for day in _days_of(key)]
            _refuse_twice(days, "hours")
            if not any(hours.values()):
                raise ValueError("an empty week: no goal could ever be reached on it")
            week({day: _pairs(ranges) for key, ranges in hours.items() for day in _days_of(key)})
        return hours

    @field_validator("breaks")
    @classmethod
    def _days_or_dates(cls, breaks: dict[date | str, Ranges]) -> dict[date | str, Ranges]:
        days = [day for key in breaks if isinstance(key, str) for day in _days_of(key)]
        _refuse_twice(days, "breaks")
        for key, ranges in breaks.items():
            spans(f"break of {key}", _pairs(ranges))
        return breaks

    @field_validator("holidays")
    @classmethod
    def _known_regions(cls, regions: tuple[str, ...]) -> tuple[str, ...]:
        HolidayCalendar(regions)
        return regions

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        calendar = self.calendar()
        if not calendar.opens_every_week:
            raise ValueError("the breaks leave an empty week: no goal could ever be reached on it")
        return self

    def calendar(self) -> Calendar:
        """The calendar itself; build it once per policy, it caches what it computes."""
        return Calendar(
            self.time_zone,
            self.weekly(),
            HolidayCalendar(self.holidays, frozenset(self.closed)),
            {day: _pairs(ranges) for day, ranges in self.date_overrides.items()},
            {day: _pairs(ranges) for key, ranges in self.breaks.items() for day in _break_days(key)},
        )

    def weekly(self) -> dict[str, list[tuple[str, str]]]:
        """The hours of each day of the week that opens."""
        if self.hours == "24/7":
            return {day: [("00:00", "24:00")] for day in WEEKDAYS}
        return {day: _pairs(ranges) for key, ranges in self.hours.items() for day in _days_of(key)}


class Happening(StrEnum):
    """What starts or stops a clock besides a status."""

    CREATED = "created"
    PRIORITY_CHANGED = "priority_changed"
    PUBLIC_AGENT_COMMENT = "public_agent_comment"


class Condition(Document):
    """One condition of a clock: in a status, role or category, or at a happening; YAML may write a bare status id."""

    status: Id | None = None
    role: StatusRole | None = None
    category: StatusCategory | None = None
    on: Happening | None = None

    @model_validator(mode="before")
    @classmethod
    def _bare_status(cls, value: Any) -> Any:
        return {"status": value} if isinstance(value, str) else value

    @model_validator(mode="after")
    def _exactly_one(self) -> Self:
        if sum(part is not None for part in (self.status, self.role, self.category, self.on)) != 1:
            raise ValueError("a condition names exactly one of status, role, category, on")
        return self

    def __str__(self) -> str:
        if self.status is not None:
            return f"status {self.status}"
        if self.role is not None:
            return f"role {self.role}"
        return f"category {self.category}" if self.category is not None else f"on {self.on}"


class Cycle(StrEnum):
    """What a start does after a stop: nothing any more, a new clock from zero, or the same clock going on."""

    FIRST = "first"
    EACH = "each"
    RESUME = "resume"


class Conflict(StrEnum):
    """Which wins in a status that both stops and pauses (requirements §2 #2)."""

    STOP = "stop"
    PAUSE = "pause"


_SECONDS = {Unit.MINUTES: 60, Unit.HOURS: 3600, Unit.BUSINESS_HOURS: 3600, Unit.DAYS: 86_400}


class Goal(Amount):
    """A goal such as `4h`: `m`, `h` and `bh` are time the clock counts, `1d` is 24 such hours as in JSM.

    `2bd` is the counted time up to the same local time two working dates after the start.
    """

    count: int = Field(gt=0, le=9999)

    @property
    def fixed(self) -> timedelta | None:
        """The counted time, None for working days, which depend on the start."""
        seconds = _SECONDS.get(self.unit)
        return None if seconds is None else timedelta(seconds=seconds * self.count)


def _told_apart(goals: dict[str, Goal]) -> dict[str, Goal]:
    names: dict[str, str] = {}
    for name in goals:
        if (first := names.setdefault(_folded(name), name)) != name:
            raise ValueError(f'"{first}" and "{name}" are the same priority: accents and case make no difference')
    return goals


Goals = Annotated[dict[str, Annotated[Goal, WithJsonSchema(WRITTEN)]], AfterValidator(_told_apart)]
"""Goals by priority (Jira's name or id, whatever its accents and case) and `default`."""

Conditions = Annotated[tuple[Condition, ...], BeforeValidator(_one_or_more)]


class SlaDocument(Document):
    """One clock: what starts, pauses and stops it, on which calendar, and its goals.

    No goals (B23) means a clock without a promise: it measures and never breaches. `contract_goals` are those of one
    calendar, instead of `goals`; `warnings` are fractions of the goal at which somebody wants to know (rules of kind
    `sla_watch` tell them). `jsm_name` is what Jira Service Management calls the same clock, for the drift check.
    """

    id: Id
    name: Text | None = None
    jsm_name: str | None = Field(default=None, min_length=1)
    start: Conditions = Field(min_length=1)
    stop: Conditions = Field(min_length=1)
    pause: Conditions = ()
    cycle: Cycle = Cycle.FIRST
    on_conflict: Conflict = Conflict.STOP
    calendar: Id | Literal["by_contract"]
    default_calendar: Id | None = None
    contract_field: Id | None = None
    goals: Goals = Field(default_factory=dict)
    contract_goals: dict[Id, Goals] = Field(default_factory=dict)
    warnings: tuple[Annotated[float, Field(gt=0, le=1)], ...] = ()

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.calendar == BY_CONTRACT and self.default_calendar is None:
            raise ValueError("calendar: by_contract needs default_calendar, the hours of a customer without contract")
        if self.calendar != BY_CONTRACT and (self.default_calendar or self.contract_field or self.contract_goals):
            raise ValueError("default_calendar, contract_field and contract_goals need calendar: by_contract")
        if any(condition.on is not None for condition in self.pause):
            raise ValueError("a clock is paused by a status, a role or a category, not by a happening")
        if any(condition.on is Happening.CREATED for condition in self.stop):
            raise ValueError("a clock that stops at creation measures nothing")
        if set(self.start) & set(self.stop):
            raise ValueError("the same condition both starts and stops the clock")
        if list(self.warnings) != sorted(set(self.warnings)):
            raise ValueError("warnings are fractions in increasing order, each once")
        return self

    def goal(self, priority: str | None, calendar: str | None = None) -> Goal | None:
        """The goal of a request of that priority under the contract with that calendar id; None when none is set."""
        goals = self.contract_goals.get(calendar or "", self.goals)
        wanted = _folded(priority or DEFAULT_GOAL)
        for name, goal in goals.items():
            if _folded(name) == wanted:
                return goal
        return goals.get(DEFAULT_GOAL)


class SlaChannel(StrEnum):
    """How the team is warned; customers never are."""

    INTERNAL_COMMENT = "internal_comment"
    NOTIFY = "notify"


class Delivery(StrEnum):
    """When a warning leaves: the moment it is due, or at the next opening of the desk."""

    AT_ONCE = "at_once"
    WORKING_HOURS = "working_hours"
