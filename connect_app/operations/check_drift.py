"""Compares our clocks with Jira Service Management's own, request by request, and reports where they differ."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice

from automation_rules.sla.measure import Measure, measures
from automation_rules.sla.model import Cycle, SlaDocument
from automation_rules.sla.timeline import ClockState
from connect_app.errors import Misconfigured, Refused
from connect_app.jira.searching import open_or_recent
from connect_app.jira.service_levels import JsmCycle, read_service_levels
from connect_app.operations.open_site import OpenSite
from connect_app.operations.parts import Parts
from connect_app.operations.read_request import NotOurs, Request, read_request
from workflows.graph import folded

TOLERANCE = timedelta(minutes=1)
"""Elapsed times are compared to within this: JSM and we do not look at our watches at the same instant."""


@dataclass(frozen=True, kw_only=True)
class Difference:
    """One thing about one clock of one request on which JSM and we do not agree."""

    issue: str
    sla: str
    what: str
    ours: str
    jsm: str


@dataclass(frozen=True, kw_only=True)
class DriftReport:
    """What a check found; `unread` holds requests that could not be compared, with the reason."""

    project: str
    clocks: tuple[str, ...]
    compared: int
    differences: tuple[Difference, ...]
    unread: Mapping[str, str]


def check_drift(
    parts: Parts, site: OpenSite, project_key: str, *, tolerance: timedelta = TOLERANCE, most: int | None = None
) -> DriftReport:
    """Every open or recent request of a bound project, and each clock that has a `jsm_name` in the policy.

    With `most`, no more than that many requests are read: a page cannot wait for all. Raises `Misconfigured` for a
    project that is not bound, or when no clock of its policy has a `jsm_name`.
    """
    bound = parts.store.bindings.of_project(site.installation.id, project_key)
    if bound is None:
        raise Misconfigured(f"{project_key} is not a bound project of this site")
    policy = site.policies.bind(parts.policies, bound.binding)
    clocks = tuple(sla.id for sla in policy.document.slas if sla.jsm_name is not None)
    if not clocks:
        raise Misconfigured(f"no SLA of the policy of {project_key} has a jsm_name: there is nothing to compare with")
    compared, differences, unread = 0, list[Difference](), dict[str, str]()
    for found in islice(open_or_recent(site.client, project_key), most):
        try:
            request = read_request(parts, site, found.id)
            if isinstance(request, NotOurs):
                continue
            differences += _of_request(parts, site, request, tolerance)
            compared += 1
        except Refused as refusal:
            unread[found.id] = str(refusal)
    return DriftReport(
        project=project_key, clocks=clocks, compared=compared, differences=tuple(differences), unread=unread
    )


def _of_request(parts: Parts, site: OpenSite, request: Request, tolerance: timedelta) -> Iterator[Difference]:
    theirs = read_service_levels(site.client, request.issue.key)
    now = parts.clock.now()
    for sla in request.policy.slas(request.issue):
        if sla.document.jsm_name is not None:
            ours = measures(request.issue, sla, now)
            cycles = theirs.get(folded(sla.document.jsm_name))
            yield from compare(request.issue.key, sla.document, ours, cycles, tolerance)


def compare(
    issue: str, sla: SlaDocument, ours: tuple[Measure, ...], theirs: tuple[JsmCycle, ...] | None, tolerance: timedelta
) -> Iterator[Difference]:
    """The differences of one clock: its presence, number of cycles, state (`paused` among them) and elapsed time.

    A clock that resumes has one cycle here and several in JSM, which only starts new ones: their times are summed.
    """
    name = sla.jsm_name or sla.id
    if theirs is None:
        yield Difference(issue=issue, sla=sla.id, what="presence", ours=ours[-1].state.value, jsm=f"no SLA “{name}”")
        return
    begun = [one for one in ours if one.state is not ClockState.NOT_STARTED]
    resumes = sla.cycle is Cycle.RESUME
    if not resumes and len(theirs) != len(begun):
        yield Difference(issue=issue, sla=sla.id, what="cycles", ours=str(len(begun)), jsm=str(len(theirs)))
    place = -1 if resumes else len(begun) - 1
    there = theirs[place] if theirs and begun and place < len(theirs) else None
    state = _state(there) if begun else _state(theirs[-1] if theirs else None)
    if state is not ours[-1].state:
        paused = ClockState.PAUSED in {state, ours[-1].state}
        what = "paused" if paused else "state"
        yield Difference(issue=issue, sla=sla.id, what=what, ours=ours[-1].state.value, jsm=state.value)
    if there is not None:
        elapsed = sum((cycle.elapsed for cycle in theirs), timedelta()) if resumes else there.elapsed
        if abs(elapsed - ours[-1].elapsed) > tolerance:
            yield Difference(
                issue=issue, sla=sla.id, what="elapsed", ours=_seconds(ours[-1].elapsed), jsm=_seconds(elapsed)
            )


def _state(cycle: JsmCycle | None) -> ClockState:
    if cycle is None:
        return ClockState.NOT_STARTED
    if cycle.stop is not None:
        return ClockState.STOPPED
    return ClockState.PAUSED if cycle.paused else ClockState.RUNNING


def _seconds(time: timedelta) -> str:
    return f"{time.total_seconds():.0f} s"
