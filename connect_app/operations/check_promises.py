"""Proves of one site that its promises can be kept: login and webhooks, workers and jobs, and each bound project."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from automation_rules.binding import Mode
from connect_app.doors.installation import Installation
from connect_app.errors import Moved, Refused, RelanceError, Unauthorized
from connect_app.jira.client import JiraClient
from connect_app.operations.check_fields import missing_fields
from connect_app.operations.check_site import check_site
from connect_app.operations.live_workers import live_workers
from connect_app.operations.open_site import OpenSite
from connect_app.operations.parts import Parts
from connect_app.operations.site_problems import Finding, Verdict
from connect_app.store.bindings import BoundProject
from workflows.graph import StatusNames, folded
from workflows.model import Pack

LATE = timedelta(minutes=10)
"""A step that is due for longer is late: the tick rings each minute."""

MOST_WAITING = 100
"""Deliveries that wait at the same time before somebody should look at the worker."""


def check_promises(parts: Parts, installation: Installation, *, failed_jobs: int) -> list[Finding]:
    """Everything that can be proved now about one site, the worst of Jira's answers included; raises nothing of Jira's.

    `failed_jobs` is what the job engine counts for the site.
    """
    return [
        *check_site(parts, installation),
        *_work(parts, installation, failed_jobs),
        *_projects(parts, installation),
    ]


def _work(parts: Parts, installation: Installation, failed_jobs: int) -> Iterator[Finding]:
    """Whether somebody works, and in time; counts are of this site only."""
    now = parts.clock.now()
    alive = live_workers(parts)
    yield Finding("worker" if alive else "worker-silent", Verdict.GOOD if alive else Verdict.WRONG)
    late = parts.store.agenda.due(now - LATE, installation_id=installation.id)
    facts = {"count": len(late), "minutes": int(LATE.total_seconds() // 60)}
    yield Finding("late" if late else "in-time", Verdict.WRONG if late else Verdict.GOOD, facts)
    waiting = parts.store.inbox.count_waiting(installation.id)
    if waiting > MOST_WAITING:
        yield Finding("inbox-full", Verdict.WRONG, {"count": waiting})
    yield Finding(
        "jobs-failed" if failed_jobs else "no-job-failed",
        Verdict.WRONG if failed_jobs else Verdict.GOOD,
        {"count": failed_jobs},
    )


def _projects(parts: Parts, installation: Installation) -> Iterator[Finding]:
    site = parts.sites.open(installation.id)
    for bound in parts.store.bindings.of_installation(installation.id):
        project = bound.binding.project_key
        if bound.binding.mode is not Mode.ON:
            yield Finding(f"mode-{bound.binding.mode.value}", Verdict.NOTE, {"project": project})
        if bound.binding.pack not in parts.catalog.packs:
            yield Finding("pack-gone", Verdict.WRONG, {"project": project, "pack": bound.binding.pack})
            continue
        if site is not None and bound.binding.mode is not Mode.OFF:
            yield from _project(parts, site, bound)
        hold = parts.store.holds.of_project(installation.id, project)
        if hold is not None and hold.released_at is None and hold.plan.get("closures"):
            facts = {"project": project, "count": len(hold.plan["closures"])}
            yield Finding("closures-held", Verdict.NOTE, facts)


def _project(parts: Parts, site: OpenSite, bound: BoundProject) -> Iterator[Finding]:
    """What one project has of what its pack needs; one Jira call, and a finding when that is refused."""
    pack, project = parts.catalog.pack(bound.binding.pack), bound.binding.project_key
    try:
        shapes = _issue_types(site.client, project)
    except (Unauthorized, Moved) as refusal:
        parts.sites.close(site.installation, refusal)
        return
    except Refused:
        yield Finding("project-hidden", Verdict.WRONG, {"project": project})
        return
    except RelanceError:
        yield Finding("project-silent", Verdict.NOTE, {"project": project})
        return
    statuses = _missing_statuses(pack, bound, {name for names in shapes.values() for name in names})
    types = _missing_types(pack, set(shapes))
    for code, missing in (("statuses", statuses), ("types", types)):
        verdict = Verdict.WRONG if missing else Verdict.GOOD
        facts = {"project": project, "names": ", ".join(missing)}
        yield Finding(f"{code}-missing" if missing else f"{code}-there", verdict, facts)
    for field in missing_fields(site.installation.base_url, bound, pack):
        facts = {"project": project, "name": field.field, "guards": ", ".join(field.by) or "–"}
        yield Finding("field-missing", Verdict.WRONG if field.by else Verdict.NOTE, facts)


def _issue_types(client: JiraClient, project: str) -> dict[str, dict[str, str]]:
    """The issue types of a project by name, each with its statuses: id by name."""
    told = client.get(f"rest/api/3/project/{project}/statuses") or ()
    return {
        str(kind.get("name") or ""): {str(s.get("name") or ""): str(s.get("id")) for s in kind.get("statuses") or ()}
        for kind in told
    }


def _missing_statuses(pack: Pack, bound: BoundProject, names: set[str]) -> list[str]:
    """The pack's statuses that the project has neither by name nor by an id learnt before."""
    known = StatusNames(pack)
    there = {known.find(name) for name in names} | set(bound.vocabulary.statuses.values())
    return [status.jira_name for status in pack.statuses if status.id not in there]


def _missing_types(pack: Pack, names: set[str]) -> list[str]:
    """The pack's issue types that the project has under none of their names."""
    there = {folded(name) for name in names}
    wanted = {r.issue_type: {folded(name) for name in (r.issue_type, *r.aliases)} for r in pack.request_types}
    missing = [name for name, called in wanted.items() if not called & there]
    imputation = pack.imputation_issue_type
    return [*missing, *([imputation] if imputation and folded(imputation) not in there else [])]
