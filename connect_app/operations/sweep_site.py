"""Finds what webhooks did not tell: every issue that changed since it was read, or whose instant has come."""

from __future__ import annotations

from dataclasses import dataclass

from automation_rules.actions import MoveTo
from automation_rules.binding import Mode
from automation_rules.decide import review
from connect_app.errors import NotFound
from connect_app.jira.searching import Found, open_or_recent
from connect_app.logs import logger
from connect_app.operations.limit_closures import closures_held, hold_closures, too_many
from connect_app.operations.open_site import OpenSite
from connect_app.operations.parts import Parts
from connect_app.operations.read_request import NotOurs, read_request
from workflows.model import StatusRole

log = logger(__name__)


@dataclass(frozen=True, kw_only=True)
class Sweep:
    """What a sweep of one project found: issues to process, and the closures among them when they are held."""

    project_key: str
    issues: tuple[str, ...]
    closures: tuple[str, ...] = ()
    held: str | None = None


def sweep_site(parts: Parts, installation_id: str) -> list[Sweep]:
    """Computes the whole sweep of every bound project before anything is done; raises what Jira's client raises."""
    site = parts.sites.open(installation_id)
    if site is None:
        return []
    bound = parts.store.bindings.of_installation(installation_id)
    return [sweep_project(parts, site, b.binding.project_key) for b in bound if b.binding.mode is not Mode.OFF]


def sweep_project(parts: Parts, site: OpenSite, project_key: str) -> Sweep:
    """One project: issues whose `updated` is not the one last read, and those on the agenda that are due."""
    now = parts.clock.now()
    found = list(open_or_recent(site.client, project_key))
    seen = parts.store.agenda.seen(site.installation.id, project_key)
    due = {a.issue_id for a in parts.store.agenda.due(now) if a.installation_id == site.installation.id}
    wanted = [f.id for f in found if _worth_reading(f, seen, due)]
    closures = _closures(parts, site, wanted)
    held = None
    if too_many(len(closures), len(found)) and not _released(parts, site, project_key):
        held = hold_closures(parts, site, project_key, closures)
    log.info("sweep", project=project_key, open=len(found), to_process=len(wanted), closures=len(closures), held=held)
    return Sweep(project_key=project_key, issues=tuple(wanted), closures=tuple(closures), held=held)


def _worth_reading(found: Found, seen: dict[str, str], due: set[str]) -> bool:
    return found.id in due or seen.get(found.id) != found.updated


def _closures(parts: Parts, site: OpenSite, issues: list[str]) -> list[str]:
    """The natural keys of the closures these issues are due for."""
    keys: list[str] = []
    for issue_id in issues:
        try:
            request = read_request(parts, site, issue_id)
        except NotFound:
            continue
        if isinstance(request, NotOurs):
            continue
        closed = {s.id for s in request.policy.pack.statuses if s.role is StatusRole.CLOSED}
        wanted = review(request.issue, request.policy, parts.clock.now()).actions
        keys += [a.key for a in wanted if isinstance(a, MoveTo) and a.to_status in closed]
    return keys


def _released(parts: Parts, site: OpenSite, project_key: str) -> bool:
    hold = parts.store.holds.of_project(site.installation.id, project_key)
    return hold is not None and not closures_held(parts, site, project_key)
