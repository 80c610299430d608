"""People, groups and organisations of a site."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

AccountType = Literal["atlassian", "customer", "app"]
SiteRole = Literal["admin", "agent", "customer"]


@dataclass(kw_only=True)
class Person:
    """Somebody with an account: an agent, a customer, or an app's own user.

    A token with scopes opens the API gateway only. `hidden_projects` are keys of projects whose permission scheme
    leaves this person out.
    """

    account_id: str
    display_name: str
    email: str
    token: str
    account_type: AccountType = "atlassian"
    time_zone: str = "Europe/Paris"
    locale: str = "fr_FR"
    active: bool = True
    deleted: bool = False
    locked_out: bool = False
    token_ends: datetime | None = None
    token_scoped: bool = False
    hidden_projects: set[str] = field(default_factory=set)
    roles: set[SiteRole] = field(default_factory=set)
    app_key: str | None = None

    @property
    def is_admin(self) -> bool:
        """Holds Administer Jira."""
        return "admin" in self.roles

    @property
    def is_app(self) -> bool:
        """Is an app's user."""
        return self.account_type == "app"

    @property
    def is_agent(self) -> bool:
        """Works on requests: an agent, an administrator, or an app (its role has every project permission)."""
        return self.is_app or self.is_admin or "agent" in self.roles


@dataclass(kw_only=True)
class Group:
    """A group of people."""

    id: str
    name: str
    members: list[str] = field(default_factory=list)


@dataclass(kw_only=True)
class Organization:
    """A JSM organisation: customers who share their requests."""

    id: str
    name: str
    members: list[str] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class Actor:
    """Who makes a change, and the trace their request carried."""

    person: Person
    trace: str | None = None
