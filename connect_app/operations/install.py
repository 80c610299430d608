"""An installation of the app arrives, changes and leaves."""

from __future__ import annotations

from connect_app.doors.abilities import leaves_by_app, may_come_by_app
from connect_app.doors.installation import Admission, Installation, State
from connect_app.errors import NotAllowed, NotAuthentic
from connect_app.logs import logger
from connect_app.operations.parts import Parts

log = logger(__name__)


def install(parts: Parts, admission: Admission) -> Installation:
    """Records a site that let us in, or renews its secret; the caller has checked the proof and the address.

    A site that came in by another door keeps everything known of it when its move was announced; `NotAllowed`
    otherwise, for two installations of one site would do everything twice.
    """
    named = parts.store.installations.by_client_key(admission.client_key)
    there = _there_by_another_door(parts, admission)
    before = there or named
    if before is not None and not may_come_by_app(before, parts.clock.host_time()):
        raise NotAllowed(f"{admission.base_url} is in by another door: announce its move with scripts.site move first")
    if there is not None and named is not None and there.id != named.id:
        raise NotAllowed(f"{admission.base_url} is known twice: erase the record of its old address first")
    installation = parts.store.installations.install(
        admission,
        now=parts.clock.now(),
        host_time=parts.clock.host_time(),
        adopt=before.id if before is not None else None,
    )
    log.info("installed", installation=installation.id, base_url=installation.base_url)
    return installation


def change_state(parts: Parts, client_key: str, state: State) -> None:
    """Enables or disables a site; `NotAuthentic` when it is unknown."""
    installation = _known(parts, client_key)
    parts.store.installations.set_state(installation.id, state)
    log.info("state changed", installation=installation.id, state=state.value)


def uninstall(parts: Parts, client_key: str) -> None:
    """Forgets the secrets of a site and what was to be done there; its audit stays until it is erased.

    A site that has moved to another door meanwhile stays: removing the app there is the last step of the move.
    """
    installation = _known(parts, client_key)
    if not leaves_by_app(installation):
        log.info("app removed from a site that has moved", installation=installation.id)
        return
    parts.store.installations.uninstall(installation.id, now=parts.clock.now())
    log.info("uninstalled", installation=installation.id)


def _there_by_another_door(parts: Parts, admission: Admission) -> Installation | None:
    """The site at this address that came in by another door and has not left."""
    everyone = parts.store.installations.all()
    there = [i for i in everyone if i.base_url == admission.base_url and not leaves_by_app(i)]
    return next((i for i in there if i.state is not State.UNINSTALLED), None)


def _known(parts: Parts, client_key: str) -> Installation:
    installation = parts.store.installations.by_client_key(client_key)
    if installation is None:
        raise NotAuthentic("no such installation")
    return installation
