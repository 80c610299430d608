"""Defines what an administrator has to do by hand, what of a desk can be read back, and what the reading says."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from workflows.graph import folded


class ItemKind(StrEnum):
    """What an item is about; the order is that of the list."""

    REQUEST_TYPE = "request_type"
    SLA = "sla"
    CALENDAR = "calendar"
    QUEUE = "queue"
    PRIORITY = "priority"
    MAIL = "mail"
    WEBHOOK = "webhook"


@dataclass(frozen=True, kw_only=True)
class Item:
    """One thing to do: what it is called on the site, and the exact values to type, each with its label.

    `check` is what a reading compares: a queue's JQL, a webhook's address; empty for the others.
    """

    kind: ItemKind
    name: str
    values: tuple[tuple[str, str], ...] = ()
    check: str = ""


@dataclass(frozen=True, kw_only=True)
class Desk:
    """What can be read back of a service desk; None where this site does not let it be read.

    `request_types` say whether each is in a group, `queues` give their JQL, `webhooks` their addresses.
    """

    request_types: Mapping[str, bool] | None = None
    queues: Mapping[str, str] | None = None
    slas: frozenset[str] | None = None
    priorities: frozenset[str] | None = None
    webhooks: frozenset[str] | None = None


class Finding(StrEnum):
    """What a reading says of an item."""

    DONE = "done"
    MISSING = "missing"
    DIFFERENT = "different"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """An item, what a reading says of it, and what Jira has instead when it is different."""

    item: Item
    finding: Finding
    instead: str = field(default="")


def judge(item: Item, desk: Desk) -> Verdict:
    """What the desk shows of an item; most kinds cannot be read at all."""
    match item.kind:
        case ItemKind.REQUEST_TYPE:
            return _request_type(item, desk)
        case ItemKind.QUEUE:
            return _queue(item, desk)
        case ItemKind.SLA:
            return _among(item, desk.slas)
        case ItemKind.PRIORITY:
            return _among(item, desk.priorities)
        case ItemKind.WEBHOOK if desk.webhooks is not None:
            known = {address.rstrip("/") for address in desk.webhooks}
            return Verdict(item=item, finding=_found(item.check.rstrip("/") in known))
        case _:
            return Verdict(item=item, finding=Finding.UNREADABLE)


def _found(there: bool) -> Finding:  # noqa: FBT001 - a fact, not a flag
    return Finding.DONE if there else Finding.MISSING


def _among(item: Item, names: frozenset[str] | None) -> Verdict:
    if names is None:
        return Verdict(item=item, finding=Finding.UNREADABLE)
    return Verdict(item=item, finding=_found(folded(item.name) in {folded(name) for name in names}))


def _request_type(item: Item, desk: Desk) -> Verdict:
    if desk.request_types is None:
        return Verdict(item=item, finding=Finding.UNREADABLE)
    grouped = {folded(name): group for name, group in desk.request_types.items()}.get(folded(item.name))
    if grouped is None:
        return Verdict(item=item, finding=Finding.MISSING)
    return Verdict(item=item, finding=Finding.DONE if grouped else Finding.DIFFERENT)


def _queue(item: Item, desk: Desk) -> Verdict:
    if desk.queues is None:
        return Verdict(item=item, finding=Finding.UNREADABLE)
    found = {folded(name): jql for name, jql in desk.queues.items()}.get(folded(item.name))
    if found is None:
        return Verdict(item=item, finding=Finding.MISSING)
    if _plain(found) == _plain(item.check):
        return Verdict(item=item, finding=Finding.DONE)
    return Verdict(item=item, finding=Finding.DIFFERENT, instead=found)


def _plain(jql: str) -> str:
    """JQL without what Jira adds (the project's clause, outer parentheses), nor case or spaces that say nothing."""
    text = " ".join(jql.split())
    text = re.sub(r'^project\s*=\s*"?[A-Za-z0-9_]+"?\s+AND\s+', "", text, flags=re.IGNORECASE)
    text = re.sub(r"^\((.*)\)( ORDER BY .*)?$", r"\1\2", text, flags=re.IGNORECASE)
    return re.sub(r"\s*([(),=])\s*", r"\1", text).casefold()
