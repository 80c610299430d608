"""Lists the closures of one site that are held, by the requests people know, until somebody releases exactly those."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from connect_app.doors.installation import Installation
from connect_app.errors import RelanceError
from connect_app.jira.searching import titles
from connect_app.operations.open_site import OpenSite
from connect_app.operations.parts import Parts
from connect_app.store.holds import Hold


@dataclass(frozen=True, kw_only=True)
class HeldClosure:
    """One closure by its natural key, and the request it would close; empty where Jira does not tell."""

    key: str
    issue: str
    summary: str


@dataclass(frozen=True, kw_only=True)
class HeldPlan:
    """The held closures of one project; `checksum` releases exactly these. Released ones are still to happen."""

    project_key: str
    checksum: str
    held_at: datetime
    released_at: datetime | None
    closures: tuple[HeldClosure, ...]


def list_holds(parts: Parts, installation: Installation, site: OpenSite | None) -> tuple[HeldPlan, ...]:
    """Every plan of the site that is held, or released and not over; one question to Jira for the names."""
    found = [
        hold
        for bound in parts.store.bindings.of_installation(installation.id)
        if (hold := parts.store.holds.of_project(installation.id, bound.binding.project_key)) is not None
        and hold.plan.get("closures")
    ]
    names = _names(site, [issue for hold in found for issue in (hold.plan.get("issues") or {}).values()])
    return tuple(_told(hold, names) for hold in found)


def _told(hold: Hold, names: Mapping[str, tuple[str, str]]) -> HeldPlan:
    issues: Mapping[str, str] = hold.plan.get("issues") or {}
    closures = (
        HeldClosure(key=key, issue=name[0], summary=name[1])
        for key in hold.plan["closures"]
        for name in [names.get(issues.get(key, ""), ("", ""))]
    )
    return HeldPlan(
        project_key=hold.project_key,
        checksum=hold.checksum,
        held_at=hold.held_at,
        released_at=hold.released_at,
        closures=tuple(closures),
    )


def _names(site: OpenSite | None, issues: list[str]) -> Mapping[str, tuple[str, str]]:
    if site is None:
        return {}
    try:
        return titles(site.client, issues)
    except RelanceError:
        return {}
