"""Reads the forms of the administration, sent by the page's script as JSON or by a browser without it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from flask import Request

from automation_rules.binding import Mode
from connect_app.doors.caller import ISSUE_KEY
from connect_app.doors.installation import Credentials
from connect_app.errors import Malformed
from connect_app.operations.choose_binding import Choice, Unfit
from connect_app.store.audit import Asked
from connect_app.store.ledger import EntryState
from connect_app.web.incoming import json_body, limited_body

LARGEST_FORM = 65_536
MOST_FIELDS = 200
LONGEST_FIELD = 4_000
LONGEST_KEY = 64
UNPAIRED = re.compile("[\ud800-\udfff]")
"""Halves of a character, which JSON can carry and no database keeps."""

Form = Mapping[str, str]


def sent_form(request: Request) -> Form:
    """The fields of a form; a box that is ticked is `on`. `Malformed` for anything that no form of ours sends."""
    if request.mimetype == "application/json":
        body = json_body(request, limit=LARGEST_FORM)
        if not isinstance(body, dict):
            raise Malformed("a form is an object")
        fields = {name: _text(value) for name, value in body.items()}
    else:
        limited_body(request, limit=LARGEST_FORM)
        fields = request.form.to_dict()
    return bounded(fields)


def bounded(fields: Form) -> Form:
    """The same fields; `Malformed` when there are too many, or one is too long or no text that can be kept."""
    if len(fields) > MOST_FIELDS or any(len(value) > LONGEST_FIELD for value in fields.values()):
        raise Malformed("too much in one form")
    if any("\x00" in value or UNPAIRED.search(value) for value in fields.values()):
        raise Malformed("a field is text")
    return fields


def chosen_binding(form: Form) -> Choice:
    """A binding as written; names stand one to a line."""
    try:
        mode = Mode(form.get("mode", Mode.DRY_RUN.value))
    except ValueError:
        raise Malformed("no such mode") from None
    return Choice(
        project_key=key_of(form.get("project", "")),
        pack=form.get("pack", ""),
        locale=form.get("locale", ""),
        mode=mode,
        people=_lines(form, "people."),
        groups=_lines(form, "groups."),
        parameters=dict(_under(form, "parameter.")),
        contracts=_contracts(form.get("contracts", "")),
    )


def login_of(form: Form) -> Credentials:
    """A service account's login; `Unfit` when half of it is missing."""
    email, token = form.get("email", "").strip(), form.get("token", "").strip()
    if not email or not token:
        raise Unfit("login-missing")
    return Credentials(email=email, token=token)


def end_of(form: Form) -> datetime | None:
    """The day a token ends, as that day's beginning in UTC; None when it is not told."""
    written = form.get("ends", "").strip()
    return None if not written else datetime.combine(_day(written), time(), UTC)


def asked_of(form: Form, zone: str | None) -> Asked:
    """What is looked for in the audit; days are days of the site, the last one included."""
    issue, state, before = form.get("issue", "").strip().upper(), form.get("state", ""), form.get("before", "")
    if issue and not ISSUE_KEY.fullmatch(issue):
        raise Unfit("no-issue-key", written=issue[:80])
    if state and state not in set(EntryState):
        raise Malformed("no such state")
    if before and not (before.isascii() and before.isdigit() and len(before) < 19):
        raise Malformed("no such page")
    since = _midnight(form.get("since", "").strip(), zone, after=0)
    until = _midnight(form.get("until", "").strip(), zone, after=1)
    return Asked(
        project=key_of(form["project"]) if form.get("project") else None,
        issue=issue or None,
        rule=form.get("rule") or None,
        state=EntryState(state) if state else None,
        since=since,
        until=until,
        before=int(before) if before else None,
    )


def key_of(written: str) -> str:
    """A project's key; `Unfit` when it cannot be one."""
    key = written.strip().upper()
    if not key or len(key) > LONGEST_KEY or not key.replace("_", "").isalnum() or not key.isascii():
        raise Unfit("no-project-key", written=written[:80])
    return key


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "on" if value else ""
    if not isinstance(value, str):
        raise Malformed("a field is text")
    return value


def _under(form: Form, prefix: str) -> list[tuple[str, str]]:
    return [(name.removeprefix(prefix), value) for name, value in form.items() if name.startswith(prefix)]


def _lines(form: Form, prefix: str) -> dict[str, tuple[str, ...]]:
    """Names by role: one to a line, or between semicolons."""
    return {
        role: tuple(name for line in value.splitlines() for part in line.split(";") if (name := part.strip()))
        for role, value in _under(form, prefix)
    }


def _contracts(written: str) -> dict[str, str]:
    contracts: dict[str, str] = {}
    for line in filter(None, map(str.strip, written.splitlines())):
        name, equals, calendar = (part.strip() for part in line.rpartition("="))
        if not (name and equals and calendar):
            raise Unfit("contract-unreadable", written=line[:200])
        contracts[name] = calendar
    return contracts


def _midnight(written: str, zone: str | None, *, after: int) -> datetime | None:
    """The beginning of a day in the site's zone, or of the day after."""
    if not written:
        return None
    day = date.fromordinal(_day(written).toordinal() + after)
    return datetime.combine(day, time(), ZoneInfo(zone or "UTC")).astimezone(UTC)


def _day(written: str) -> date:
    try:
        day = date.fromisoformat(written)
    except ValueError:
        raise Unfit("no-date", written=written[:40]) from None
    if not 2000 <= day.year <= 2999:
        raise Unfit("no-date", written=written[:40])
    return day
