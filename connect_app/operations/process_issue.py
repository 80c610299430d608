"""Brings one issue up to date: read, decide, act on the first thing to do, and again until nothing is left to do."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

from automation_rules.actions import Action, MoveTo
from automation_rules.binding import Mode
from automation_rules.chronology import first_after
from automation_rules.decide import Review, review
from automation_rules.figures_coming import coming_steps
from connect_app.errors import NotFound
from connect_app.jira.links import unblocked_by
from connect_app.logs import logger
from connect_app.operations.adopt_marks import adopt_marks
from connect_app.operations.carry_out import Carried, carry_out, settle_intentions, tell
from connect_app.operations.limit_closures import may_close
from connect_app.operations.open_site import OpenSite
from connect_app.operations.part_from import part_from
from connect_app.operations.parts import Parts
from connect_app.operations.publish_lozenge import publish_lozenge
from connect_app.operations.publish_panel import publish_panel
from connect_app.operations.publish_sla import clocks_of, late_clocks, publish_sla
from connect_app.operations.read_request import NotOurs, Request, read_request
from connect_app.operations.version_read import version_read
from connect_app.store.agenda import Appointment
from workflows.model import StatusRole

log = logger(__name__)

MOST_ACTIONS = 25
"""Actions on one issue in one run at most: more means that two rules answer each other for ever."""

LOOK_AGAIN = timedelta(hours=1)
"""When to come back to what was refused, overtaken or held: nothing else would, since time changes no answer then."""


@dataclass(frozen=True)
class Processed:
    """What came of one run: natural keys that were done or told, and issues to process next.

    These are a sub-task's parent, and what an issue that is done now has blocked.
    """

    keys: tuple[str, ...] = ()
    follow: tuple[str, ...] = ()


@dataclass
class _Run:
    """The keys of what one run has done or told, and of what it leaves for another one."""

    done: list[str] = field(default_factory=list)
    set_aside: set[str] = field(default_factory=set)

    @property
    def full(self) -> bool:
        """Whether as much was done as one run may do."""
        return len(self.done) >= MOST_ACTIONS


def process_issue(parts: Parts, installation_id: str, issue_id: str) -> Processed:
    """Reads the issue, decides, and carries out what is due.

    The issue is read anew before each action that must fit what Jira holds at that moment, a customer who answered a
    second ago is not closed, and once more at the end (docs/decisions/0002). Raises `Temporary` when Jira must be asked
    again later.
    """
    site = parts.sites.open(installation_id)
    if site is None:
        return Processed()
    run = _Run()
    while True:
        try:
            request = read_request(parts, site, issue_id)
        except NotFound:
            part_from(parts, site, issue_id, "it is gone, or hidden from us")
            return Processed(tuple(run.done))
        if isinstance(request, NotOurs):
            part_from(parts, site, issue_id, request.why)
            return Processed(tuple(run.done), follow=request.follow)
        if settle_intentions(parts, site, request) or adopt_marks(parts, site, request):
            continue
        outcome = review(request.issue, request.policy, parts.clock.now())
        if not _carry(parts, site, request, outcome, run):
            break
    if run.full:
        log.error("too many actions on one issue", issue=request.issue.id, issue_key=request.issue.key, keys=run.done)
    left = run.full or any(a.key in run.set_aside for a in outcome.actions)
    _remember(parts, site, request, outcome, left=left and request.bound.binding.mode is Mode.ON)
    return Processed(tuple(run.done), follow=unblocked_by(request.raw))


def _next(parts: Parts, site: OpenSite, request: Request, outcome: Review, set_aside: set[str]) -> list[Action]:
    """What may be done on this reading: the first action still to do, and those after it that bear the delay.

    Closures wait while too many are asked for. In dry run nothing is written, so nothing grows old.
    """
    found: list[Action] = []
    for decision in outcome.decisions:
        for action in decision.actions:
            if action.key in set_aside:
                continue
            if found and request.bound.binding.mode is Mode.ON and not decision.bears_delay(action):
                return found
            if _may_act(parts, site, request, outcome, action):
                found.append(action)
            else:
                set_aside |= {a.key for a in decision.actions}
    return found


def _carry(parts: Parts, site: OpenSite, request: Request, outcome: Review, run: _Run) -> bool:
    """Does what may be done on this reading; False when there was nothing.

    The first action that fails is the last: what comes after it may not be right without it.
    """
    actions = _next(parts, site, request, outcome, run.set_aside)[: MOST_ACTIONS - len(run.done)]
    for action in actions:
        carried = _act(parts, site, request, outcome, action)
        if carried in {Carried.DONE, Carried.TOLD}:
            run.done.append(action.key)
        if carried is not Carried.DONE:
            run.set_aside.add(action.key)
        if carried in {Carried.REFUSED, Carried.STALE}:
            break
    return bool(actions)


def _act(parts: Parts, site: OpenSite, request: Request, outcome: Review, action: Action) -> Carried:
    reasons = next((d.reasons for d in outcome.decisions if action in d.actions), ())
    if request.bound.binding.mode is Mode.ON:
        return carry_out(parts, site, request, action, reasons)
    return tell(parts, site, request, action, reasons)


def _may_act(parts: Parts, site: OpenSite, request: Request, outcome: Review, action: Action) -> bool:
    """False for an action that belongs to a closure of ours, when that is held; what was begun is finished."""
    if request.bound.binding.mode is not Mode.ON:
        return True
    closed = {s.id for s in request.policy.pack.statuses if s.role is StatusRole.CLOSED}
    moves = [a for a in _together(outcome, action) if isinstance(a, MoveTo) and a.to_status in closed]
    if not moves or f"{moves[0].key.removesuffix('/move')}/comment" in request.issue.done:
        return True
    return may_close(parts, site, request.issue.project_key, moves[0].key, request.issue.id)


def _together(outcome: Review, action: Action) -> tuple[Action, ...]:
    """The actions of the decision this one belongs to."""
    return next((d.actions for d in outcome.decisions if action in d.actions), (action,))


def _remember(parts: Parts, site: OpenSite, request: Request, outcome: Review, *, left: bool) -> None:
    """Writes down when to look again, and in Jira where the clocks stand; soon when something is left to do."""
    waiting = [d for d in outcome.decisions if d.until is not None and d.until == outcome.next_at]
    now = parts.clock.now()
    coming = coming_steps(request.issue, request.policy, now)
    # What Jira dates after our clock does not count yet, for no rule and no SLA.
    instants = [outcome.next_at, now + LOOK_AGAIN if left else None, first_after(request.issue, now)]
    clocks = clocks_of(request, now)
    parts.store.agenda.put(
        Appointment(
            installation_id=site.installation.id,
            issue_id=request.issue.id,
            project_key=request.issue.project_key,
            due_at=min((at for at in instants if at is not None), default=None),
            why="; ".join(f"{d.rule}: {d.reasons[-1]}" for d in waiting if d.reasons),
            seen=version_read(request.raw.updated, request.bound, request.policy),
            coming=coming,
            late=late_clocks(clocks),
        )
    )
    if request.bound.binding.mode is Mode.ON:
        publish_sla(site, request, outcome, clocks)
        publish_panel(parts, site, request, outcome)
        publish_lozenge(parts, site, request, coming, clocks.values())
