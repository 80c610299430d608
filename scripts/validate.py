"""Checks every workflow pack, policy and message without any network, and writes JSON Schemas for editors."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import click
from pydantic import BaseModel

from automation_rules import messages
from automation_rules.linter import findings, tally
from automation_rules.model import PolicyDocument
from automation_rules.policy import load_policies
from workflows.catalog import load_catalog
from workflows.checks import Severity
from workflows.document import DocumentError, Problem
from workflows.model import Pack

_WRONG = 2
_FOLDER = click.Path(path_type=Path, exists=True, file_okay=False)


@click.command()
@click.option("--catalog", type=_FOLDER, help="Folder of workflow packs; ours by default.")
@click.option("--policies", type=_FOLDER, help="Folder of policies; ours by default.")
@click.option("--messages", "texts", type=_FOLDER, help="Folder of fr.yaml and en.yaml; ours by default.")
@click.option("--strict", is_flag=True, help="Warnings count as errors.")
@click.option("--quiet", is_flag=True, help="Leave notes out.")
@click.option(
    "--schema",
    type=click.Path(path_type=Path, file_okay=False),
    help="Write the JSON Schemas of both kinds of document into this folder.",
)
def validate(schema: Path | None, *, strict: bool, quiet: bool, **folders: Path | None) -> None:
    """Check every workflow pack, policy and message.

    Prints each finding as `file:line: severity CODE: what; what to do` (docs/validate.md explains the codes). Exits
    with 2 when there is an error, or with --strict a warning; with 0 otherwise.
    """
    if schema is not None:
        _write_schemas(schema)
    said = "no document could be checked further"
    try:
        packs = load_catalog(folders["catalog"])
        rules = load_policies(packs, folders["policies"], messages.uses(folders["texts"]))
        found = findings(rules, folders["texts"] or messages.FOLDER)
        said = f"{len(packs.packs)} workflow pack(s), {len(rules.documents)} policy document(s)"
    except DocumentError as error:
        found = error.problems
    counts = Counter(problem.check.severity for problem in found)
    for problem in found:
        if not (quiet and problem.check.severity is Severity.NOTE):
            click.echo(_shown(problem), err=problem.check.severity is Severity.ERROR)
    refused = counts[Severity.ERROR] > 0 or (strict and counts[Severity.WARNING] > 0)
    click.echo(f"{said}: {_summary(counts)}", err=refused)
    if refused:
        sys.exit(_WRONG)


def _summary(counts: Counter[Severity]) -> str:
    return tally({severity.value: counts[severity] for severity in Severity}) or "no problem found"


def _shown(problem: Problem) -> str:
    """A finding with its file as seen from here, so that terminals and editors can open it."""
    here = Path.cwd()
    file = problem.file.resolve()
    shown = file.relative_to(here) if file.is_relative_to(here) else problem.file
    check = problem.check
    hint = f' (did you mean "{problem.suggestion}"?)' if problem.suggestion else ""
    place = f"{shown.as_posix()}:{problem.line}"
    return f"{place}: {check.severity} {check.code}: {problem.message}{hint}; {check.what_to_do}"


def _write_schemas(folder: Path) -> None:
    documents: Iterable[tuple[str, type[BaseModel]]] = (("workflow-pack", Pack), ("policy", PolicyDocument))
    folder.mkdir(parents=True, exist_ok=True)
    for name, document in documents:
        schema = {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            **document.model_json_schema(by_alias=True),
        }
        path = folder / f"{name}.schema.json"
        path.write_text(json.dumps(schema, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
        click.echo(f"wrote {path}")


if __name__ == "__main__":
    validate()
