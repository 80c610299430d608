"""Chooses how our requests to a site prove who we are, from the door the site uses."""

from __future__ import annotations

from requests.auth import AuthBase

from connect_app.clock import Clock
from connect_app.doors.abilities import rest_address
from connect_app.doors.installation import Door, Installation, Secrets
from connect_app.doors.signing import ConnectAuth
from connect_app.doors.token.basic import TokenAuth
from connect_app.errors import Misconfigured
from connect_app.settings import Settings


def authentication(installation: Installation, secrets: Secrets, settings: Settings, clock: Clock) -> AuthBase:
    """The `requests` authentication of one installation, with its newest secret.

    `Misconfigured` when a site that needs a login has none.
    """
    if installation.door is Door.TOKEN:
        if secrets.credentials is None:
            raise Misconfigured(f"{installation.base_url} has no API token; give it one with scripts.site rotate")
        return TokenAuth(api_url=rest_address(installation), credentials=secrets.credentials)
    return ConnectAuth(
        app_key=settings.app_key,
        client_key=installation.client_key,
        base_url=installation.base_url,
        secret=secrets.shared,
        host_time=clock.host_time,
    )
