"""Checks every workflow pack and every policy without any network, and writes JSON Schemas for editors."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import click
from pydantic import BaseModel

from automation_rules.model import PolicyDocument
from automation_rules.policy import Policies, load_policies
from automation_rules.sla import lint
from workflows.catalog import load_catalog
from workflows.document import DocumentError, Problem, read
from workflows.model import Pack

_WRONG = 2


@click.command()
@click.option(
    "--catalog",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Folder of workflow packs; ours by default.",
)
@click.option(
    "--policies",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Folder of policies; ours by default.",
)
@click.option(
    "--schema",
    type=click.Path(path_type=Path, file_okay=False),
    help="Write the JSON Schemas of both kinds of document into this folder.",
)
def validate(catalog: Path | None, policies: Path | None, schema: Path | None) -> None:
    """Check every workflow pack and policy.

    Prints one `file:line: what is wrong` per problem and exits with 2, or says what it found and exits with 0.
    Notes are about what is right, but should be known before going live.
    """
    if schema is not None:
        _write_schemas(schema)
    try:
        packs = load_catalog(catalog)
        rules = load_policies(packs, policies)
    except DocumentError as error:
        for problem in error.problems:
            click.echo(_shown(problem), err=True)
        click.echo(f"{len(error.problems)} problem(s)", err=True)
        sys.exit(_WRONG)
    for note in _notes(rules):
        click.echo(f"note: {_shown(note)}")
    click.echo(f"{len(packs.packs)} workflow pack(s), {len(rules.documents)} policy document(s): no problem found")


def _notes(policies: Policies) -> Iterator[Problem]:
    """What the linter of clocks remarks, at the line of each clock."""
    for pack, document in policies.documents.items():
        source = read(policies.files[pack])
        for index, sla in enumerate(document.slas):
            for remark in lint.remarks(sla, policies.catalog.pack(pack)):
                yield source.problem(("slas", index), remark)


def _shown(problem: Problem) -> str:
    """A problem with its file as seen from here, so that terminals and editors can open it."""
    here = Path.cwd()
    file = problem.file.resolve()
    shown = file.relative_to(here) if file.is_relative_to(here) else problem.file
    return str(Problem(shown, problem.line, problem.message, problem.suggestion))


def _write_schemas(folder: Path) -> None:
    documents: dict[str, type[BaseModel]] = {"workflow-pack": Pack, "policy": PolicyDocument}
    folder.mkdir(parents=True, exist_ok=True)
    for name, document in documents.items():
        schema = {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            **document.model_json_schema(by_alias=True),
        }
        path = folder / f"{name}.schema.json"
        path.write_text(json.dumps(schema, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
        click.echo(f"wrote {path}")


if __name__ == "__main__":
    validate()
