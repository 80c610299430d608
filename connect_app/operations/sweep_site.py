"""Finds what webhooks did not tell: every issue that changed since it was read, or whose instant has come."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from automation_rules.actions import MoveTo
from automation_rules.binding import Mode
from automation_rules.decide import LOOK_BACK, review
from connect_app.errors import Refused, Temporary
from connect_app.jira.gate import NEAR
from connect_app.jira.searching import open_or_recent
from connect_app.logs import logger
from connect_app.operations.find_binding import ask_new_key
from connect_app.operations.limit_closures import issues_held, limit_sweep
from connect_app.operations.open_site import OpenSite
from connect_app.operations.parts import Parts
from connect_app.operations.read_request import NotOurs, Request, read_request
from connect_app.operations.version_read import version_read
from connect_app.store.bindings import BoundProject
from workflows.model import StatusRole

log = logger(__name__)


@dataclass(frozen=True, kw_only=True)
class Sweep:
    """What a sweep of one project found: issues to process, and the closures among them when they are held."""

    project_key: str
    issues: tuple[str, ...]
    closures: tuple[str, ...] = ()
    held: str | None = None


def sweep_site(
    parts: Parts, installation_id: str, project_key: str | None = None, *, sparing: bool = False
) -> list[Sweep]:
    """Computes the whole sweep of every bound project, or of one; raises what Jira's client raises.

    Each is computed before anything is done. When the site's quota is nearly spent a `sparing` sweep raises
    `Temporary`: customers come first.

    A site that refused us is asked first whether it still does.
    A project Jira does not let us search any more (deleted, hidden) is left out: the others are swept. One whose key
    was changed is swept under its new key.
    """
    site = parts.sites.open(installation_id) or parts.sites.reach_again(installation_id)
    if site is None:
        return []
    if sparing and (seconds := site.spare_for()) is not None:
        raise Temporary("put off: the quota is nearly spent", retry_after=seconds, reason=NEAR)
    sweeps: list[Sweep] = []
    for bound in parts.store.bindings.of_installation(installation_id):
        if bound.binding.mode is Mode.OFF or project_key not in {None, bound.binding.project_key}:
            continue
        try:
            sweeps.append(_swept(parts, site, bound))
        except (Refused, LookupError, ValueError) as error:
            log.warning(
                "project not swept", project=bound.binding.project_key, error=f"{type(error).__name__}: {error}"
            )
    return sweeps


def _swept(parts: Parts, site: OpenSite, bound: BoundProject) -> Sweep:
    try:
        return sweep_project(parts, site, bound)
    except Refused:
        renamed = ask_new_key(parts, site, bound)
        if renamed is None:
            raise
        return sweep_project(parts, site, renamed)


def sweep_project(parts: Parts, site: OpenSite, bound: BoundProject) -> Sweep:
    """One project: issues whose version is not the one last read, and those on the agenda that are due.

    What is due counts even where the search does not find it: an index lags, and a status may count as done in Jira.
    """
    now, project_key, installation = parts.clock.now(), bound.binding.project_key, site.installation.id
    policy = site.policies.bind(parts.policies, bound.binding)
    listed = list(open_or_recent(site.client, project_key, days=days_back(bound, now)))
    found = {f.id: version_read(f.updated, bound, policy) for f in listed}
    still_open = sum(not f.done for f in listed)
    seen = parts.store.agenda.seen(installation, project_key)
    due = {
        a.issue_id for a in parts.store.agenda.due(now, installation_id=installation) if a.project_key == project_key
    }
    due |= issues_held(parts, site, project_key)
    wanted = [i for i in found if i in due or seen.get(i) != found[i]] + sorted(due - found.keys())
    closures = _closures(parts, site, project_key, {issue_id: found.get(issue_id, "") for issue_id in wanted})
    held = limit_sweep(parts, site, project_key, closures, still_open) if bound.binding.mode is Mode.ON else None
    log.info("sweep", project=project_key, open=still_open, to_process=len(wanted), closures=len(closures), held=held)
    return Sweep(project_key=project_key, issues=tuple(wanted), closures=tuple(closures), held=held)


def days_back(bound: BoundProject, now: datetime) -> int:
    """How far back changes of done requests matter: as far as rules look, and not before the project was bound.

    However long we were away, a customer who wrote on a closed request meanwhile is heard.
    """
    return min(LOOK_BACK, max(now - bound.binding.enabled_at, timedelta())).days + 1


def _closures(parts: Parts, site: OpenSite, project_key: str, versions: Mapping[str, str]) -> dict[str, str]:
    """The closures these issues (id to version) are due for: natural keys to issue ids.

    What an attempt before this one has read is not read again, when Jira's refusal ended it half-way.
    """
    keys: dict[str, str] = {}
    for issue_id, version in versions.items():
        now = parts.clock.now()
        due = site.interrupted.closures(project_key, issue_id, version, now)
        if due is None:
            due = _due_closures(parts, site, issue_id)
            site.interrupted.keep(project_key, issue_id, version, now, due)
        keys |= dict.fromkeys(due, issue_id)
    site.interrupted.complete(project_key)
    return keys


def _due_closures(parts: Parts, site: OpenSite, issue_id: str) -> tuple[str, ...]:
    """The natural keys of the closures one issue is due for."""
    request = _read(parts, site, issue_id)
    if request is None:
        return ()
    closed = {s.id for s in request.policy.pack.statuses if s.role is StatusRole.CLOSED}
    wanted = review(request.issue, request.policy, parts.clock.now()).actions
    return tuple(a.key for a in wanted if isinstance(a, MoveTo) and a.to_status in closed)


def _read(parts: Parts, site: OpenSite, issue_id: str) -> Request | None:
    """The issue as a request; one that cannot be read is left to its own job, which fails alone and is shown."""
    try:
        request = read_request(parts, site, issue_id)
    except (Refused, LookupError, TypeError, ValueError, AttributeError) as error:
        log.warning("issue not read", issue=issue_id, error=f"{type(error).__name__}: {error}")
        return None
    return None if isinstance(request, NotOurs) else request
