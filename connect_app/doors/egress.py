"""Chooses how our requests to a site prove who we are, from the door the site uses."""

from __future__ import annotations

from requests.auth import AuthBase

from connect_app.clock import Clock
from connect_app.doors.installation import Installation, Secrets
from connect_app.doors.signing import ConnectAuth
from connect_app.settings import Settings


def authentication(installation: Installation, secrets: Secrets, settings: Settings, clock: Clock) -> AuthBase:
    """The `requests` authentication of one installation, with its newest secret."""
    return ConnectAuth(
        app_key=settings.app_key,
        client_key=installation.client_key,
        base_url=installation.base_url,
        secret=secrets.shared,
        host_time=clock.host_time,
    )
