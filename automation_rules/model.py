"""Defines the policy document: calendars, service levels, roles, parameters, and the rules, a union by `kind`."""

from __future__ import annotations

from enum import StrEnum
from itertools import pairwise
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, field_validator, model_validator

from automation_rules.billing_basis import BillingBasis
from automation_rules.conditions import When
from automation_rules.durations import Duration, DurationValue, parse
from automation_rules.notification_rules import NotificationRule
from automation_rules.request_rules import FollowUpRule, LabelRule, SharingRule, TransferRule, UnblockedRule
from automation_rules.rule_document import RuleDocument
from automation_rules.sla.model import CalendarDocument, Delivery, SlaChannel, SlaDocument
from workflows.checks import CLOSURE_TOO_EARLY
from workflows.model import Document, Id, StatusRole, Text


def _one_or_more(value: Any) -> Any:
    return (value,) if isinstance(value, str) else value


def _from(text: str) -> Any:
    return Field(default_factory=lambda: parse(text))


class ParameterRef(Document):
    """A value the binding gives: `{parameter: auto-close-after}`."""

    parameter: Id


class Since(StrEnum):
    """Where an idle clock starts (requirements §2 #7)."""

    STATUS_ENTRY = "status_entry"
    LAST_HUMAN_ACTIVITY = "last_human_activity"


class ResetBy(StrEnum):
    """Whose activity restarts an idle clock (requirements §2 #5)."""

    ANYONE = "anyone"
    CUSTOMER_ONLY = "customer_only"


class Step(Document):
    """What is done after so long a silence: a public comment headed by its subject, for the last step a move."""

    after: Duration | ParameterRef
    comment: Id | None = None
    subject: Id | None = None
    move_to: Id | None = None
    resolution: Id | None = None

    @model_validator(mode="after")
    def _does_something(self) -> Self:
        if self.comment is None and self.move_to is None:
            raise ValueError("a step has a comment, a move_to or both")
        if self.resolution is not None and self.move_to is None:
            raise ValueError("a resolution is set by a move: move_to is missing")
        if self.subject is not None and self.comment is None:
            raise ValueError("a subject heads a comment: comment is missing")
        return self


class SendWindow(Document):
    """The hours in which reminders leave, as a calendar's id; closures keep their full delay after them."""

    calendar: Id


class InactivityRule(RuleDocument):
    """Reminds, then moves, a request that stays silent (C24-C26, D25-D26, A15).

    With `unless_answered`, nobody is reminded whose public word is the last one: the request may still stand in the
    waiting status, because its move back failed or is left to the team, but it is not the customer who is awaited.
    """

    kind: Literal["inactivity"]
    while_: When = Field(alias="while")
    since: Since = Since.LAST_HUMAN_ACTIVITY
    reset_by: ResetBy = ResetBy.ANYONE
    unless_answered: bool = True
    ignored_fields: tuple[str, ...] = ()
    steps: tuple[Step, ...] = Field(min_length=1)
    send_window: SendWindow | None = None
    calendar: Id | None = None

    @field_validator("steps")
    @classmethod
    def _in_order(cls, steps: tuple[Step, ...]) -> tuple[Step, ...]:
        if any(step.move_to is not None for step in steps[:-1]):
            raise OutOfOrder("only the last step may move the request")
        in_order([step.after for step in steps if isinstance(step.after, DurationValue)])
        return steps


class OutOfOrder(ValueError):
    """The steps of a rule cannot follow each other."""

    check = CLOSURE_TOO_EARLY


def in_order(delays: list[DurationValue]) -> None:
    """OutOfOrder unless the delays of a rule's steps are in one unit and grow."""
    for earlier, later in pairwise(delays):
        if earlier.unit is not later.unit:
            raise OutOfOrder(f"the steps of one rule are in one unit, not {earlier} and {later}")
        if later.count <= earlier.count:
            raise OutOfOrder(f"each step is later than the one before: {later} follows {earlier}")


class ImputationRule(RuleDocument):
    """Gives a request its sub-task of the month (A6); `internal_for` are those not billed on time (A34)."""

    kind: Literal["imputation"]
    enters_role: StatusRole
    title: Id
    internal_for: When | None = None
    issue_type: str | None = None
    calendar: Id | None = None


class ReopeningRule(RuleDocument):
    """Brings a request back when its customer comments on it (C9, C27, design §4); `within` limits for how long."""

    kind: Literal["reopening"]
    while_: When = Field(alias="while")
    to: Id
    within: Duration | None = None
    calendar: Id | None = None


class Trigger(StrEnum):
    """What makes a `transition_on_event` rule look."""

    ASSIGNED = "assigned"
    PUBLIC_AGENT_COMMENT = "public_agent_comment"
    CUSTOMER_MOVED = "customer_moved"
    CUSTOMER_CONFIRMED = "customer_confirmed"


class TransitionRule(RuleDocument):
    """Moves a request when something happens to it (B8, E13 on assignment, B10 on a public answer).

    `to` may be a parameter of kind status: a binding then chooses where to, or `none` for nowhere (E13). `transition`
    is the one to take, where several lead there.
    """

    kind: Literal["transition_on_event"]
    on: Trigger
    while_: When = Field(alias="while")
    to: Id | ParameterRef
    transition: Id | None = None


