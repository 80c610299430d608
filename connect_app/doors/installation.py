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
    """Whether we may work for the site."""

    INSTALLED = "installed"
    DISABLED = "disabled"
    UNREACHABLE = "unreachable"
    UNINSTALLED = "uninstalled"


@dataclass(frozen=True, kw_only=True)
class Secrets:
    """What proves who is who; never logged, encrypted at rest.

    `previous` stays valid for calls still in flight until `previous_until` (host time, seconds) after a rotation.
    """

    shared: str = field(repr=False)
    previous: str | None = field(default=None, repr=False)
    previous_until: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Admission:
    """What a site gives when it lets us in, the proof of it already checked."""

    door: Door
    client_key: str
    base_url: str
    secret: str = field(repr=False)
    display_url: str | None = None


@dataclass(frozen=True, kw_only=True)
class Installation:
    """One Jira site that let us in.

    `id` is our own and survives a change of door; `client_key` is Atlassian's name of the site. `app_account_id` is the
    account we act as, learnt from `GET /myself`. `time_zone` is an IANA name, or None until it is known.
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
