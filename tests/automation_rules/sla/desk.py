"""Builds the third document's desk and requests of it: statuses, clocks, histories in Paris time."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from automation_rules.facts import Audience, Comment, Edit, Issue, Move, Person, Side
from automation_rules.sla.calendar import Calendar
from automation_rules.sla.contract import BoundSla
from automation_rules.sla.model import CalendarDocument, SlaDocument
from workflows.model import Pack, StatusRole

AGENT = Person("agent", Side.AGENT)
CUSTOMER = Person("customer", Side.CUSTOMER)
STATUSES = {
    "submitted": StatusRole.NEW,
    "in-progress": StatusRole.IN_PROGRESS,
    "waiting-customer": StatusRole.WAITING_CUSTOMER,
    "waiting-third-party": StatusRole.WAITING_THIRD_PARTY,
    "planned": StatusRole.PLANNED,
    "closed": StatusRole.CLOSED,
}
PACK = Pack.model_validate(
    {
        "kind": "workflow-pack",
        "id": "managed-operations",
        "name": {"fr": "Infogérance", "en": "Managed operations"},
        "statuses": [{"id": i, "role": role, "name": {"fr": i, "en": i}} for i, role in STATUSES.items()],
        "workflows": [],
        "request_types": [],
    }
)
OFFICE: Calendar = CalendarDocument.model_validate(
    {
        "id": "support-fr",
        "time_zone": "Europe/Paris",
        "hours": {"mon-fri": ["09:00-12:30", "14:00-18:00"]},
        "holidays": "FR",
    }
).calendar()
ALWAYS: Calendar = CalendarDocument.model_validate(
    {"id": "always", "time_zone": "Europe/Paris", "hours": "24/7"}
).calendar()
RESPONSE: dict[str, Any] = {
    "id": "response",
    "start": ["submitted"],
    "stop": ["planned", "waiting-customer", "resolved", "closed"],
    "pause": ["waiting-customer", "waiting-third-party"],
    "cycle": "first",
    "calendar": "support-fr",
    "goals": {"high": "1h", "medium": "4h", "low": "1d", "default": "4h"},
    "warnings": [0.5, 1.0],
}
RESOLUTION = RESPONSE | {
    "id": "resolution",
    "start": [{"on": "created"}],
    "stop": [{"role": "closed"}],
    "pause": [{"role": "waiting_customer"}, {"role": "waiting_third_party"}],
    "cycle": "resume",
}


def paris(text: str) -> datetime:
    """`11-09 10:00` of 2026 (a Monday), Paris time, as an instant in UTC."""
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=ZoneInfo("Europe/Paris")).astimezone(UTC)


def bound(changes: dict[str, Any] | None = None, calendar: Calendar = OFFICE, *, of: Any = None) -> BoundSla:
    """The response clock of document C (or `of`), with some keys changed."""
    document = SlaDocument.model_validate((of or RESPONSE) | (changes or {}))
    return BoundSla(document, "support-fr", calendar, PACK)


def moves(first: str, *steps: tuple[str, str]) -> tuple[Move, ...]:
    """Moves from a first status: `("11-09 10:00", "in-progress")`, each from where the last one ended."""
    found: list[Move] = []
    old = first
    for number, (at, new) in enumerate(steps):
        found.append(Move(id=str(number), at=paris(at), by=AGENT, old=old, new=new))
        old = new
    return tuple(found)


def request(created: str, *steps: tuple[str, str], first: str = "submitted", **fields: Any) -> Issue:
    """A request created in a status and moved; other facts by name."""
    history = moves(first, *steps)
    known = {
        "id": "10001",
        "key": "SUP-88",
        "project_key": "SUP",
        "issue_type": "Request",
        "summary": "Une demande",
        "status": history[-1].new if history else first,
        "status_name": "",
        "created": paris(created),
        "moves": history,
    }
    return Issue(**(known | fields))


def comment(at: str, side: Side = Side.AGENT, audience: Audience = Audience.PUBLIC) -> Comment:
    return Comment(id=at, at=paris(at), by=Person("someone", side), audience=audience, text="…")


def priority(at: str, old: str | None, new: str | None) -> Edit:
    return Edit(
        id=at, at=paris(at), by=AGENT, field="priority", old="1", new="2", old_text=old or "", new_text=new or ""
    )
