"""Keeps a project's binding in Jira as well, in a property of the project, so that it survives our database."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from automation_rules.binding import Binding, Mode, Vocabulary
from connect_app.jira.client import JiraClient
from connect_app.jira.facts import instant
from connect_app.jira.marks import BINDING

PAGE = 50


@dataclass(frozen=True, kw_only=True)
class KeptBinding:
    """A binding as a project's property tells it; `statuses` as in a vocabulary, those renamed since included."""

    binding: Binding
    statuses: Mapping[str, str]


def keep(client: JiraClient, binding: Binding, vocabulary: Vocabulary) -> None:
    """Writes the binding down; the account needs to administer the project. Raises what the client raises."""
    body = {
        "pack": binding.pack,
        "locale": binding.locale,
        "mode": binding.mode.value,
        "enabledAt": binding.enabled_at.isoformat(),
        "people": {role: list(accounts) for role, accounts in binding.people.items()},
        "groups": {role: list(groups) for role, groups in binding.groups.items()},
        "parameters": dict(binding.parameters),
        "contracts": dict(binding.contracts),
        "statuses": dict(vocabulary.statuses),
    }
    client.request("PUT", f"rest/api/3/project/{binding.project_key}/properties/{BINDING}", body=body)


def kept_bindings(client: JiraClient) -> Iterator[tuple[str, KeptBinding | None]]:
    """Each project that keeps one, by key; None where what it keeps does not read as a binding."""
    start = 0
    while True:
        asked = {"properties": BINDING, "orderBy": "key", "startAt": start, "maxResults": PAGE}
        page = client.get("rest/api/3/project/search", asked)
        projects = page.get("values") or []
        for project in projects:
            kept = (project.get("properties") or {}).get(BINDING)
            if kept is not None:
                yield str(project["key"]), _read(str(project["key"]), kept)
        start += len(projects)
        if not projects or page.get("isLast") is True:
            return


def _read(project_key: str, kept: Any) -> KeptBinding | None:
    """A project's administrators may write the property: what does not read well is no binding."""
    try:
        binding = Binding(
            project_key=project_key,
            pack=str(kept["pack"]),
            locale=str(kept["locale"]),
            mode=Mode(kept["mode"]),
            enabled_at=instant(kept["enabledAt"]),
            people={str(role): tuple(map(str, accounts)) for role, accounts in kept["people"].items()},
            groups={str(role): tuple(map(str, groups)) for role, groups in kept["groups"].items()},
            parameters=dict(kept["parameters"]),
            contracts={str(name): str(calendar) for name, calendar in kept["contracts"].items()},
        )
        statuses = {str(jira_id): str(status) for jira_id, status in kept["statuses"].items()}
    except (KeyError, TypeError, ValueError, AttributeError):
        return None
    return KeptBinding(binding=binding, statuses=statuses)
