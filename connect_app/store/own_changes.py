"""Remembers which entries of an issue's history our own writes made, where the account alone does not tell."""

from __future__ import annotations

import sqlalchemy as sa

from connect_app.store.schema import own_changes
from connect_app.store.upsert import insert_into

_OF_ISSUE = sa.select(own_changes.c.history_id).where(
    own_changes.c.installation_id == sa.bindparam("installation_id"),
    own_changes.c.issue_id == sa.bindparam("issue_id"),
)
"""Made once: every job asks it."""


class OwnChanges:
    """History entries that a webhook with our trace told of; kept as long as the site: silence is counted for weeks."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def put(self, installation_id: str, issue_id: str, history_id: str) -> None:
        """Remembers one; telling it twice changes nothing."""
        values = {"installation_id": installation_id, "issue_id": issue_id, "history_id": history_id}
        with self._engine.begin() as connection:
            connection.execute(insert_into(connection, own_changes).values(values).on_conflict_do_nothing())

    def of_issue(self, installation_id: str, issue_id: str) -> frozenset[str]:
        """The ids of the history entries of one issue that are ours."""
        place = {"installation_id": installation_id, "issue_id": issue_id}
        with self._engine.connect() as connection:
            return frozenset(connection.execute(_OF_ISSUE, place).scalars())
