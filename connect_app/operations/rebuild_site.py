"""Makes what we knew of a site anew from what Jira keeps: bindings, and what was done to each request."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from automation_rules.binding import Mode
from connect_app.errors import Misconfigured, NotFound, Refused
from connect_app.jira.kept_binding import KeptBinding, kept_bindings
from connect_app.jira.reading import read_comments
from connect_app.jira.searching import open_or_recent, whole_project
from connect_app.logs import logger
from connect_app.operations.adopt_marks import adopt
from connect_app.operations.bind_project import bind_project
from connect_app.operations.open_site import OpenSite
from connect_app.operations.parts import Parts
from connect_app.operations.read_request import NotOurs, read_request
from connect_app.operations.sweep_site import days_back
from connect_app.store.bindings import BoundProject

log = logger(__name__)


@dataclass(frozen=True, kw_only=True)
class Rebuilt:
    """What was found of one project.

    `known` is True when our database had its binding. `mode` is None when Jira keeps something that is no binding, or
    one whose pack or people are not known here: `why` says so, and somebody must bind the project. `unread` are issues
    that could not be read.
    """

    project_key: str
    pack: str | None
    mode: Mode | None
    known: bool = False
    issues: int = 0
    marks: int = 0
    unread: tuple[str, ...] = ()
    why: str = ""


def found_in_jira(parts: Parts, installation_id: str) -> list[Rebuilt]:
    """The bindings that projects of the site keep, and whether we know them; nothing is changed."""
    known = {b.binding.project_key for b in parts.store.bindings.of_installation(installation_id)}
    return [
        Rebuilt(project_key=key, pack=kept.binding.pack, mode=kept.binding.mode, known=key in known)
        if kept is not None
        else Rebuilt(project_key=key, pack=None, mode=None, known=key in known, why="what Jira keeps is no binding")
        for key, kept in kept_bindings(_open(parts, installation_id).client)
    ]


def rebuild_site(
    parts: Parts, installation_id: str, *, projects: tuple[str, ...] = (), everything: bool = False
) -> Iterator[Rebuilt]:
    """Rebuilds each project, of those named or of all; a binding that our database has stays as it is.

    A project made anew stays in dry run until every request of it was read, so that a worker does nothing meanwhile.
    Requests are those a sweep would read; with `everything` also those done long ago, for the audit alone. Nothing is
    written to Jira. Raises `Misconfigured` for a site we may not work for, and what the client raises.
    """
    site = _open(parts, installation_id)
    kept = dict(kept_bindings(site.client))
    known = {b.binding.project_key: b for b in parts.store.bindings.of_installation(installation_id)}
    for key in sorted({*kept, *known}):
        if not projects or key in projects:
            if key in known:
                yield _read_again(parts, site, known[key], everything=everything)
            else:
                yield _bound_again(parts, site, key, kept[key], everything=everything)


def _read_again(parts: Parts, site: OpenSite, bound: BoundProject, *, everything: bool) -> Rebuilt:
    """A project whose binding is here: what was done to its requests."""
    binding = bound.binding
    issues, marks, unread = _adopted(parts, site, bound, everything=everything)
    log.info("project rebuilt", project=binding.project_key, issues=issues, marks=marks, unread=len(unread))
    return Rebuilt(
        project_key=binding.project_key,
        pack=binding.pack,
        mode=binding.mode,
        known=True,
        issues=issues,
        marks=marks,
        unread=tuple(unread),
    )


def _bound_again(parts: Parts, site: OpenSite, key: str, kept: KeptBinding | None, *, everything: bool) -> Rebuilt:
    """A project whose binding only Jira has: bound in dry run, read, then bound as it was."""
    if kept is None:
        return Rebuilt(project_key=key, pack=None, mode=None, why="what Jira keeps is no binding")
    quiet = replace(kept.binding, mode=Mode.DRY_RUN if kept.binding.mode is Mode.ON else kept.binding.mode)
    try:
        bound = bind_project(parts, site.installation.id, quiet, statuses=kept.statuses, keep=False)
    except (Misconfigured, Refused) as error:
        return Rebuilt(project_key=key, pack=kept.binding.pack, mode=None, why=str(error))
    read = _read_again(parts, site, bound, everything=everything)
    parts.store.bindings.put(site.installation.id, replace(bound, binding=kept.binding))
    return replace(read, mode=kept.binding.mode, known=False)


def _adopted(parts: Parts, site: OpenSite, bound: BoundProject, *, everything: bool) -> tuple[int, int, list[str]]:
    """Reads every request with its marks; how many there are, how many marks were news, and what could not be read."""
    key = bound.binding.project_key
    days = days_back(bound, parts.clock.now())
    found = whole_project(site.client, key) if everything else open_or_recent(site.client, key, days=days)
    issues, marks, unread = 0, 0, []
    for issue_id in [one.id for one in found]:
        try:
            taken = _adopt_one(parts, site, issue_id)
        except NotFound:
            continue  # deleted while we read
        except (Refused, LookupError, TypeError, ValueError, AttributeError) as error:
            log.warning("issue not read", issue=issue_id, error=f"{type(error).__name__}: {error}")
            unread.append(issue_id)
            continue
        if taken is not None:
            issues, marks = issues + 1, marks + taken
    return issues, marks, unread


def _adopt_one(parts: Parts, site: OpenSite, issue_id: str) -> int | None:
    """How many marks of one issue were news; None for what is no request.

    Comments are asked for with their marks whoever wrote them: the app may have had another account before.
    """
    request = read_request(parts, site, issue_id)
    if isinstance(request, NotOurs):
        return None
    raw = request.raw
    if raw.comments:
        raw = replace(raw, comments=read_comments(site.client, raw.id))
    return len(adopt(parts, site, raw, request.entries))


def _open(parts: Parts, installation_id: str) -> OpenSite:
    site = parts.sites.open(installation_id)
    if site is None:
        raise Misconfigured("this site is not installed, or is disabled")
    return site
