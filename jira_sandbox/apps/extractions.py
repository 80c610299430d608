"""Reads from a descriptor which parts of issue properties JQL finds under an alias (contract §2.4)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from jira_sandbox.state.indexed import IndexedPath


def aliases(modules: Mapping[str, Any]) -> Iterator[tuple[str, IndexedPath]]:
    """Each alias in lower case, as JQL knows no case, with what it stands for."""
    for module in modules.get("jiraEntityProperties", ()):
        if module.get("entityType", "issue") != "issue":
            continue
        for keyed in module.get("keyConfigurations", ()):
            for found in keyed.get("extractions", ()):
                if "alias" in found:
                    place = {"property_key": keyed["propertyKey"], "path": found["objectName"], "type": found["type"]}
                    yield found["alias"].lower(), IndexedPath(**place)
