"""Reads a project of a site and writes it as a workflow pack."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from connect_app.jira.client import JiraClient
from connect_app.jira.patience import Patience
from connect_app.jira.provisioning_reading import read_site
from connect_app.jira.remembering import RememberingClient
from workflows.dump import Dumped, dump, recorded_fields
from workflows.graph import folded
from workflows.model import FieldKind, Pack, PackField, StatusRole, Text

_NOTHING = Text(fr="-", en="-")
_ANY = Pack(
    kind="workflow-pack",
    id="any",
    name=_NOTHING,
    statuses=(),
    workflows=(),
    request_types=(),
    fields=(PackField(id="any", kind=FieldKind.TEXT, name=_NOTHING),),
)
"""A pack that has a use for everything that can be read of a project, and names nothing."""


def dump_project(
    client: JiraClient, project: str, pack_id: str | None, known: Iterable[Pack], patience: Patience | None = None
) -> Dumped:
    """A project as a pack; statuses that the `known` packs name have the role they give them.

    Raises NothingToDump, NotFound when there is no such project, and as the client.
    """
    jira = RememberingClient(client, patience or Patience())
    first = read_site(jira, project, _ANY)
    fields = recorded_fields(first)
    # The options of a list are read by the list's name, which only a first reading tells.
    state = read_site(jira, project, _ANY.model_copy(update={"fields": _fields(fields)})) if fields else first
    roles: dict[str, StatusRole] = {}
    for pack in known:
        own = pack.id == state.project.record.get("pack")
        for status in pack.statuses:
            name = folded(status.jira_name)
            roles[name] = status.role if own else roles.get(name, status.role)
    return dump(state, pack_id, roles)


def _fields(written: Iterable[Mapping[str, Any]]) -> tuple[PackField, ...]:
    return tuple(PackField.model_validate(one) for one in written)
