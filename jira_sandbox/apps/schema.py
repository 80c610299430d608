"""Checks module shapes against Atlassian's own JSON Schema, when the contracts folder is there."""

from __future__ import annotations

import json
import os
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs

_FILE = "connect-jira-modules.schema.json"
_CHECKOUT = Path(__file__).resolve().parents[2]
# Of the schema's names, those that are not modules in a descriptor but top-level keys of it.
_NOT_MODULES = frozenset({"lifecycle", "translations", "cloudAppMigration"})


def contracts_folder() -> Path | None:
    """Where Atlassian's published files are: RELANCE_CONTRACTS, beside the checkout, or .build/contracts; else None."""
    named = os.environ.get("RELANCE_CONTRACTS")
    places = [Path(named)] if named else [_CHECKOUT.parent / "shared" / "contracts", _CHECKOUT / ".build" / "contracts"]
    return next((place for place in places if (place / _FILE).is_file()), None)


def schema_problems(modules: dict[str, Any]) -> list[str]:
    """What the schema says against these modules; empty when the schema is absent, which is then not a check."""
    folder = contracts_folder()
    if folder is None:
        return []
    validators = _validators(folder / _FILE)
    problems = []
    for name, value in modules.items():
        if name not in validators:
            problems.append(f"modules.{name}: there is no such module")
            continue
        for error in validators[name].iter_errors(value):
            where = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in error.instance_path)
            problems.append(f"modules.{name}{where}: {error.message}")
    return problems


@cache
def _validators(path: Path) -> dict[str, Any]:
    document = json.loads(path.read_text(encoding="utf-8"))
    validators = {}
    for name, shape in document["modules"].items():
        if name in _NOT_MODULES:
            continue
        schema = _without_webhook_key(shape) if name == "webhooks" else shape
        if name in {"configurePage", "postInstallPage"} and shape.get("type") == "array":
            schema = shape["items"]
        validators[name] = jsonschema_rs.Draft7Validator({**schema, "definitions": document["definitions"]})
    return validators


def _without_webhook_key(shape: dict[str, Any]) -> dict[str, Any]:
    """The schema is that of a Forge manifest, where webhooks have keys; in a descriptor they have none."""
    items = shape["items"]
    return {**shape, "items": {**items, "required": [name for name in items["required"] if name != "key"]}}
