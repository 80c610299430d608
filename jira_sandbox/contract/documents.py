"""Finds and reads Atlassian's OpenAPI documents and the scope list, wherever this machine keeps them."""

from __future__ import annotations

import gzip
import json
import os
from pathlib import Path
from typing import cast

from jira_sandbox.state.shapes import Json

PLATFORM = "jira-platform-v3.openapi.json.gz"
SERVICE_DESK = "jira-servicedesk.openapi.json.gz"
SOFTWARE = "jira-software.openapi.json.gz"
_CHECKOUT = Path(__file__).resolve().parents[2]


def candidates() -> list[Path]:
    """Where the documents are looked for, best first."""
    named = os.environ.get("RELANCE_CONTRACTS")
    places = [Path(named)] if named else []
    return [*places, _CHECKOUT.parent / "shared" / "contracts", _CHECKOUT / ".build" / "contracts"]


def find(explicit: Path | None = None) -> Path | None:
    """The first folder that holds the platform document; None when nowhere."""
    for folder in [explicit] if explicit else candidates():
        if (folder / PLATFORM).is_file():
            return folder
    return None


def read(path: Path) -> Json:
    """A gzipped JSON document; raises ValueError when it is not an object."""
    with gzip.open(path, "rt", encoding="utf-8") as stream:
        document = json.load(stream)
    if not isinstance(document, dict):
        raise TypeError(f"{path.name} is not a JSON object.")
    return cast("Json", document)
