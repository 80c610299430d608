"""A site leaves: its secrets are forgotten, and on request everything else as well."""

from __future__ import annotations

from connect_app.doors.installation import Installation
from connect_app.logs import logger
from connect_app.operations.parts import Parts

log = logger(__name__)


def remove_site(parts: Parts, installation: Installation, *, erase: bool = False) -> None:
    """Forgets the login and the webhook's secret; with `erase` every row of the site, its audit included."""
    parts.store.installations.uninstall(installation.id, now=parts.clock.now())
    if erase:
        parts.store.installations.erase(installation.id)
    log.info("site removed", installation=installation.id, erased=erase)
