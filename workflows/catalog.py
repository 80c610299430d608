"""Loads every workflow pack into one catalog, and checks what the packs' parts say of each other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from workflows.checks import TWICE
from workflows.document import DocumentError, Problem, Source, nearest, read
from workflows.model import Pack
from workflows.references import problems_of

CATALOG_FOLDER = Path(__file__).parent / "catalog"


@dataclass(frozen=True)
class Catalog:
    """All packs by id, each with the file it was read from."""

    packs: Mapping[str, Pack]
    files: Mapping[str, Path]

    def pack(self, pack_id: str) -> Pack:
        """The pack with this id; KeyError names the nearest one."""
        if pack_id not in self.packs:
            near = nearest(pack_id, self.packs)
            raise KeyError(f'no workflow pack "{pack_id}"' + (f' (did you mean "{near}"?)' if near else ""))
        return self.packs[pack_id]


def load_catalog(folder: Path | None = None) -> Catalog:
    """Every `*.yaml` of the folder (ours by default); raises DocumentError with all problems of all files."""
    folder = folder or CATALOG_FOLDER
    problems: list[Problem] = []
    loaded: list[tuple[Source, Pack]] = []
    for path in sorted(folder.glob("*.yaml")):
        try:
            source = read(path)
            loaded.append((source, source.parse(Pack)))
        except DocumentError as error:
            problems += error.problems
    if not loaded and not problems:
        problems.append(Problem(folder, 1, "this folder holds no workflow pack (*.yaml)"))
    for source, pack in loaded:
        problems += problems_of(source, pack)
    problems += _clashes(loaded)
    if problems:
        raise DocumentError(problems)
    return Catalog(
        MappingProxyType({pack.id: pack for _, pack in loaded}),
        MappingProxyType({pack.id: source.file for source, pack in loaded}),
    )


def _clashes(loaded: list[tuple[Source, Pack]]) -> list[Problem]:
    """Packs share one site: their ids and the names of their workflows must differ."""
    problems: list[Problem] = []
    packs: dict[str, Source] = {}
    names: dict[str, Source] = {}
    for source, pack in loaded:
        if pack.id in packs:
            message = f'the pack id "{pack.id}" is already used by {packs[pack.id].file.name}'
            problems.append(source.problem(("id",), message, check=TWICE))
        packs.setdefault(pack.id, source)
        for index, workflow in enumerate(pack.workflows):
            other = names.setdefault(workflow.name.casefold(), source)
            if other is not source:
                message = f'the workflow name "{workflow.name}" is already used by {other.file.name}'
                problems.append(source.problem(("workflows", index, "name"), message, check=TWICE))
    return problems
