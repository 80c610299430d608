"""Compares custom fields, their options, and the screens that people fill them in on."""

from __future__ import annotations

from collections.abc import Iterator

from workflows.blueprint import FIELD_TYPES, found_field, holds, made_fields
from workflows.changes import Change, Create, Update
from workflows.comparison import Comparison
from workflows.graph import folded
from workflows.model import FieldKind, PackField
from workflows.site import Kind, SiteField, SiteScreen, SiteState, marked_by, named


def compare_fields(c: Comparison) -> None:
    """Fields to make or to adopt, then the options of those with a list, then the project's screens."""
    ours = made_fields(c.pack)
    for wanted in ours:
        found = found_field(wanted, c.state)
        if found is not None and not holds(wanted.kind, found):
            kinds = " or ".join(FIELD_TYPES[wanted.kind])
            type_ = found.type.rpartition(":")[2] or "Jira's own"
            c.conflict(f"the field “{found.name}” is {type_}, not {kinds}: rename it in Jira, or change the pack")
            continue
        c.made(Kind.FIELD, wanted.id, wanted.name.fr, found, wanted.kind.value)
    c.changes += [change for wanted in ours if (change := _options_change(wanted, c.state))]
    _compare_project_screens(c, ours)


def missing_options(wanted: PackField, found: SiteField | None) -> list[str]:
    """The options a list lacks, as they are to be called; one known by its English name is there."""
    if wanted.kind is not FieldKind.SELECT:
        return []
    present = {folded(option) for option in found.options} if found else set()
    return [option.fr for option in wanted.options if not {folded(option.fr), folded(option.en)} & present]


def _options_change(wanted: PackField, state: SiteState) -> Change | None:
    found = found_field(wanted, state)
    missing = missing_options(wanted, found)
    if not missing or (found is not None and not holds(wanted.kind, found)):
        return None
    details = tuple(f"option “{option}” added" for option in missing)
    name = found.name if found else wanted.name.fr
    make = Update if found and found.options else Create
    return make(kind=Kind.OPTIONS, id=wanted.id, name=name, details=details)


def _compare_project_screens(c: Comparison, wanted: tuple[PackField, ...]) -> None:
    """One change for all: whatever field an agent may have to fill in later is on each screen of the project."""
    details = [
        f"field “{found.name if found else field.name.fr}” added to “{screen.name}”"
        for field in wanted
        for found in [found_field(field, c.state)]
        for screen in c.project.screens
        if found is None or found.id not in screen.fields
    ]
    if details:
        key = c.project.key
        c.changes.append(Update(kind=Kind.PROJECT_SCREENS, id=key, name=key, details=tuple(details)))


def missing_on_screens(c: Comparison) -> Iterator[tuple[SiteScreen, str]]:
    """The fields, by Jira id, that screens of the project lack."""
    for screen in c.project.screens:
        for wanted in made_fields(c.pack):
            found = found_field(wanted, c.state)
            if found is not None and found.id not in screen.fields:
                yield screen, found.id


def compare_screens(c: Comparison) -> None:
    """The screens that transitions ask for fields with: known by their name, which says what is on them."""
    for name, fields in c.blueprint.wanted_screens().items():
        found = named(c.state.screens, name)
        if found is None:
            c.changes.append(Create(kind=Kind.SCREEN, id=name, name=name))
        elif missing := [field for field in fields if field not in found.fields]:
            details = (f"{len(missing)} field(s) added",)
            c.changes.append(Update(kind=Kind.SCREEN, id=name, name=name, details=details))


def unused_screens(c: Comparison) -> list[SiteScreen]:
    """Screens this pack made that nothing asks for any more, in its own workflows or in others."""
    wanted = {folded(name) for name in c.blueprint.wanted_screens()}
    ours = {folded(w.name) for w in c.pack.workflows}
    used = {t.screen for w in c.state.workflows if folded(w.name) not in ours for t in w.transitions}
    return [
        screen
        for screen in c.state.screens
        if marked_by(screen.description) == c.pack.id and folded(screen.name) not in wanted and screen.id not in used
    ]