class GuardMode(StrEnum):
    """What a guard does about a violation."""

    OBSERVE = "observe"
    FLAG = "flag"
    REVERT = "revert"


class GuardRule(RuleDocument):
    """Notices moves the documents do not allow, or made without what they require (C4, C6, C8, C11, A7).

    With `ours`, also moves of Relance's that carry out what an agent did otherwise, such as an assignment (B8, B17).
    With the message `level`, also moves of one level's transition by somebody of another, where the binding says who is
    of which (A5, A18, A31).
    """

    kind: Literal["workflow_guard"]
    ours: bool = False
    mode: GuardMode = GuardMode.FLAG
    window: Duration = _from("10m")
    grace: Duration = _from("24h")
    forget_after: Duration = _from("24h")
    message: Id
    outside: Id
    level: Id | None = None


class Reason(Document):
    """One reason to escalate that the document recommends (C30)."""

    id: Id
    text: Text


class EscalationRule(RuleDocument):
    """Alerts the named roles when the customer escalates (C28-C31)."""

    kind: Literal["escalation"]
    roles: tuple[Id, ...] = Field(min_length=1)
    subject: Id
    message: Id
    note: Id
    acknowledgement: Id
    cool_down: Duration = _from("24h")
    reasons: tuple[Reason, ...] = ()


class SlaWatchRule(RuleDocument):
    """Warns the team while a clock runs, at fractions of its goal and when the goal is used up (B18, C13).

    `at` are fractions of the goal, 1 being the goal itself; by default those of the SLA's own `warnings`, and 1. A
    clock without a goal (B23) has no warnings. With `deliver: working_hours`, a warning waits for the next opening of
    `calendar` (the policy's own by default).
    """

    kind: Literal["sla_watch"]
    sla: Id
    at: tuple[Annotated[float, Field(gt=0, le=1)], ...] = ()
    deliver: Delivery = Delivery.AT_ONCE
    calendar: Id | None = None
    channels: Annotated[tuple[SlaChannel, ...], BeforeValidator(_one_or_more)] = (SlaChannel.INTERNAL_COMMENT,)
    warning: Id = "sla-warning"
    breach: Id = "sla-breach"
    warning_subject: Id = "sla-warning-subject"
    breach_subject: Id = "sla-breach-subject"
    roles: tuple[Id, ...] = ()
    to_assignee: bool = False

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if list(self.at) != sorted(set(self.at)):
            raise ValueError("at holds fractions of the goal in increasing order, each once")
        if not self.channels or len(set(self.channels)) < len(self.channels):
            raise ValueError("channels are internal_comment, notify or both, each once")
        told = bool(self.roles or self.to_assignee)
        if told is not (SlaChannel.NOTIFY in self.channels):
            raise ValueError("channels: notify needs roles or to_assignee, and only it uses them")
        if self.calendar is not None and self.deliver is not Delivery.WORKING_HOURS:
            raise ValueError("a calendar is for deliver: working_hours")
        return self


Rule = Annotated[
    InactivityRule
    | ImputationRule
    | ReopeningRule
    | TransitionRule
    | GuardRule
    | NotificationRule
    | EscalationRule
    | SlaWatchRule
    | SharingRule
    | LabelRule
    | TransferRule
    | UnblockedRule
    | FollowUpRule,
    Field(discriminator="kind"),
]


class Role(Document):
    """A part somebody plays (`team-lead`), given to people or groups by the binding; required unless `optional`."""

    id: Id
    name: Text
    optional: bool = False


NOWHERE = "none"
"""The value of a status parameter that switches the move off."""

SWITCH = ("on", "off")
"""The values of a switch."""


class Parameter(Document):
    """A value the source leaves open: a duration, a text, or a status of the pack (`none` for no move); or a switch.

    With `must_be_set`, no binding goes live before its administrator gave the value; until then `suggested` is used in
    dry run. `why` says what the source says.
    """

    id: Id
    kind: Literal["duration", "text", "status", "switch"]
    suggested: str = Field(min_length=1)
    must_be_set: bool = False
    why: str = Field(min_length=1)

    @model_validator(mode="after")
    def _readable(self) -> Self:
        self.read(self.suggested)
        return self

    def read(self, value: Any) -> DurationValue | str:
        """The value as its kind; ValueError when it is not one."""
        if self.kind == "switch" and value not in SWITCH:
            raise ValueError("a switch is on or off")
        if self.kind != "duration":
            return str(value)
        return value if isinstance(value, DurationValue) else parse(str(value))


class PolicyDocument(Document):
    """The promises of one pack, as written.

    With `panel_comment`, one internal comment says what comes next on sites where Jira shows no page of ours; it may be
    a parameter of kind switch.
    """

    kind: Literal["policy"]
    pack: Id
    calendar: Id
    calendars: tuple[CalendarDocument, ...] = Field(min_length=1)
    slas: tuple[SlaDocument, ...] = ()
    roles: tuple[Role, ...] = ()
    parameters: tuple[Parameter, ...] = ()
    rules: tuple[Rule, ...] = ()
    billing: tuple[BillingBasis, ...] = ()
    panel_comment: bool | ParameterRef = False
