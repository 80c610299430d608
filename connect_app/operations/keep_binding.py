"""Writes a binding into its project's property after it changed, so that it can be found again without our database."""

from __future__ import annotations

from connect_app.errors import RelanceError
from connect_app.jira.kept_binding import keep
from connect_app.logs import logger
from connect_app.operations.open_site import OpenSite
from connect_app.store.bindings import BoundProject

log = logger(__name__)


def keep_binding(site: OpenSite, bound: BoundProject) -> None:
    """Keeps a copy in Jira; a refusal is logged, no more: the binding itself is in our database."""
    try:
        keep(site.client, bound.binding, bound.vocabulary)
    except RelanceError as error:
        installation, project = site.installation.id, bound.binding.project_key
        log.warning("binding not kept in Jira", installation=installation, project=project, error=str(error))
