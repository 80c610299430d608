"""Defines the frozen documents of a workflow pack: statuses, transitions, workflows, scheme."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Id = Annotated[str, Field(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=60)]
"""A stable kebab-case id: appears in logs, comment marks, ledger keys and docs; never renamed."""


class Document(BaseModel):
    """A piece of YAML that refuses unknown keys and never changes once read."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class StatusRole(StrEnum):
    """What a status means to the rules, whatever the desk calls it (design §2)."""

    NEW = "new"
    ACKNOWLEDGED = "acknowledged"
    IN_PROGRESS = "in_progress"
    WAITING_CUSTOMER = "waiting_customer"
    WAITING_APPROVAL = "waiting_approval"
    WAITING_INTERNAL = "waiting_internal"
    WAITING_THIRD_PARTY = "waiting_third_party"
    PLANNED = "planned"
    ANSWERED = "answered"
    CLOSED = "closed"


class StatusCategory(StrEnum):
    """Jira's three status categories, in the vocabulary of `POST /statuses`."""

    TODO = "TODO"
    IN_PROGRESS = "IN_PROGRESS"
    DONE = "DONE"


class Actor(StrEnum):
    """Who may take a transition; `app` transitions are hidden from people."""

    AGENT = "agent"
    CUSTOMER = "customer"
    APP = "app"


class Requirement(StrEnum):
    """What a transition demands besides being allowed (guards)."""

    PUBLIC_COMMENT = "public_comment"
    ASSIGNEE = "assignee"
    PRIORITY = "priority"
    RESOLUTION = "resolution"
    REASON = "reason"
    THIRD_PARTY = "third_party"
    PLANNED_DATE = "planned_date"
    RESPONSIBLE = "responsible"
    ESTIMATE = "estimate"
    COMPONENT = "component"


class Assigns(StrEnum):
    """Whom a transition assigns the request to, in the names of Jira's own post function."""

    ACTOR = "to-current-user"
    NOBODY = "to-unassigned"
    PROJECT_DEFAULT = "to-default-user"


class Text(Document):
    """The same words in each language; French is the reference."""

    fr: str = Field(min_length=1)
    en: str = Field(min_length=1)

    def in_language(self, locale: str) -> str:
        """The words for a locale such as `fr`, `fr_BE` or `en-US`; French when the language is unknown."""
        return self.en if locale.lower().startswith("en") else self.fr


class Status(Document):
    """One status; its French name, in the source's spelling, is its Jira name."""

    id: Id
    role: StatusRole
    name: Text
    category: StatusCategory | None = None
    aliases: tuple[str, ...] = ()
    meaning: Text | None = None
    answer_expected: bool = False

    @property
    def jira_name(self) -> str:
        """The name Jira knows the status by."""
        return self.name.fr

    @property
    def jira_category(self) -> StatusCategory:
        """The category in Jira: as written, else derived from the role."""
        if self.category is not None:
            return self.category
        if self.role is StatusRole.CLOSED:
            return StatusCategory.DONE
        return StatusCategory.TODO if self.role is StatusRole.NEW else StatusCategory.IN_PROGRESS


class Transition(Document):
    """One allowed move, who may make it and what it requires.

    Jira knows it by its French name, or by the English one where the document itself shows that (`stored_in: en`,
    E21, E26, E27, E29).
    """

    id: Id
    from_: tuple[Id, ...] | Literal["any"] = Field(alias="from")
    to: Id
    name: Text
    by: tuple[Actor, ...] = (Actor.AGENT,)
    requires: tuple[Requirement, ...] = ()
    resolution: Id | None = None
    clears_resolution: bool = False
    assigns: Assigns | None = None
    level: Id | None = None
    stored_in: Literal["fr", "en"] = "fr"

    @property
    def jira_name(self) -> str:
        """The name Jira knows the transition by."""
        return self.name.in_language(self.stored_in)


class Approval(Document):
    """Jira Service Management's own approval of a status: the people of a field answer on the portal (A39, A40, A42).

    `approved` and `refused` are the transitions their answers take; nobody is asked while the field is empty.
    """

    status: Id
    field: Id
    approved: Id
    refused: Id
    answers: int = Field(default=1, ge=1, le=20)
    exclude: tuple[Literal["assignee", "reporter"], ...] = ()


