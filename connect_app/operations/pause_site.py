"""Stops the work on a site, and takes it up again; nothing that happens meanwhile is lost."""

from __future__ import annotations

from connect_app.doors.installation import Installation, State
from connect_app.logs import logger
from connect_app.operations.parts import Parts
from connect_app.operations.site_problems import SiteRefused

log = logger(__name__)


def pause_site(parts: Parts, installation: Installation) -> None:
    """Does nothing on the site from now on; deliveries are still received."""
    _change(parts, installation, State.DISABLED)


def resume_site(parts: Parts, installation: Installation) -> None:
    """Works for the site again; the caller starts the sweep that finds what happened meanwhile."""
    if installation.state is not State.DISABLED:
        raise SiteRefused("not-paused", address=installation.base_url)
    _change(parts, installation, State.INSTALLED)


def _change(parts: Parts, installation: Installation, state: State) -> None:
    if not parts.store.installations.set_state(installation.id, state):
        raise SiteRefused("removed", address=installation.base_url)
    log.info("state changed", installation=installation.id, state=state.value)
