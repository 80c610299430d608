"""Replaces a site's token, or its webhook's secret, without losing a delivery."""

from __future__ import annotations

from datetime import datetime

from connect_app.doors.abilities import has_login
from connect_app.doors.installation import Credentials, Installation, State
from connect_app.doors.token.admission import new_secret
from connect_app.logs import logger
from connect_app.operations.add_site import Hook, hook_of
from connect_app.operations.look_at_site import look_at
from connect_app.operations.parts import Parts
from connect_app.operations.site_problems import SiteRefused

log = logger(__name__)

OLD_SECRET_HOURS = 24.0
"""How long the webhook's secret before stays valid: somebody must type the new one into Jira meanwhile."""


def rotate_token(
    parts: Parts, installation: Installation, credentials: Credentials, *, token_ends: datetime | None
) -> None:
    """Checks a new login and uses it from now on; a site that refused the one before is open again.

    `SiteRefused` says what is wrong with it; then the one before stays.
    """
    _only_with_login(installation)
    gateway = installation.api_url is not None
    look_at(installation.base_url, credentials, parts.settings, gateway=gateway)
    parts.store.installations.renew_credentials(installation.id, credentials, token_ends=token_ends)
    if installation.state in {State.UNREACHABLE, State.LOCKED}:
        parts.store.installations.set_state(installation.id, State.INSTALLED)
    log.info("token renewed", installation=installation.id)


def rotate_secret(parts: Parts, installation: Installation) -> Hook:
    """Makes a new webhook secret, to be typed into Jira within a day; the one before is valid until then."""
    _only_with_login(installation)
    secret = new_secret()
    until = parts.clock.host_time() + OLD_SECRET_HOURS * 3600
    parts.store.installations.renew_secret(installation.id, secret, old_until=until)
    log.info("webhook secret renewed", installation=installation.id)
    projects = [b.binding.project_key for b in parts.store.bindings.of_installation(installation.id)]
    return hook_of(parts.settings, installation, secret, tuple(projects))


def _only_with_login(installation: Installation) -> None:
    if not has_login(installation):
        raise SiteRefused("other-door", address=installation.base_url)
    if installation.state is State.UNINSTALLED:
        raise SiteRefused("removed", address=installation.base_url)