class Workflow(Document):
    """The graph one or more issue types follow."""

    id: Id
    name: str = Field(min_length=1, max_length=255)
    initial: Id
    transitions: tuple[Transition, ...]
    approvals: tuple[Approval, ...] = ()


class Resolution(Document):
    """A resolution the pack sets; its French name is its Jira name."""

    id: Id
    name: Text


class FieldKind(StrEnum):
    """The kinds of custom field a guard may read."""

    TEXT = "text"
    DATE = "date"
    NUMBER = "number"
    SELECT = "select"
    USER = "user"
    USERS = "users"
    COMPONENTS = "components"


LEVEL_FIELD = "level"
"""The id of the field that says which level holds a request: a select whose options are the levels' names (A11)."""


class PackField(Document):
    """A Jira field the pack's rules read, found by its French name.

    With `jira_type` it is one that Jira or Jira Service Management brings, found by the key of its type, and never
    made: `components`, `com.atlassian.servicedesk:sd-request-participants`.
    """

    id: Id
    kind: FieldKind
    name: Text
    options: tuple[Text, ...] = ()
    jira_type: str | None = None


class Priority(Document):
    """One of the priorities the desk distinguishes and when it applies; its French name is its Jira name (B19)."""

    id: Id
    name: Text
    meaning: Text


class RequestType(Document):
    """One kind of request: the Jira issue type it uses, the workflow it follows, the level that takes it first."""

    id: Id
    issue_type: str = Field(min_length=1, max_length=60)
    workflow: Id
    name: Text
    aliases: tuple[str, ...] = ()
    entry_level: Id | None = None


class Level(Document):
    """A support level (N1, N2, N3) and the Jira group that embodies it, unless a binding says otherwise."""

    id: Id
    name: Text


class Ambiguity(Document):
    """Something the source leaves open or says in two ways, and what this pack makes of it (requirements §2)."""

    about: tuple[Annotated[str, Field(pattern=r"^[A-E][0-9]+$")], ...] = Field(min_length=1)
    problem: str = Field(min_length=1)
    choice: str = Field(min_length=1)


class Enforcement(Document):
    """What Jira itself is to refuse, besides moves that the workflow does not have.

    `agents`: agents' moves made by somebody who is none; `fields`: agents' moves without the fields they require;
    `levels`: moves of a level by others; `subtasks_before_closing`: closing while a sub-task is open.
    """

    agents: bool = True
    fields: bool = True
    levels: bool = False
    subtasks_before_closing: bool = False


class Pack(Document):
    """Everything one documented desk needs to exist in Jira.

    `scheme` names the workflow scheme of a project that has one of its own, as a dumped pack does; by default each
    project gets its own.
    """

    kind: Literal["workflow-pack"]
    id: Id
    source: Literal["A", "B", "C", "D", "E"] | None = None
    name: Text
    statuses: tuple[Status, ...]
    workflows: tuple[Workflow, ...]
    request_types: tuple[RequestType, ...]
    resolutions: tuple[Resolution, ...] = ()
    fields: tuple[PackField, ...] = ()
    priorities: tuple[Priority, ...] = ()
    levels: tuple[Level, ...] = ()
    imputation_issue_type: str | None = None
    scheme: str | None = Field(default=None, min_length=1, max_length=255)
    enforcement: Enforcement = Enforcement()
    ambiguities: tuple[Ambiguity, ...] = ()

    def status(self, status_id: str) -> Status:
        """The status with this id; KeyError when the pack has none."""
        for status in self.statuses:
            if status.id == status_id:
                return status
        raise KeyError(status_id)

    def workflow_of(self, issue_type: str) -> Workflow | None:
        """The workflow an issue type follows in this pack, or None when it is not one of its request types."""
        wanted = {r.workflow for r in self.request_types if r.issue_type.casefold() == issue_type.casefold()}
        return next((w for w in self.workflows if w.id in wanted), None)
