"""Defines the rules that tell people something: the occasions, the channels, and what a message consists of."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from automation_rules.durations import Duration, parse
from automation_rules.facts import Side
from automation_rules.request_rules import CommentKind
from automation_rules.rule_document import RuleDocument
from workflows.model import Document, Id


def _one_or_more(value: Any) -> Any:
    return (value,) if isinstance(value, str) else value


def _from(text: str) -> Any:
    return Field(default_factory=lambda: parse(text))


class Channel(StrEnum):
    """How somebody is told; `jsm` is Jira Service Management's own mail, which needs nothing from us (C23)."""

    PUBLIC_COMMENT = "public_comment"
    NOTIFY = "notify"
    JSM = "jsm"


class Occasion(Document):
    """What a notification is about: creation, entry into statuses, a date field's day, a comment, or a resolution.

    `resolved` is one that is set without a move, as when a customer confirms an answer (A14, A27, A45).
    """

    created: Literal[True] | None = None
    enters: Annotated[tuple[Id, ...], BeforeValidator(_one_or_more)] = ()
    from_: Annotated[tuple[Id, ...], BeforeValidator(_one_or_more)] = Field(default=(), alias="from")
    not_from: Annotated[tuple[Id, ...], BeforeValidator(_one_or_more)] = ()
    by: Annotated[tuple[Side, ...], BeforeValidator(_one_or_more)] = ()
    team_comment: Literal[True] | None = None
    comment: Annotated[tuple[CommentKind, ...], BeforeValidator(_one_or_more)] = ()
    reaches: Id | None = None
    resolved: Literal[True] | None = None

    @model_validator(mode="after")
    def _exactly_one(self) -> Self:
        occasions = (self.created, self.enters, self.team_comment, self.comment, self.reaches, self.resolved)
        if sum(map(bool, occasions)) != 1:
            raise ValueError("an occasion is exactly one of created, enters, reaches, team_comment, comment, resolved")
        if (self.from_ or self.not_from or self.by) and not (self.enters or (self.resolved and self.by)):
            raise ValueError("from, not_from and by belong to enters, by to resolved as well")
        return self


class NotificationRule(RuleDocument):
    """Tells the people the document names, once per event (C17-C23, D3-D27).

    A public comment is headed by its `subject`, if there is one; a message of Jira Service Management's own is only
    named by it. A move that came with an agent's comment is one event, unless `grouped: false` (D18 and D19).
    """

    kind: Literal["notification"]
    on: Occasion
    channel: Channel
    message: Id | None = None
    subject: Id | None = None
    roles: tuple[Id, ...] = ()
    to_assignee: bool = False
    to_field: Id | None = None
    except_created_by: tuple[str, ...] = ()
    grouped: bool = True
    group_within: Duration = _from("10m")
    forget_after: Duration = _from("24h")

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.channel is not Channel.JSM and self.message is None:
            raise ValueError("the message is missing")
        if self.channel is Channel.NOTIFY and (
            self.subject is None or not (self.roles or self.to_assignee or self.to_field)
        ):
            raise ValueError("channel: notify needs a subject, and roles, to_assignee or to_field")
        return self
