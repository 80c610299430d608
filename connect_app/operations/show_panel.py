"""Gathers what an agent sees beside a request: its clocks, what comes next and why, what was done, and its time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from automation_rules.actions import Action
from automation_rules.binding import Mode
from automation_rules.decide import review
from automation_rules.explain import Row, table
from automation_rules.facts import Reprieve
from automation_rules.forecast import forecast
from automation_rules.levels import level_now
from automation_rules.silence import Silence, silences
from automation_rules.sla.measure import Measure, measure
from automation_rules.telling import Deed, Told, tell
from connect_app.operations.agents import request_for
from connect_app.operations.open_site import OpenSite
from connect_app.operations.panel_time import Time, time_of
from connect_app.operations.parts import Parts
from connect_app.operations.read_request import Request
from connect_app.store.ledger import EntryState, LedgerEntry
from workflows.model import Level, StatusRole, Text

MOST_DONE = 40
"""Lines of the audit on the panel, the newest; `explain` tells all."""


@dataclass(frozen=True, kw_only=True)
class Clock:
    """One clock: its name as the policy gives it, where it stands, and how full its goal is (0 to 100)."""

    name: Text | None
    measure: Measure

    @property
    def state(self) -> str:
        """`not_started`, `running`, `closed` (runs, but not at this hour), `paused` or `stopped`."""
        if self.measure.state.value == "running" and not self.measure.within_calendar_hours:
            return "closed"
        return self.measure.state.value

    @property
    def share(self) -> int:
        """How much of the goal is used up, in percent, a hundred at most."""
        goal = self.measure.goal
        return min(100, int(self.measure.elapsed * 100 / goal)) if goal else 0


@dataclass(frozen=True, kw_only=True)
class Coming:
    """One step to come, nobody acting; `why` are the rule's own sentences, in English."""

    at: datetime
    told: Told
    why: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Done:
    """One line of the audit; `reprieve` is the agent's word when it was one, `error` what Jira refused in its words."""

    at: datetime
    told: Told
    state: EntryState
    summary: str
    why: tuple[str, ...]
    error: str | None
    reprieve: Reprieve | None


@dataclass(frozen=True, kw_only=True)
class Levels:
    """The level that holds the request, and where it may be transferred, the next one up first."""

    now: Level | None
    others: tuple[Level, ...]


@dataclass(frozen=True, kw_only=True)
class Panel:
    """All of it, for one request at one moment; `people` are the names Jira gave with it, by account id."""

    key: str
    status: str
    now: datetime
    dry_run: bool
    clocks: tuple[Clock, ...]
    silence: Silence | None
    coming: tuple[Coming, ...]
    done: tuple[Done, ...]
    time: Time | None
    levels: Levels | None
    rules: tuple[Row, ...]
    people: Mapping[str, str]

    @property
    def closes_at(self) -> datetime | None:
        """When the request will be closed if nobody acts."""
        return next((step.at for step in self.coming if step.told.deed is Deed.CLOSURE), None)


def show_panel(parts: Parts, site: OpenSite, issue: str, viewer: str | None) -> Panel:
    """What an agent of the request's project sees, or an operator (None); at most two requests to Jira.

    `NotFound` for everybody else. Who stands on which side is asked once an hour.
    """
    request = request_for(parts, site, issue, viewer)
    now = parts.clock.now()
    outcome = review(request.issue, request.policy, now)
    return Panel(
        key=request.issue.key,
        status=request.policy.status_name(request.issue.status) or request.issue.status_name,
        now=now,
        dry_run=request.bound.binding.mode is not Mode.ON,
        clocks=tuple(
            Clock(name=sla.document.name, measure=measure(request.issue, sla, now))
            for sla in request.policy.slas(request.issue)
        ),
        silence=next(iter(silences(request.issue, request.policy, now).values()), None),
        coming=tuple(_coming(request, now)),
        done=tuple(_done(request)),
        time=time_of(request, now),
        levels=_levels(request),
        rules=table(outcome),
        people=dict(_names(request)),
    )


def _coming(request: Request, now: datetime) -> Iterator[Coming]:
    """The steps ahead; the comment that goes with a closure is part of it."""
    for step in forecast(request.issue, request.policy, now):
        told = _told(request, step.action)
        if told.deed is not Deed.CLOSING_NOTE:
            yield Coming(at=step.at, told=told, why=step.reasons)


def _told(request: Request, action: Action) -> Told:
    return tell(type(action).__name__, action.key, action.rule, request.policy)


def _done(request: Request) -> Iterator[Done]:
    said = {reprieve.id: reprieve for reprieve in request.issue.reprieves}
    for entry in _newest(request.entries):
        yield Done(
            at=entry.done_at or entry.intended_at,
            told=tell(entry.action, entry.key, entry.rule, request.policy),
            state=entry.state,
            summary=entry.summary,
            why=entry.reasons,
            error=entry.error,
            reprieve=said.get(entry.key),
        )


def _newest(entries: Iterable[LedgerEntry]) -> list[LedgerEntry]:
    """The ledger tells them as they were written: of two in one instant, the later one is newer."""
    found = sorted(entries, key=lambda entry: entry.done_at or entry.intended_at)
    return found[::-1][:MOST_DONE]


def _levels(request: Request) -> Levels | None:
    levels, now = request.policy.pack.levels, level_now(request.policy.pack, request.issue)
    if not levels:
        return None
    if request.policy.role_of(request.issue.status) is StatusRole.CLOSED:
        return Levels(now=now, others=())
    place = levels.index(now) if now in levels else -1
    return Levels(now=now, others=(*levels[place + 1 :], *levels[: max(place, 0)]))


def _names(request: Request) -> Iterator[tuple[str, str]]:
    """The names Jira gave with the request; none is kept."""
    fields = request.raw.issue["fields"]
    written = (*request.raw.comments, *request.raw.histories, *request.raw.worklogs)
    for person in (fields.get("reporter"), fields.get("assignee"), *(one.get("author") for one in written)):
        if person and person.get("accountId") and person.get("displayName"):
            yield str(person["accountId"]), str(person["displayName"])
