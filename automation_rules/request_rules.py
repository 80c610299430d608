"""Defines the rules about the request itself rather than its course: whom it is shared with, how it is labelled."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from automation_rules.conditions import When
from automation_rules.rule_document import RuleDocument
from workflows.model import Id


def _one_or_more(value: Any) -> Any:
    return (value,) if isinstance(value, str) else value


class SharingRule(RuleDocument):
    """Makes whom an agent names in a field participants of the request (D6, D12, B9).

    They see its whole history and comment on it; nothing else changes, the assignee stays. Jira Service Management
    tells them with its own message on new participants; `subject` is what the document calls that message (D7).
    """

    kind: Literal["sharing"]
    field: Id
    subject: Id | None = None


class LabelRule(RuleDocument):
    """Labels a request that moves from one status to another, e.g. one that is reopened (requirements §2 #20)."""

    kind: Literal["label"]
    from_: Annotated[tuple[Id, ...], BeforeValidator(_one_or_more)] = Field(alias="from", min_length=1)
    to: Annotated[tuple[Id, ...], BeforeValidator(_one_or_more)] = Field(min_length=1)
    label: str = Field(pattern=r"^\S+$", max_length=255)


class TransferRule(RuleDocument):
    """Gives each request to its first level, and keeps what a transfer promises (A5, A11, A18, A24, A31, A37).

    An agent transfers a request by changing its level. Status and imputation stay, the assignee is cleared, whoever
    worked on it watches it, and the internal comment `note` says from which level to which.
    """

    kind: Literal["transfer"]
    note: Id


class UnblockedRule(RuleDocument):
    """Tells the team, in the internal comment `note`, when all that a request was waiting for is done (E23).

    Jira's own links say what blocks what.
    """

    kind: Literal["unblocked"]
    while_: When = Field(alias="while")
    note: Id


class FollowUpRule(RuleDocument):
    """Links a new request to the closed ones of its project that it names: there is no other way on from them (D29)."""

    kind: Literal["follow_up"]


class CommentKind(StrEnum):
    """What a public comment is in the words of document D, whose mails differ by it (D5, D14, D21, D24)."""

    AGENT_ALONE = "agent_alone"
    AGENT_WAITING = "agent_waiting"
    AGENT_WITH_COPIES = "agent_with_copies"
    THIRD_PERSON = "third_person"
    REPORTER = "reporter"
