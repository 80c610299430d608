"""Carries out one action once: claimed in the ledger, done in Jira with its mark, then recorded as done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from enum import StrEnum
from typing import Any

from automation_rules.actions import Action
from automation_rules.binding import Mode
from connect_app import metrics
from connect_app.errors import Refused, Stale, Temporary
from connect_app.jira.acting import AudienceMismatch, find, perform
from connect_app.jira.facts import instant
from connect_app.jira.own_actions import SLACK
from connect_app.jira.own_edits import edit_of_ours
from connect_app.logs import logger
from connect_app.operations.keep_binding import keep_binding
from connect_app.operations.open_site import OpenSite
from connect_app.operations.parts import Parts
from connect_app.operations.read_request import Request
from connect_app.store.ledger import EntryState, Intent, LedgerEntry

log = logger(__name__)


class UnderWay(Temporary):
    """Somebody else has claimed the action, or has done it since the request was read."""


class Carried(StrEnum):
    """What became of an action."""

    DONE = "done"
    TOLD = "told"
    REFUSED = "refused"
    STALE = "stale"


def carry_out(parts: Parts, site: OpenSite, request: Request, action: Action, reasons: tuple[str, ...]) -> Carried:
    """Does one action, and counts what became of it; raises as `_carried_out` does."""
    try:
        carried = _carried_out(parts, site, request, action, reasons)
    except Temporary as failure:
        outcome = "postponed" if failure.happened is False else "unknown"
        metrics.ACTIONS.labels(action.rule, outcome).inc()
        raise
    metrics.ACTIONS.labels(action.rule, carried.value).inc()
    return carried


def _carried_out(parts: Parts, site: OpenSite, request: Request, action: Action, reasons: tuple[str, ...]) -> Carried:
    """Does one action that was decided on `request`, read just now.

    Raises `Temporary` when Jira must be asked again later; the intention then stays in the ledger and is settled by
    `settle_intentions` before anything else is done to the issue.
    """
    installation = site.installation.id
    if not parts.store.ledger.intend(installation, _intent(parts, request, action, reasons)):
        raise UnderWay(f"{action.key} is being carried out elsewhere", retry_after=5)
    try:
        result = perform(site.client, request.issue, action, request.words)
    except Stale:
        parts.store.ledger.withdraw(installation, action.key)
        return Carried.STALE
    except Temporary as failure:
        if failure.happened is False:
            parts.store.ledger.withdraw(installation, action.key)
        raise
    except AudienceMismatch as mismatch:
        _stop_speaking(parts, site, request, action.key, mismatch)
        return Carried.REFUSED
    except Refused as refusal:
        parts.store.ledger.fail(installation, action.key, error=f"{refusal} ({refusal.remedy})")
        log.warning(
            "action refused", key=action.key, issue=request.issue.id, issue_key=request.issue.key, error=str(refusal)
        )
        return Carried.REFUSED
    parts.store.ledger.finish(installation, action.key, at=parts.clock.now(), result=result)
    log.info("action done", key=action.key, issue=request.issue.id, issue_key=request.issue.key, rule=action.rule)
    return Carried.DONE


def tell(parts: Parts, site: OpenSite, request: Request, action: Action, reasons: tuple[str, ...]) -> Carried:
    """Records what would be done, in dry run; Jira is not touched."""
    if parts.store.ledger.tell(site.installation.id, _intent(parts, request, action, reasons)):
        metrics.ACTIONS.labels(action.rule, Carried.TOLD.value).inc()
    return Carried.TOLD


def settle_intentions(parts: Parts, site: OpenSite, request: Request) -> bool:
    """Settles what was intended and never recorded as done: we, or another worker, died in between.

    An effect found in Jira by its mark is recorded as done; one that left no mark is forgotten, and decided again. Jobs
    of one issue never run together, so an intention met here belongs to nobody that lives; yet Jira may still be at
    work on it after we stopped waiting, so it is looked for a second time, later: `Temporary` until then. True when
    anything changed.
    """
    open_entries = [entry for entry in request.entries if entry.state is EntryState.INTENDED]
    for entry in open_entries:
        try:
            found = find(site.client, request.issue, entry.action, entry.key) or _changed(request, entry)
        except AudienceMismatch as mismatch:
            _stop_speaking(parts, site, request, entry.key, mismatch)
            continue
        if found is None:
            _look_twice(parts, site, entry)
            parts.store.ledger.withdraw(site.installation.id, entry.key)
            log.info("intention withdrawn", key=entry.key, issue=entry.issue_id, issue_key=entry.issue_key)
        else:
            at = instant(found["at"]) if found.get("at") else entry.intended_at
            parts.store.ledger.finish(site.installation.id, entry.key, at=at, result=found)
            log.info("intention found done", key=entry.key, issue=entry.issue_id, issue_key=entry.issue_key)
    return bool(open_entries)


def _changed(request: Request, entry: LedgerEntry) -> Mapping[str, Any] | None:
    """What the history tells of an action that leaves no mark; None where another one of its kind may have done it."""
    others = (e for e in request.entries if e.action == entry.action and e.key != entry.key)
    if any(e.state is not EntryState.FAILED and e.intended_at >= entry.intended_at - SLACK for e in others):
        return None
    return edit_of_ours(request.issue, entry.action, entry.intended_at)


def _look_twice(parts: Parts, site: OpenSite, entry: LedgerEntry) -> None:
    """Raises `Temporary` unless the effect was looked for in vain before, at least a retry's wait ago."""
    wait = parts.settings.retry_seconds
    now, looked_at = parts.clock.host_time(), (entry.result or {}).get("looked_at")
    if looked_at is not None and now - float(looked_at) >= wait:
        return
    if looked_at is None:
        parts.store.ledger.doubt(site.installation.id, entry.key, result={"looked_at": now})
    raise Temporary(f"whether {entry.key} happened is not known yet", retry_after=wait)


def _stop_speaking(parts: Parts, site: OpenSite, request: Request, key: str, mismatch: AudienceMismatch) -> None:
    """After a comment that the wrong people could read: the project is put in dry run until somebody has looked.

    Trying again would show it again, and our own comment comes back as a webhook: it would never end.
    """
    parts.store.ledger.fail(site.installation.id, key, error=f"{mismatch} ({mismatch.remedy})")
    bound = replace(request.bound, binding=replace(request.bound.binding, mode=Mode.DRY_RUN))
    parts.store.bindings.put(site.installation.id, bound)
    keep_binding(site, bound)
    log.error(
        "project put in dry run",
        key=key,
        issue=request.issue.id,
        issue_key=request.issue.key,
        error=str(mismatch),
        remedy=mismatch.remedy,
    )


def _intent(parts: Parts, request: Request, action: Action, reasons: tuple[str, ...]) -> Intent:
    return Intent(
        action=action,
        issue_id=request.issue.id,
        issue_key=request.issue.key,
        reasons=reasons,
        policy=request.policy.digest,
        owner=parts.owner,
        at=parts.clock.now(),
    )
