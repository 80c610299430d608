"""Looks after everything that is stored encrypted: under which key it is, and under the newest one again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import sqlalchemy as sa

from connect_app.doors.secret_box import SecretBox
from connect_app.store.schema import installations

COLUMNS = tuple(column for column in installations.columns if isinstance(column.type, sa.LargeBinary))
"""Bytes are stored for this and nothing else."""


@dataclass(frozen=True)
class _Stored:
    """One encrypted value and its place."""

    column: sa.Column[bytes]
    installation_id: str
    value: bytes


class Sealed:
    """Every encrypted value of every site."""

    def __init__(self, engine: sa.Engine, box: SecretBox) -> None:
        self._engine = engine
        self._box = box

    @property
    def key_names(self) -> tuple[str, ...]:
        """The names of the keys there are, newest first."""
        return self._box.names

    def by_key(self) -> Counter[str | None]:
        """How many values each key opens, by its name; under None those that no key opens."""
        return Counter(self._box.opened_by(stored.value) for stored in self._all())

    def rotate(self) -> int:
        """Puts every value under the newest key; returns how many it changed.

        One that changes meanwhile is left as it is: it was written under the newest key already, or is found next time.
        One that no key opens stays: installing again is its remedy.
        """
        newest, changed = self._box.names[0], 0
        for stored in self._all():
            if self._box.opened_by(stored.value) in {newest, None}:
                continue
            place = (installations.c.id == stored.installation_id, stored.column == stored.value)
            statement = sa.update(installations).where(*place).values({stored.column: self._box.rotate(stored.value)})
            with self._engine.begin() as connection:
                changed += connection.execute(statement).rowcount
        return changed

    def _all(self) -> Iterator[_Stored]:
        for column in COLUMNS:
            query = sa.select(installations.c.id, column).where(column.is_not(None)).order_by(installations.c.id)
            with self._engine.connect() as connection:
                rows = connection.execute(query).all()
            for installation_id, value in rows:
                yield _Stored(column, installation_id, bytes(value))
