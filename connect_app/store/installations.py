"""Keeps the installations and their secrets, which are encrypted at rest."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from connect_app.doors.installation import Admission, Door, Installation, Secrets, State
from connect_app.doors.secret_box import SecretBox
from connect_app.errors import Misconfigured
from connect_app.store.schema import agenda, billing_exports, bindings, holds, inbox, installations, ledger
from connect_app.store.upsert import insert_into

GRACE_SECONDS = 600.0
"""How long the secret before a rotation stays valid, for calls already under way (contract §3.9)."""


class Installations:
    """Every site that let us in."""

    def __init__(self, engine: sa.Engine, box: SecretBox) -> None:
        self._engine = engine
        self._box = box

    def install(self, admission: Admission, *, now: datetime, host_time: float) -> Installation:
        """Records a new installation, or renews one: same id, fresh secret, the old one valid for ten more minutes."""
        values: dict[str, Any] = {
            "door": admission.door.value,
            "base_url": admission.base_url,
            "display_url": admission.display_url,
            "state": State.INSTALLED.value,
            "secret": self._box.encrypt(admission.secret),
            "app_account_id": None,  # asked again: whose words are ours may have changed with the secret
        }
        fresh = {"id": str(uuid.uuid4()), "client_key": admission.client_key, "installed_at": now}
        with self._engine.begin() as connection:
            # The insert comes first: it takes SQLite's write lock, so nobody renews between our reading and writing.
            statement = insert_into(connection, installations).values(**values, **fresh, previous_until=0.0)
            inserted = connection.execute(statement.on_conflict_do_nothing().returning(installations.c.id)).first()
            if inserted is None:
                row = connection.execute(self._by_client_key(admission.client_key).with_for_update()).mappings().one()
                values |= self._grace(row, admission.secret, host_time)
                connection.execute(sa.update(installations).where(installations.c.id == row["id"]).values(values))
            return self._read(connection.execute(self._by_client_key(admission.client_key)).mappings().one())

    def uninstall(self, installation_id: str) -> None:
        """Forgets the secrets, what was to be done and what was told of a site; its bindings, bills and audit stay."""
        with self._engine.begin() as connection:
            connection.execute(
                sa.update(installations)
                .where(installations.c.id == installation_id)
                .values(state=State.UNINSTALLED.value, secret=None, previous_secret=None, previous_until=0.0)
            )
            for table in (agenda, inbox, holds):
                connection.execute(sa.delete(table).where(table.c.installation_id == installation_id))

    def erase(self, installation_id: str) -> None:
        """Removes every row of a site, audit included."""
        with self._engine.begin() as connection:
            for table in (agenda, inbox, holds, ledger, bindings, billing_exports):
                connection.execute(sa.delete(table).where(table.c.installation_id == installation_id))
            connection.execute(sa.delete(installations).where(installations.c.id == installation_id))

    def set_state(self, installation_id: str, state: State) -> None:
        """Changes whether we may work for a site.

        One that left comes back by an installation only, and a job that ends late says nothing about a site that was
        disabled meanwhile: only what is installed becomes unreachable.
        """
        kept = installations.c.state != State.UNINSTALLED.value
        if state is State.UNREACHABLE:
            kept = installations.c.state == State.INSTALLED.value
        statement = sa.update(installations).where(installations.c.id == installation_id, kept)
        with self._engine.begin() as connection:
            connection.execute(statement.values(state=state.value))

    def set_identity(self, installation_id: str, *, app_account_id: str, time_zone: str | None) -> None:
        """Remembers the account we act as and the site's time zone."""
        self._update(installation_id, app_account_id=app_account_id, time_zone=time_zone)

    def by_id(self, installation_id: str) -> Installation | None:
        """The installation with our own id."""
        with self._engine.connect() as connection:
            query = sa.select(installations).where(installations.c.id == installation_id)
            row = connection.execute(query).mappings().first()
        return None if row is None else self._read(row)

    def by_client_key(self, client_key: str) -> Installation | None:
        """The installation with Atlassian's name for the site."""
        with self._engine.connect() as connection:
            row = connection.execute(self._by_client_key(client_key)).mappings().first()
        return None if row is None else self._read(row)

    def working(self) -> list[Installation]:
        """Every installation we may work for."""
        return self.in_state(State.INSTALLED)

    def in_state(self, state: State) -> list[Installation]:
        """Every installation in one state."""
        with self._engine.connect() as connection:
            query = sa.select(installations).where(installations.c.state == state.value)
            return [self._read(row) for row in connection.execute(query.order_by(installations.c.id)).mappings()]

    def secrets_of(self, client_key: str) -> tuple[Installation, Secrets] | None:
        """The installation and its secrets, or None when it is unknown, uninstalled or has none."""
        with self._engine.connect() as connection:
            row = connection.execute(self._by_client_key(client_key)).mappings().first()
        if row is None or row["secret"] is None or row["state"] == State.UNINSTALLED.value:
            return None
        previous = row["previous_secret"]
        secrets = Secrets(
            shared=self._box.decrypt(row["secret"]),
            previous=None if previous is None else self._box.decrypt(previous),
            previous_until=row["previous_until"],
        )
        return self._read(row), secrets

    def _grace(self, row: sa.RowMapping, secret: str, host_time: float) -> dict[str, Any]:
        """What becomes of the secret before: valid for a while, unless it is the same or can no longer be read.

        Jira repeats an `installed` call whose answer it did not get: that must not push out the real one before.
        """
        try:
            before = None if row["secret"] is None else self._box.decrypt(row["secret"])
        except Misconfigured:
            before = None  # the key is lost: installing again is the remedy, and must work
        if before == secret:
            return {}
        if before is None:
            return {"previous_secret": None, "previous_until": 0.0}
        return {"previous_secret": row["secret"], "previous_until": host_time + GRACE_SECONDS}

    def _update(self, installation_id: str, **values: Any) -> None:
        with self._engine.begin() as connection:
            connection.execute(sa.update(installations).where(installations.c.id == installation_id).values(values))

    @staticmethod
    def _by_client_key(client_key: str) -> sa.Select[Any]:
        return sa.select(installations).where(installations.c.client_key == client_key)

    @staticmethod
    def _read(row: sa.RowMapping) -> Installation:
        return Installation(
            id=row["id"],
            door=Door(row["door"]),
            client_key=row["client_key"],
            base_url=row["base_url"],
            display_url=row["display_url"],
            state=State(row["state"]),
            app_account_id=row["app_account_id"],
            time_zone=row["time_zone"],
            installed_at=row["installed_at"],
        )
