"""Keeps which project follows which pack, with the vocabulary that turns Jira's status ids into the pack's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from automation_rules.binding import Binding, Mode, Vocabulary
from connect_app.doors.installation import State
from connect_app.store.schema import agenda, billing_exports, bindings, holds, installations
from connect_app.store.upsert import upsert


@dataclass(frozen=True, kw_only=True)
class BoundProject:
    """A binding as stored, with its vocabulary."""

    binding: Binding
    vocabulary: Vocabulary


_OF_INSTALLATION = (
    sa.select(bindings)
    .where(bindings.c.installation_id == sa.bindparam("installation_id"))
    .order_by(bindings.c.project_key)
)
"""Made once: every job asks it."""


class Bindings:
    """Every binding of every site."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def put(self, installation_id: str, bound: BoundProject) -> None:
        """Makes or replaces the binding of a project."""
        binding, vocabulary = bound.binding, bound.vocabulary
        values: dict[str, Any] = {
            "installation_id": installation_id,
            "project_key": binding.project_key,
            "pack": binding.pack,
            "locale": binding.locale,
            "mode": binding.mode.value,
            "enabled_at": binding.enabled_at,
            "people": {role: list(accounts) for role, accounts in binding.people.items()},
            "groups": {role: list(groups) for role, groups in binding.groups.items()},
            "parameters": dict(binding.parameters),
            "contracts": dict(binding.contracts),
            "vocabulary": {
                "project_id": vocabulary.project_id,
                "statuses": dict(vocabulary.statuses),
                "fields": dict(vocabulary.fields),
                "organizations_field": vocabulary.organizations_field,
                "request_type_field": vocabulary.request_type_field,
            },
        }
        with self._engine.begin() as connection:
            upsert(connection, bindings, values)

    def of_project(self, installation_id: str, project_key: str) -> BoundProject | None:
        """The binding of one project, or None."""
        with self._engine.connect() as connection:
            query = sa.select(bindings).where(
                bindings.c.installation_id == installation_id, bindings.c.project_key == project_key
            )
            row = connection.execute(query).mappings().first()
        return None if row is None else _read(row)

    def of_installation(self, installation_id: str) -> list[BoundProject]:
        """The bindings of one site, by project key."""
        with self._engine.connect() as connection:
            rows = connection.execute(_OF_INSTALLATION, {"installation_id": installation_id})
            return [_read(row) for row in rows.mappings()]

    def followed(self) -> list[tuple[str, str]]:
        """Installation and project of every binding that is not off, of the sites we may work for."""
        open_sites = sa.select(installations.c.id).where(installations.c.state == State.INSTALLED.value)
        query = sa.select(bindings.c.installation_id, bindings.c.project_key).where(
            bindings.c.mode != Mode.OFF.value, bindings.c.installation_id.in_(open_sites)
        )
        with self._engine.connect() as connection:
            return [(row.installation_id, row.project_key) for row in connection.execute(query)]

    def rename(self, installation_id: str, before: str, project_key: str) -> None:
        """Keeps under its new key whatever is kept of a project whose key was changed in Jira."""
        with self._engine.begin() as connection:
            for table in (bindings, agenda, holds, billing_exports):
                here = sa.and_(table.c.installation_id == installation_id, table.c.project_key == before)
                connection.execute(sa.update(table).where(here).values(project_key=project_key))


def _read(row: sa.RowMapping) -> BoundProject:
    binding = Binding(
        project_key=row["project_key"],
        pack=row["pack"],
        locale=row["locale"],
        mode=Mode(row["mode"]),
        enabled_at=row["enabled_at"],
        people={role: tuple(accounts) for role, accounts in row["people"].items()},
        groups={role: tuple(groups) for role, groups in row["groups"].items()},
        parameters=row["parameters"],
        contracts=row["contracts"],
    )
    return BoundProject(binding=binding, vocabulary=Vocabulary(**row["vocabulary"]))
