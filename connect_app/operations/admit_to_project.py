"""Decides who may see a project's figures: those who work in it or administer it, and of its time only the latter."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from connect_app.errors import NotFound
from connect_app.jira.project_reading import read_standing
from connect_app.operations.open_site import OpenSite
from connect_app.operations.parts import Parts
from connect_app.store.bindings import BoundProject

BELIEVED_FOR = timedelta(minutes=1)


@dataclass(frozen=True)
class Admitted:
    """A project and whether its viewer administers it: what customers are billed is not every agent's business."""

    bound: BoundProject
    administrator: bool


def admit_to_project(parts: Parts, site: OpenSite, project_key: str, account_id: str | None) -> Admitted:
    """Asks Jira about the viewer, once a minute at most.

    `NotFound`, always the same, for a project that follows no policy and for whoever is neither its agent nor its
    administrator: nobody learns what exists. Raises as the client when Jira cannot be asked.
    """
    bound = parts.store.bindings.of_project(site.installation.id, project_key)
    hidden = NotFound("no figures for this viewer", status=404)
    if bound is None or account_id is None:
        raise hidden
    project_id = bound.vocabulary.project_id
    asked = site.figures.standings.get(
        (project_id, account_id),
        parts.clock.now(),
        lambda: read_standing(site.client, project_id, account_id),
        lambda _: BELIEVED_FOR,
    )
    if asked.trouble is not None:
        raise asked.trouble  # who might have lost the right meanwhile does not profit from Jira's trouble
    standing = asked.value
    if not (standing.agent or standing.administrator):
        raise hidden
    return Admitted(bound, administrator=standing.administrator)
