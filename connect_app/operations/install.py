"""An installation arrives, changes and leaves."""

from __future__ import annotations

from connect_app.doors.installation import Admission, Installation, State
from connect_app.errors import NotAuthentic
from connect_app.logs import logger
from connect_app.operations.parts import Parts

log = logger(__name__)


def install(parts: Parts, admission: Admission) -> Installation:
    """Records a site that let us in, or renews its secret; the caller has checked the proof and the address."""
    installation = parts.store.installations.install(
        admission, now=parts.clock.now(), host_time=parts.clock.host_time()
    )
    log.info("installed", installation=installation.id, base_url=installation.base_url)
    return installation


def change_state(parts: Parts, client_key: str, state: State) -> None:
    """Enables or disables a site; `NotAuthentic` when it is unknown."""
    installation = _known(parts, client_key)
    parts.store.installations.set_state(installation.id, state)
    log.info("state changed", installation=installation.id, state=state.value)


def uninstall(parts: Parts, client_key: str) -> None:
    """Forgets the secrets of a site and what was to be done there; its audit stays until it is erased."""
    installation = _known(parts, client_key)
    parts.store.installations.uninstall(installation.id)
    log.info("uninstalled", installation=installation.id)


def _known(parts: Parts, client_key: str) -> Installation:
    installation = parts.store.installations.by_client_key(client_key)
    if installation is None:
        raise NotAuthentic("no such installation")
    return installation
