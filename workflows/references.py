"""Checks one pack's references, names and graphs; each problem has its line and the nearest right name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from workflows import checks
from workflows.complaint import Location
from workflows.document import Problem, Source
from workflows.graph import Graph, folded
from workflows.model import LEVEL_FIELD, FieldKind, Pack, Requirement, StatusRole, Transition, Workflow


def problems_of(source: Source, pack: Pack) -> list[Problem]:
    """Everything wrong with a pack that its parts, read one by one, could not show."""
    broken = [*_duplicates(source, pack), *_status_names(source, pack), *_unknown(source, pack), *_levels(source, pack)]
    # A graph over ids that do not exist would only repeat the same mistake in other words.
    return broken or [*_graphs(source, pack), *_transition_names(source, pack), *_resolutions(source, pack)]


def _duplicates(source: Source, pack: Pack) -> Iterator[Problem]:
    yield from _twice(source, "status id", ("statuses",), "id", (s.id for s in pack.statuses))
    yield from _twice(source, "workflow id", ("workflows",), "id", (w.id for w in pack.workflows))
    yield from _twice(source, "workflow name", ("workflows",), "name", (folded(w.name) for w in pack.workflows))
    yield from _twice(source, "request type id", ("request_types",), "id", (r.id for r in pack.request_types))
    yield from _twice(source, "resolution id", ("resolutions",), "id", (r.id for r in pack.resolutions))
    yield from _twice(
        source, "resolution name", ("resolutions",), "name", (folded(r.name.fr) for r in pack.resolutions)
    )
    yield from _twice(source, "field id", ("fields",), "id", (f.id for f in pack.fields))
    yield from _twice(source, "priority id", ("priorities",), "id", (p.id for p in pack.priorities))
    yield from _twice(source, "level id", ("levels",), "id", (level.id for level in pack.levels))
    for index, workflow in enumerate(pack.workflows):
        place = ("workflows", index, "transitions")
        yield from _twice(source, "transition id", place, "id", (t.id for t in workflow.transitions))


def _twice(source: Source, what: str, place: Location, key: str, values: Iterable[str]) -> Iterator[Problem]:
    first: dict[str, int] = {}
    for index, value in enumerate(values):
        if value in first:
            line = source.line((*place, first[value], key))
            message = f'the {what} "{value}" is given twice, first on line {line}'
            yield source.problem((*place, index, key), message, check=checks.TWICE)
        first.setdefault(value, index)


def _status_names(source: Source, pack: Pack) -> Iterator[Problem]:
    """Jira knows a status by its name alone: two statuses of a pack may share neither name nor alias."""
    owner: dict[str, str] = {}
    for index, status in enumerate(pack.statuses):
        for place, name in (
            (("name",), status.jira_name),
            *((("aliases", i), a) for i, a in enumerate(status.aliases)),
        ):
            other = owner.setdefault(folded(name), status.id)
            if other != status.id:
                message = f'the status name "{name}" already belongs to status "{other}"'
                yield source.problem(("statuses", index, *place), message, check=checks.SAME_STATUS_NAME)


def _levels(source: Source, pack: Pack) -> Iterator[Problem]:
    """An agent transfers a request by the options of the level field: they are the levels, all of them (A11)."""
    names = {folded(level.name.fr) for level in pack.levels}
    for index, field in enumerate(pack.fields):
        options = {folded(option.fr) for option in field.options}
        if field.id == LEVEL_FIELD and (field.kind is not FieldKind.SELECT or options != names):
            listed = ", ".join(level.name.fr for level in pack.levels) or "none"
            message = f'the field "{field.id}" must be a select whose options are the levels of the pack: {listed}'
            yield source.problem(("fields", index, "id"), message, check=checks.UNKNOWN_NAME)


def _unknown(source: Source, pack: Pack) -> Iterator[Problem]:
    workflows = [w.id for w in pack.workflows]
    levels = [level.id for level in pack.levels]
    followed: dict[str, str] = {}
    for index, request in enumerate(pack.request_types):
        place: Location = ("request_types", index)
        if request.workflow not in workflows:
            yield source.unknown((*place, "workflow"), "workflow", request.workflow, workflows)
        if request.entry_level is not None and request.entry_level not in levels:
            yield source.unknown((*place, "entry_level"), "level", request.entry_level, levels)
        other = followed.setdefault(request.issue_type.casefold(), request.workflow)
        if other != request.workflow:
            message = f'the issue type "{request.issue_type}" already follows workflow "{other}"'
            yield source.problem((*place, "workflow"), message, check=checks.TWICE)
    for index, workflow in enumerate(pack.workflows):
        yield from _unknown_in(source, pack, workflow, ("workflows", index))


def _unknown_in(source: Source, pack: Pack, workflow: Workflow, place: Location) -> Iterator[Problem]:
    statuses = [s.id for s in pack.statuses]
    resolutions = [r.id for r in pack.resolutions]
    levels = [level.id for level in pack.levels]
    yield from _approvals(source, pack, workflow, place)
    if workflow.initial not in statuses:
        yield source.unknown((*place, "initial"), "status", workflow.initial, statuses)
    for index, transition in enumerate(workflow.transitions):
        here: Location = (*place, "transitions", index)
        if transition.from_ != "any":
            for number, old in enumerate(transition.from_):
                if old not in statuses:
                    yield source.unknown((*here, "from", number), "status", old, statuses)
        if transition.to not in statuses:
            message = f'transition "{transition.id}" leads to unknown status "{transition.to}"'
            near = source.unknown((), "", transition.to, statuses).suggestion
            yield source.problem((*here, "to"), message, near, check=checks.UNKNOWN_NAME)
        if transition.resolution is not None and transition.resolution not in resolutions:
            yield source.unknown((*here, "resolution"), "resolution", transition.resolution, resolutions)
        if transition.level is not None and transition.level not in levels:
            yield source.unknown((*here, "level"), "level", transition.level, levels)


def _approvals(source: Source, pack: Pack, workflow: Workflow, place: Location) -> Iterator[Problem]:
    """An approval stands on a status of the workflow, asks the people of a field, and takes moves that leave it."""
    graph, names = Graph(workflow), [t.id for t in workflow.transitions]
    people = {field.id for field in pack.fields if field.kind in {FieldKind.USER, FieldKind.USERS}}
    for index, approval in enumerate(workflow.approvals):
        here: Location = (*place, "approvals", index)
        if approval.status not in graph.statuses:
            yield source.unknown((*here, "status"), "status", approval.status, graph.statuses)
        if approval.field not in people:
            yield source.unknown((*here, "field"), "field of people", approval.field, people)
        for part, transition_id in (("approved", approval.approved), ("refused", approval.refused)):
            found = next((t for t in workflow.transitions if t.id == transition_id), None)
            if found is None:
                yield source.unknown((*here, part), "transition", transition_id, names)
            elif approval.status not in graph.sources(found) or found.from_ == "any":
                message = f'transition "{transition_id}" is not one that leaves "{approval.status}" by name'
                yield source.problem((*here, part), message, check=checks.UNKNOWN_NAME)


def _graphs(source: Source, pack: Pack) -> Iterator[Problem]:
    places = {status.id: index for index, status in enumerate(pack.statuses)}
    ever: set[str] = set()
    for workflow in pack.workflows:
        graph = Graph(workflow)
        reachable = graph.reachable()
        ever |= reachable
        for status in graph.statuses:
            if status not in reachable:
                message = f'status "{status}" can never be reached in workflow "{workflow.id}"'
                yield source.problem(("statuses", places[status], "id"), message, check=checks.UNREACHABLE)
        for status in graph.dead_ends(pack):
            message = f'workflow "{workflow.id}": no closed status can be reached from status "{status}"'
            yield source.problem(("statuses", places[status], "id"), message, check=checks.DEAD_END)
        ever |= set(graph.statuses)
    for status, index in places.items():
        if status not in ever:
            message = f'status "{status}" is used by no workflow'
            yield source.problem(("statuses", index, "id"), message, check=checks.UNREACHABLE)


def _transition_names(source: Source, pack: Pack) -> Iterator[Problem]:
    """People choose a transition by its name, and so do we in Jira's answer: unique per status they leave."""
    for index, workflow in enumerate(pack.workflows):
        graph = Graph(workflow)
        owner: dict[tuple[str, str, str], Transition] = {}
        for number, transition in enumerate(workflow.transitions):
            for status in graph.sources(transition):
                other = next(
                    (
                        found
                        for language in ("fr", "en")
                        if (
                            found := owner.setdefault(
                                (status, language, folded(transition.name.in_language(language))), transition
                            )
                        )
                        is not transition
                    ),
                    None,
                )
                if other:
                    message = (
                        f'transition "{transition.id}" has the same name as "{other.id}", which also leaves "{status}"'
                    )
                    place = ("workflows", index, "transitions", number, "name")
                    yield source.problem(place, message, check=checks.TWICE)
                    break


def _resolutions(source: Source, pack: Pack) -> Iterator[Problem]:
    """In Jira a request is resolved when it has a resolution, so closing sets one and reopening clears it."""
    closed = {s.id for s in pack.statuses if s.role is StatusRole.CLOSED}
    for index, workflow in enumerate(pack.workflows):
        graph = Graph(workflow)
        for number, transition in enumerate(workflow.transitions):
            here: Location = ("workflows", index, "transitions", number)
            leaves_closed = bool(closed & set(graph.sources(transition)))
            given = transition.resolution is not None or Requirement.RESOLUTION in transition.requires
            if transition.to in closed and not given:
                message = f'transition "{transition.id}" closes the request without a resolution'
                yield source.problem((*here, "id"), message, check=checks.RESOLUTION)
            if transition.to not in closed and leaves_closed and not transition.clears_resolution:
                message = f'transition "{transition.id}" reopens the request without clearing its resolution'
                yield source.problem((*here, "id"), message, check=checks.RESOLUTION)
            if given and transition.clears_resolution:
                message = f'transition "{transition.id}" both sets and clears the resolution'
                yield source.problem((*here, "clears_resolution"), message, check=checks.RESOLUTION)
