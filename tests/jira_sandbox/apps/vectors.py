"""Reads Atlassian's published vectors and the written cases; skips where the contracts folder is absent."""

from __future__ import annotations

import json
from typing import Any

import pytest

from jira_sandbox.apps.schema import contracts_folder


def contract(name: str) -> Any:
    """The parsed document of this name."""
    folder = contracts_folder()
    if folder is None or not (folder / name).is_file():
        pytest.skip(f"{name} is not here: set RELANCE_CONTRACTS", allow_module_level=True)
    return json.loads((folder / name).read_text(encoding="utf-8"))
