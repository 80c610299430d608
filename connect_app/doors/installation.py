"""Defines an installation: one Jira site that let us in, through which door, and the secrets of that door."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Door(StrEnum):
    """How a site lets us in."""

    CONNECT = "connect"
    TOKEN = "token"


class State(StrEnum):
    """Whether we may work for the site.

    `unreachable` is asked again each hour; `locked` (Jira denies the login itself, and wants a CAPTCHA) never, until an
    administrator has acted. `disabled` is somebody's wish, Jira's administrator's or ours.
    """

    INSTALLED = "installed"
    DISABLED = "disabled"
    UNREACHABLE = "unreachable"
    LOCKED = "locked"
    UNINSTALLED = "uninstalled"


@dataclass(frozen=True, kw_only=True)
class Credentials:
    """A service account's login; encrypted at rest, never logged."""

    email: str = field(repr=False)
    token: str = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Secrets:
    """What proves who is who; never logged, encrypted at rest.

    `shared` signs what the site sends us. `previous` stays valid for calls still in flight until `previous_until` (host
    time, seconds) after a rotation. `credentials` are how we log in, where a door needs a login.
    """

    shared: str = field(repr=False)
    previous: str | None = field(default=None, repr=False)
    previous_until: float = 0.0
    credentials: Credentials | None = field(default=None, repr=False)

    def valid(self, host_time: float) -> tuple[str, ...]:
        """The secrets a call may be signed with at an instant of the host, newest first."""
        if self.previous is not None and host_time < self.previous_until:
            return self.shared, self.previous
        return (self.shared,)


@dataclass(frozen=True, kw_only=True)
class Admission:
    """What a site gives when it lets us in, the proof of it already checked.

    `hook_id` is the unguessable part of the address its webhooks come to, where the door has one. `api_url` is where
    its REST API is asked, when that is not the site itself. `token_ends` is when the credentials expire, if known.
    """

    door: Door
    client_key: str
    base_url: str
    secret: str = field(repr=False)
    display_url: str | None = None
    credentials: Credentials | None = field(default=None, repr=False)
    cloud_id: str | None = None
    api_url: str | None = None
    hook_id: str | None = field(default=None, repr=False)
    token_ends: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Installation:
    """One Jira site that let us in.

    `id` is our own and survives a change of door; `client_key` is Atlassian's name of the site, or one made of its
    address where Atlassian gave none. `app_account_id` is the account we act as, learnt from `GET /myself`. `time_zone`
    is an IANA name, or None until it is known. `trouble` says in a sentence why the site is unreachable or locked.
    Until `moving_until` (host time, seconds) it may come in by another door.
    """

    id: str
    door: Door
    client_key: str
    base_url: str
    state: State
    installed_at: datetime
    display_url: str | None = None
    app_account_id: str | None = None
    time_zone: str | None = None
    cloud_id: str | None = None
    api_url: str | None = None
    hook_id: str | None = field(default=None, repr=False)
    token_ends: datetime | None = None
    trouble: str | None = None
    moving_until: float = 0.0
