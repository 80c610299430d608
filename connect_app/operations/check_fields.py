"""Finds the fields a pack's rules would read and a site does not have: what they promise is not checked there."""

from __future__ import annotations

from dataclasses import dataclass

from automation_rules.binding import Mode
from connect_app.jira.vocabulary import absent_fields
from connect_app.operations.parts import Parts
from connect_app.store.bindings import BoundProject
from workflows.model import Pack


@dataclass(frozen=True, kw_only=True)
class MissingField:
    """One field a project lacks, by its name in Jira; `by` are the transitions that require it, in vain."""

    site: str
    project: str
    field: str
    by: tuple[str, ...]


def check_fields(parts: Parts) -> tuple[MissingField, ...]:
    """Every field that is missing where a project is bound, on all sites we work for."""
    return tuple(
        missing
        for installation in parts.store.installations.working()
        for bound in parts.store.bindings.of_installation(installation.id)
        if bound.binding.mode is not Mode.OFF and bound.binding.pack in parts.catalog.packs
        for missing in missing_fields(installation.base_url, bound, parts.catalog.pack(bound.binding.pack))
    )


def missing_fields(site: str, bound: BoundProject, pack: Pack) -> tuple[MissingField, ...]:
    """The fields of the pack that one project lacks, in the order of the pack."""
    absent = absent_fields(pack, bound.vocabulary)
    return tuple(
        MissingField(
            site=site,
            project=bound.binding.project_key,
            field=field.name.fr,
            by=tuple(
                dict.fromkeys(
                    transition.id
                    for workflow in pack.workflows
                    for transition in workflow.transitions
                    if any(requirement.value.replace("_", "-") == field.id for requirement in transition.requires)
                )
            ),
        )
        for field in pack.fields
        if field.id in absent
    )
