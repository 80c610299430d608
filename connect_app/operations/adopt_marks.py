"""Takes back into the ledger what Jira says we did and the ledger does not know: it was lost, or is an older copy."""

from __future__ import annotations

from connect_app.jira.own_marks import Mark, marks_on
from connect_app.jira.reading import RawIssue
from connect_app.logs import logger
from connect_app.operations.open_site import OpenSite
from connect_app.operations.parts import Parts
from connect_app.operations.read_request import Request
from connect_app.store.ledger import EntryState, LedgerEntry

log = logger(__name__)

WHY = "found in Jira by its mark"


def adopt_marks(parts: Parts, site: OpenSite, request: Request) -> tuple[str, ...]:
    """Records what was done to a request and is not on record; the natural keys of it, so that it is read again.

    What the ledger holds as done, intended or refused stays as it is: only what it does not know, or knows from a dry
    run, can be news.
    """
    taken = adopt(parts, site, request.raw, request.entries)
    if taken:
        log.warning("marks adopted", issue=request.issue.id, issue_key=request.issue.key, keys=list(taken))
    return taken


def adopt(parts: Parts, site: OpenSite, raw: RawIssue, entries: tuple[LedgerEntry, ...]) -> tuple[str, ...]:
    """The same for an issue as it was read, and what the ledger holds of it."""
    known = {entry.key for entry in entries if entry.state is not EntryState.WOULD_DO}
    unknown = [mark for mark in marks_on(raw) if mark.key not in known]
    if not unknown:
        return ()
    return parts.store.ledger.adopt(site.installation.id, [_entry(parts, raw, mark) for mark in unknown])


def _entry(parts: Parts, raw: RawIssue, mark: Mark) -> LedgerEntry:
    now = parts.clock.now()
    done_at = mark.at or now
    return LedgerEntry(
        key=mark.key,
        issue_id=raw.id,
        issue_key=str(raw.issue["key"]),
        rule=mark.rule,
        action=mark.action,
        summary=f"{mark.action} of rule {mark.rule}, {WHY}",
        reasons=(WHY,),
        policy="",
        state=EntryState.DONE,
        owner=parts.owner,
        intended_at=min(mark.since or done_at, done_at),
        done_at=done_at,
        result=dict(mark.result),
        error=None,
    )
