"""Keeps the blast radius small: too many closures at once are held until an administrator releases exactly those."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

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


def may_close(parts: Parts, site: OpenSite, project_key: str, key: str, issue_id: str) -> bool:
    """Whether the closure with this natural key may be carried out now; the twenty-sixth within an hour is held.

    Counted and claimed at once, since many jobs ask at the same time; asking again for the same one changes nothing.
    What was released passes whatever the count, and everything else waits while something is held.
    """
    now = parts.clock.now()

    def claimed(hold: Hold) -> Hold:
        passed = {k: at for k, at in _passed(hold).items() if now - datetime.fromisoformat(at) < WINDOW}
        if key in passed or key in _released(hold):
            return hold
        if not _holding(hold) and len(passed) < MOST_CLOSURES:
            return replace(hold, plan={**hold.plan, "passed": {**passed, key: now.isoformat()}})
        issues = {**_issues(hold), key: issue_id}
        return _held(hold, {k: issues[k] for k in [*(_closures(hold) if _holding(hold) else ()), key]}, issues, now)

    hold = parts.store.holds.change(site.installation.id, project_key, claimed, at=now)
    return key in _passed(hold) or key in _released(hold)


def limit_sweep(
    parts: Parts, site: OpenSite, project_key: str, closures: Mapping[str, str], open_requests: int
) -> str | None:
    """Holds what a sweep would close (natural keys to issue ids) when that is too much; the checksum, None if nothing.

    What is held already stays held as long as any of it is still to be closed; what is not to be closed any more is
    forgotten, so that a hold ends by itself when nothing is left of it.
    """
    now = parts.clock.now()

    def swept(hold: Hold) -> Hold:
        released = {k for k in _released(hold) if k in closures}
        fresh = {k: i for k, i in closures.items() if k not in released and k not in _passed(hold)}
        known = {k: i for k, i in closures.items() if k in released}
        if too_many(len(fresh), open_requests) or (_holding(hold) and fresh):
            return _held(hold, fresh, {**known, **fresh}, now)
        if _holding(hold) or (hold.released_at is not None and not released):
            plan = {**hold.plan, "closures": [], "issues": known, "released": sorted(released)}
            return replace(hold, checksum="", released_at=None, plan=plan)
        return hold

    hold = parts.store.holds.change(site.installation.id, project_key, swept, at=now)
    if not _holding(hold):
        return None
    installation, count = site.installation.id, len(_closures(hold))
    log.warning("closures held", installation=installation, project=project_key, closures=count, checksum=hold.checksum)
    return hold.checksum


def issues_held(parts: Parts, site: OpenSite, project_key: str) -> frozenset[str]:
    """The issues whose closure is held, or was released and may not have happened yet: a sweep looks at each."""
    hold = parts.store.holds.of_project(site.installation.id, project_key)
    return frozenset(_issues(hold).values()) if hold is not None else frozenset()


def too_many(closures: int, open_requests: int) -> bool:
    """Whether one sweep would close too much: more than 25, or more than five that are over a fifth of what is open."""
    if closures > MOST_CLOSURES:
        return True
    return closures > SMALL_PROJECT and closures > LARGEST_SHARE * open_requests


def checksum_of(closures: Iterable[str]) -> str:
    """What an administrator types to release exactly these closures."""
    return hashlib.sha256("\n".join(sorted(closures)).encode()).hexdigest()[:16]


def _held(hold: Hold, closures: Mapping[str, str], issues: Mapping[str, str], now: datetime) -> Hold:
    """The same project with these closures held; those released before stay released."""
    checksum = checksum_of(closures)
    released = sorted(k for k in _released(hold) if k in issues and k not in closures)
    plan = {**hold.plan, "closures": sorted(closures), "issues": dict(issues), "released": released}
    held_at = hold.held_at if _holding(hold) and hold.checksum == checksum else now
    return replace(hold, checksum=checksum, held_at=held_at, released_at=None, plan=plan)


def _holding(hold: Hold) -> bool:
    return hold.released_at is None and bool(_closures(hold))


def _closures(hold: Hold) -> list[str]:
    return list(hold.plan.get("closures") or ())


def _issues(hold: Hold) -> dict[str, str]:
    return dict(hold.plan.get("issues") or {})


def _passed(hold: Hold) -> dict[str, str]:
    return dict(hold.plan.get("passed") or {})


def _released(hold: Hold) -> set[str]:
    """The closures an administrator let pass, now or before something else was held."""
    now = _closures(hold) if hold.released_at is not None else []
    return {*now, *(hold.plan.get("released") or ())}
