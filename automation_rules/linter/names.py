"""Finds status names that people will confuse, that mean two things on one site, or that nobody explains."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher
from itertools import combinations

from workflows.catalog import Catalog
from workflows.checks import NEAR_TWINS, NEAR_TWINS_OF_PACKS, NO_MEANING, SHARED_STATUS
from workflows.document import Problem, Source
from workflows.graph import folded
from workflows.model import Pack, Status

ALIKE = 0.88
"""From this likeness on (0 to 1) names are near-twins: `Fermé` and `Fermée` are, `Ouvert` and `ReOuvert` are not."""


def within(catalog: Catalog, sources: Mapping[str, Source]) -> Iterator[Problem]:
    """Near-twins inside a pack, and statuses whose meaning is not told."""
    for pack_id, pack in catalog.packs.items():
        places = {status.id: index for index, status in enumerate(pack.statuses)}
        for one, other in combinations(pack.statuses, 2):
            if _near(one, other):
                place = ("statuses", places[other.id], "name")
                message = f'"{other.jira_name}" is nearly "{one.jira_name}", the name of status "{one.id}"'
                yield sources[pack_id].problem(place, message, check=NEAR_TWINS)
        for status in pack.statuses:
            if status.meaning is None:
                message = f'status "{status.id}" does not say what it means to customers'
                yield sources[pack_id].problem(("statuses", places[status.id], "id"), message, check=NO_MEANING)


def between(catalog: Catalog, sources: Mapping[str, Source]) -> Iterator[Problem]:
    """Names that two packs share with another meaning, or nearly share; told once, at the later pack."""
    for earlier, later in combinations(catalog.packs.values(), 2):
        for index, status in enumerate(later.statuses):
            for other in earlier.statuses:
                place = ("statuses", index, "name")
                if _same(status, other) and _meaning(status) != _meaning(other):
                    yield sources[later.id].problem(place, _shared(status, other, earlier), check=SHARED_STATUS)
                elif _near(status, other):
                    message = f'"{status.jira_name}" is nearly "{other.jira_name}" of pack "{earlier.id}"'
                    yield sources[later.id].problem(place, message, check=NEAR_TWINS_OF_PACKS)


def _shared(status: Status, other: Status, pack: Pack) -> str:
    return (
        f'"{status.jira_name}" is {status.role} ({status.jira_category}) here, '
        f'and {other.role} ({other.jira_category}) in pack "{pack.id}"'
    )


def _meaning(status: Status) -> tuple[str, str]:
    return status.role.value, status.jira_category.value


def _same(one: Status, other: Status) -> bool:
    return folded(one.jira_name) == folded(other.jira_name)


def _near(one: Status, other: Status) -> bool:
    if _same(one, other):
        return False
    return SequenceMatcher(None, folded(one.jira_name), folded(other.jira_name)).ratio() >= ALIKE
