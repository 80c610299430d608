"""Erases what is left of the sites that went away long enough ago."""

from __future__ import annotations

from datetime import timedelta

from connect_app.logs import logger
from connect_app.operations.parts import Parts

log = logger(__name__)

KEPT_AFTER_LEAVING = timedelta(days=90)
"""Whoever removed the app by mistake, or changes to another door, finds everything as it was until then."""


def forget_sites(parts: Parts) -> tuple[str, ...]:
    """Removes every row of the sites that left before that; their ids."""
    gone = parts.store.installations.left_before(parts.clock.now() - KEPT_AFTER_LEAVING)
    for installation_id in gone:
        parts.store.installations.erase(installation_id)
        log.warning("site erased", installation=installation_id, left_days_ago=KEPT_AFTER_LEAVING.days)
    return gone
