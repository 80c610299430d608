"""Writes the audit of one site as rows of a spreadsheet, in the words of the reader."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from zoneinfo import ZoneInfo

from connect_app.runtime import Runtime
from connect_app.store.audit import Asked
from connect_app.store.ledger import EntryState, LedgerEntry
from connect_app.web.admin_forms import Form, asked_of
from connect_app.web.admin_seat import Seat
from connect_app.web.words import gettext

PAGE = 1000
MOST_ROWS = 100_000


def audit_rows(runtime: Runtime, seat: Seat, form: Form) -> list[tuple[str, ...]]:
    """A heading and the newest hundred thousand entries that fit, newest first; `Unfit` when the filters do not."""
    asked = asked_of(form, seat.site.time_zone)
    heading = (
        gettext("When"),
        gettext("Request"),
        gettext("Rule"),
        gettext("What"),
        gettext("Outcome"),
        gettext("Why"),
        gettext("Jira's answer"),
        gettext("Policy"),
        gettext("Key"),
    )
    return [heading, *_entries(runtime, seat, replace(asked, before=None))]


def _entries(runtime: Runtime, seat: Seat, asked: Asked) -> Iterator[tuple[str, ...]]:
    zone = ZoneInfo(seat.site.time_zone or "UTC")
    for _ in range(MOST_ROWS // PAGE):
        page = runtime.store.audit.page(seat.site.id, asked, limit=PAGE)
        yield from (_row(entry, zone) for entry in page.entries)
        if page.next is None:
            return
        asked = replace(asked, before=page.next)


def state_said(state: EntryState) -> str:
    """A state of the ledger in the reader's words."""
    return {
        EntryState.INTENDED: gettext("under way"),
        EntryState.DONE: gettext("done"),
        EntryState.WOULD_DO: gettext("would do (dry run)"),
        EntryState.FAILED: gettext("refused"),
    }[state]


def _row(entry: LedgerEntry, zone: ZoneInfo) -> tuple[str, ...]:
    return (
        f"{(entry.done_at or entry.intended_at).astimezone(zone):%Y-%m-%d %H:%M}",
        entry.issue_key,
        entry.rule,
        entry.summary,
        state_said(entry.state),
        " · ".join(entry.reasons),
        entry.error or "",
        entry.policy,
        entry.key,
    )
