"""Lets a site come in by another door for a day: what is known of it stays, under the same id."""

from __future__ import annotations

from connect_app.doors.abilities import has_login
from connect_app.doors.installation import Installation, State
from connect_app.logs import logger
from connect_app.operations.parts import Parts
from connect_app.operations.site_problems import SiteRefused

log = logger(__name__)

OPEN_HOURS = 24.0


def move_site(parts: Parts, installation: Installation) -> None:
    """Announces that the app will be installed on the site; without that, nobody takes a site over from a token."""
    if not has_login(installation) or installation.state is State.UNINSTALLED:
        raise SiteRefused("other-door", address=installation.base_url)
    parts.store.installations.expect_move(installation.id, until=parts.clock.host_time() + OPEN_HOURS * 3600)
    log.info("site may move", installation=installation.id)
