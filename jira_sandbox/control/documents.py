"""What the control API takes, checked."""

from __future__ import annotations

from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, field_validator

from jira_sandbox.state.languages import Language


class _Document(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class ClockMove(_Document):
    """Forward by seconds, or to an instant."""

    advance: float | None = None
    to: str | None = None


class NewSite(_Document):
    """A site to open; `locale` is its people's language, `language` that of what Jira itself names on it."""

    name: str = Field(pattern=r"^[a-z][a-z0-9-]{0,30}$")
    zone: str = "Europe/Paris"
    locale: str = "fr"
    language: Language = "en"

    @field_validator("zone")
    @classmethod
    def _known(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError):
            raise ValueError(f"{value} is not a time zone") from None
        return value


class Likeness(_Document):
    """The site whose configuration another one takes over."""

    like: str


class NewPerson(_Document):
    """Somebody to give an account."""

    display_name: str = Field(alias="displayName", min_length=1)
    account_type: Literal["atlassian", "customer", "app"] = Field(default="atlassian", alias="accountType")
    time_zone: str | None = Field(default=None, alias="timeZone")
    email: str | None = None
    roles: list[Literal["admin", "agent", "customer"]] = Field(default_factory=list)
    organizations: list[str] = Field(default_factory=list)


class PersonChange(_Document):
    """What changes about a person: deactivated, asked for a CAPTCHA, other roles, another token, projects hidden.

    An empty token is a revoked one.
    """

    active: bool | None = None
    locked_out: bool | None = Field(default=None, alias="lockedOut")
    roles: list[Literal["admin", "agent", "customer"]] | None = None
    token: str | None = None
    token_ends: AwareDatetime | None = Field(default=None, alias="tokenEnds")
    token_scoped: bool | None = Field(default=None, alias="tokenScoped")
    hidden_projects: list[str] | None = Field(default=None, alias="hiddenProjects")
    time_zone: str | None = Field(default=None, alias="timeZone")


class IssueMove(_Document):
    """The project an issue moves to, and who moves it."""

    project: str
    account_id: str = Field(alias="accountId")


class AppToInstall(_Document):
    """An app by the address of its descriptor."""

    descriptor_url: str = Field(alias="descriptorUrl")


class ContextToken(_Document):
    """Whose browser asks, looking at which issue or project."""

    account_id: str | None = Field(default=None, alias="accountId")
    issue_key: str | None = Field(default=None, alias="issueKey")
    project_key: str | None = Field(default=None, alias="projectKey")


class AppPage(_Document):
    """Which page of an app is opened, by whom, about what."""

    module: str
    account_id: str | None = Field(default=None, alias="accountId")
    issue_key: str | None = Field(default=None, alias="issueKey")
    project_key: str | None = Field(default=None, alias="projectKey")


class AdminWebhook(_Document):
    """A webhook as an administrator sets it up."""

    url: str
    events: list[str]
    secret: str | None = None
    jql: str | None = None


class NewQueue(_Document):
    """A queue as an administrator makes it; its JQL has no clause about the project."""

    name: str
    jql: str


class DeskByHand(_Document):
    """What an administrator set up in a desk by hand: its queues, and the request types that are in a group."""

    queues: list[NewQueue] | None = None
    grouped: list[str] | None = None


class NewSla(_Document):
    """A simple SLA; statuses by name or id. Without start statuses it starts at creation and after each stop."""

    name: str
    goal_seconds: int = Field(alias="goalSeconds", gt=0)
    start_statuses: list[str] = Field(default_factory=list, alias="startStatuses")
    pause_statuses: list[str] = Field(default_factory=list, alias="pauseStatuses")
    stop_statuses: list[str] = Field(default_factory=list, alias="stopStatuses")
