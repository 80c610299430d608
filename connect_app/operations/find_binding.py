"""Finds which policy a project follows, also once its key was changed in Jira: the project's id stays."""

from __future__ import annotations

from collections.abc import Sequence

from connect_app.errors import Refused
from connect_app.logs import logger
from connect_app.operations.open_site import OpenSite
from connect_app.operations.parts import Parts
from connect_app.store.bindings import BoundProject

log = logger(__name__)


def find_binding(
    parts: Parts, site: OpenSite, bindings: Sequence[BoundProject], project_key: str, project_id: str
) -> BoundProject | None:
    """Of a site's bindings that of the project an issue is in; None when it follows no policy."""
    for bound in bindings:
        if bound.binding.project_key == project_key:
            return bound
    for bound in bindings:
        if bound.vocabulary.project_id == project_id:
            return _renamed(parts, site, bound, project_key)
    return None


def ask_new_key(parts: Parts, site: OpenSite, bound: BoundProject) -> BoundProject | None:
    """The binding under the key its project has now, when Jira knows the project by its id and by another key."""
    try:
        found = site.client.get(f"rest/api/3/project/{bound.vocabulary.project_id}")
    except Refused:
        return None
    key = str(found.get("key") or bound.binding.project_key)
    if parts.store.bindings.of_project(site.installation.id, key) is not None:
        return None  # the key it was asked by, or one that an administrator has bound since
    return _renamed(parts, site, bound, key)


def _renamed(parts: Parts, site: OpenSite, bound: BoundProject, key: str) -> BoundProject | None:
    """The binding once all that is kept of the project is kept under its new key."""
    installation, before = site.installation.id, bound.binding.project_key
    parts.store.bindings.rename(installation, before, key)
    log.warning("project has another key", installation=installation, before=before, project=key)
    return parts.store.bindings.of_project(installation, key)
