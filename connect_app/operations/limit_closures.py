"""Keeps the blast radius small: too many closures at once are held until an administrator releases exactly those."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from automation_rules.actions import MoveTo
from connect_app.logs import logger
from connect_app.operations.open_site import OpenSite
from connect_app.operations.parts import Parts
from connect_app.store.holds import Hold

log = logger(__name__)

MOST_CLOSURES = 25
"""Closures of one project in an hour, or in one sweep."""

SMALL_PROJECT = 5
"""Closures that are never too many, whatever their share of the open requests."""

LARGEST_SHARE = 0.2
"""Share of a project's open requests one sweep may close."""

WINDOW = timedelta(hours=1)


def closures_held(parts: Parts, site: OpenSite, project_key: str) -> bool:
    """True while closures of a project wait for a release; the twenty-sixth within an hour makes them wait."""
    installation = site.installation.id
    hold = parts.store.holds.of_project(installation, project_key)
    now = parts.clock.now()
    if hold is not None:
        return hold.released_at is None or now - hold.released_at > WINDOW
    since = now - WINDOW
    done = parts.store.ledger.count_done(installation, project_key, action=MoveTo.__name__, since=since)
    if done < MOST_CLOSURES:
        return False
    hold_closures(parts, site, project_key, [f"{done} moves within an hour"])
    return True


def too_many(closures: int, open_requests: int) -> bool:
    """Whether one sweep would close too much: more than 25, or more than five that are over a fifth of what is open."""
    if closures > MOST_CLOSURES:
        return True
    return closures > SMALL_PROJECT and closures > LARGEST_SHARE * open_requests


def hold_closures(parts: Parts, site: OpenSite, project_key: str, closures: Sequence[str]) -> str:
    """Holds the closures of a project and returns the checksum that releases exactly them."""
    checksum = hashlib.sha256("\n".join(sorted(closures)).encode()).hexdigest()[:16]
    plan: dict[str, Any] = {"closures": list(closures)}
    parts.store.holds.put(
        Hold(
            installation_id=site.installation.id,
            project_key=project_key,
            checksum=checksum,
            held_at=parts.clock.now(),
            released_at=None,
            plan=plan,
        )
    )
    log.warning("closures held", project=project_key, closures=len(closures), checksum=checksum)
    return checksum
