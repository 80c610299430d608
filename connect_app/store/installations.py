"""Keeps the installations and their secrets, which are encrypted at rest."""

from __future__ import annotations

import contextlib
import json
import uuid
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from connect_app.doors.installation import Admission, Credentials, Door, Installation, Secrets, State
from connect_app.doors.secret_box import SecretBox
from connect_app.errors import Misconfigured
from connect_app.store.recent_secrets import RecentSecrets
from connect_app.store.schema import agenda, holds, inbox, installations, metadata
from connect_app.store.upsert import insert_into

GRACE_SECONDS = 600.0
"""How long the secret before a rotation stays valid, for calls already under way (contract §3.9)."""


_BY_ID = sa.select(installations).where(installations.c.id == sa.bindparam("id"))
"""Made once: every job asks it."""


class Installations:
    """Every site that let us in."""

    def __init__(self, engine: sa.Engine, box: SecretBox) -> None:
        self._engine = engine
        self._box = box
        self.recent = RecentSecrets(self.secrets_of)
        self.recent_of_hooks = RecentSecrets(self.secrets_of_hook)

    def install(
        self, admission: Admission, *, now: datetime, host_time: float, adopt: str | None = None
    ) -> Installation:
        """Records a new installation, or renews one: same id, fresh secret, the old one valid for ten more minutes.

        With `adopt`, the installation of that id takes the admission over, whatever its client key and door were: all
        that is kept under its id stays (ledger, bindings, agenda).
        """
        values = self._values(admission)
        fresh = {"id": str(uuid.uuid4()), "client_key": admission.client_key, "installed_at": now}
        mine = self._by_client_key(admission.client_key)
        if adopt is not None:
            values["client_key"] = admission.client_key
            mine = sa.select(installations).where(installations.c.id == adopt)
        with self._changing() as connection:
            inserted = None
            if adopt is None:
                # The insert comes first: it takes SQLite's write lock, so nobody renews between reading and writing.
                statement = insert_into(connection, installations).values(**values, **fresh, previous_until=0.0)
                inserted = connection.execute(statement.on_conflict_do_nothing().returning(installations.c.id)).first()
            if inserted is None:
                row = connection.execute(mine.with_for_update()).mappings().one()
                values |= self._grace(row, admission, host_time)
                connection.execute(sa.update(installations).where(installations.c.id == row["id"]).values(values))
            return self._read(connection.execute(mine).mappings().one())

    def _values(self, admission: Admission) -> dict[str, Any]:
        return {
            "door": admission.door.value,
            "base_url": admission.base_url,
            "display_url": admission.display_url,
            "state": State.INSTALLED.value,
            "left_at": None,
            "secret": self._box.encrypt(admission.secret),
            "credentials": self._sealed(admission.credentials),
            "token_ends": admission.token_ends,
            "api_url": admission.api_url,
            "hook_id": admission.hook_id,
            "trouble": None,
            "moving_until": 0.0,
            "app_account_id": None,  # asked again: whose words are ours may have changed with the secret
            # What is not told now was perhaps told by the door before: a site keeps its cloud id.
            **({} if admission.cloud_id is None else {"cloud_id": admission.cloud_id}),
        }

    def uninstall(self, installation_id: str, *, now: datetime) -> None:
        """Forgets the secrets, what was to be done and what was told of a site; its bindings, bills and audit stay."""
        with self._changing() as connection:
            connection.execute(
                sa.update(installations)
                .where(installations.c.id == installation_id)
                .values(
                    state=State.UNINSTALLED.value,
                    left_at=now,
                    secret=None,
                    previous_secret=None,
                    previous_until=0.0,
                    credentials=None,
                    hook_id=None,
                    moving_until=0.0,
                    trouble=None,
                )
            )
            for table in (agenda, inbox, holds):
                connection.execute(sa.delete(table).where(table.c.installation_id == installation_id))

    def erase(self, installation_id: str) -> None:
        """Removes every row of a site, audit included."""
        with self._changing() as connection:
            for table in reversed(metadata.sorted_tables):
                if "installation_id" in table.c:
                    connection.execute(sa.delete(table).where(table.c.installation_id == installation_id))
            connection.execute(sa.delete(installations).where(installations.c.id == installation_id))

    def left_before(self, instant: datetime) -> tuple[str, ...]:
        """The ids of the sites that left before an instant and did not come back."""
        query = sa.select(installations.c.id).where(
            installations.c.state == State.UNINSTALLED.value, installations.c.left_at < instant
        )
        with self._engine.connect() as connection:
            return tuple(connection.execute(query.order_by(installations.c.id)).scalars())

    def set_state(self, installation_id: str, state: State, *, trouble: str | None = None) -> bool:
        """Changes whether we may work for a site, and why not; False when it stays as it was.

        One that left comes back by an installation only, and a job that ends late says nothing about a site that was
        disabled meanwhile: only what is installed becomes unreachable, and only that or an unreachable one is locked.
        """
        kept = installations.c.state != State.UNINSTALLED.value
        if state is State.UNREACHABLE:
            kept = installations.c.state == State.INSTALLED.value
        elif state is State.LOCKED:
            kept = installations.c.state.in_([State.INSTALLED.value, State.UNREACHABLE.value])
        statement = sa.update(installations).where(installations.c.id == installation_id, kept)
        with self._changing() as connection:
            return connection.execute(statement.values(state=state.value, trouble=trouble)).rowcount > 0

    def renew_credentials(self, installation_id: str, credentials: Credentials, *, token_ends: datetime | None) -> None:
        """Replaces a service account's login; the account may be another one, so who we are is asked again."""
        sealed = self._sealed(credentials)
        self._update(installation_id, credentials=sealed, token_ends=token_ends, app_account_id=None)

    def renew_secret(self, installation_id: str, secret: str, *, old_until: float) -> None:
        """Replaces what the site signs with; the secret before is valid until `old_until` (host time, seconds)."""
        self._update(
            installation_id,
            previous_secret=installations.c.secret,
            previous_until=old_until,
            secret=self._box.encrypt(secret),
        )

    def expect_move(self, installation_id: str, *, until: float) -> None:
        """Lets the site come in by another door until an instant of the host (seconds)."""
        self._update(installation_id, moving_until=until)

    def set_identity(self, installation_id: str, *, app_account_id: str, time_zone: str | None) -> None:
        """Remembers the account we act as and the site's time zone."""
        self._update(installation_id, app_account_id=app_account_id, time_zone=time_zone)

    def by_id(self, installation_id: str) -> Installation | None:
        """The installation with our own id."""
        with self._engine.connect() as connection:
            row = connection.execute(_BY_ID, {"id": installation_id}).mappings().first()
        return None if row is None else self._read(row)

    def by_client_key(self, client_key: str) -> Installation | None:
        """The installation with Atlassian's name for the site."""
        with self._engine.connect() as connection:
            row = connection.execute(self._by_client_key(client_key)).mappings().first()
        return None if row is None else self._read(row)

    def all(self) -> list[Installation]:
        """Every installation, those that left included."""
        with self._engine.connect() as connection:
            query = sa.select(installations).order_by(installations.c.base_url, installations.c.installed_at)
            return [self._read(row) for row in connection.execute(query).mappings()]

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
        return self._with_secrets(self._by_client_key(client_key))

    def secrets_by_id(self, installation_id: str) -> tuple[Installation, Secrets] | None:
        """The same for our own id."""
        return self._with_secrets(_BY_ID, id=installation_id)

    def secrets_of_hook(self, hook_id: str) -> tuple[Installation, Secrets] | None:
        """The same for the id in the address of a site's webhook."""
        return self._with_secrets(sa.select(installations).where(installations.c.hook_id == hook_id))

    def _with_secrets(self, query: sa.Select[Any], **values: str) -> tuple[Installation, Secrets] | None:
        with self._engine.connect() as connection:
            row = connection.execute(query, values).mappings().first()
        if row is None or row["secret"] is None or row["state"] == State.UNINSTALLED.value:
            return None
        previous, sealed = row["previous_secret"], row["credentials"]
        secrets = Secrets(
            shared=self._box.decrypt(row["secret"]),
            previous=None if previous is None else self._box.decrypt(previous),
            previous_until=row["previous_until"],
            credentials=None if sealed is None else Credentials(**json.loads(self._box.decrypt(sealed))),
        )
        return self._read(row), secrets

    def _sealed(self, credentials: Credentials | None) -> bytes | None:
        """A login as it may be stored."""
        if credentials is None:
            return None
        return self._box.encrypt(json.dumps({"email": credentials.email, "token": credentials.token}))

    def _grace(self, row: sa.RowMapping, admission: Admission, host_time: float) -> dict[str, Any]:
        """What becomes of the secret before: valid for a while, unless it is the same or can no longer be read.

        Jira repeats an `installed` call whose answer it did not get: that must not push out the real one before. The
        secret of another door opens nothing here.
        """
        if row["door"] != admission.door.value:
            return {"previous_secret": None, "previous_until": 0.0}
        try:
            before = None if row["secret"] is None else self._box.decrypt(row["secret"])
        except Misconfigured:
            before = None  # the key is lost: installing again is the remedy, and must work
        if before == admission.secret:
            return {}
        if before is None:
            return {"previous_secret": None, "previous_until": 0.0}
        return {"previous_secret": row["secret"], "previous_until": host_time + GRACE_SECONDS}

    def forget_recent(self) -> bool:
        """Has the secrets read anew for the next signature; True when any were remembered."""
        return any([self.recent.forget(), self.recent_of_hooks.forget()])

    def _update(self, installation_id: str, **values: Any) -> None:
        with self._changing() as connection:
            connection.execute(sa.update(installations).where(installations.c.id == installation_id).values(values))

    @contextlib.contextmanager
    def _changing(self) -> Iterator[sa.Connection]:
        """A transaction after which nothing remembered of a site is believed."""
        try:
            with self._engine.begin() as connection:
                yield connection
        finally:
            self.forget_recent()

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
            cloud_id=row["cloud_id"],
            api_url=row["api_url"],
            hook_id=row["hook_id"],
            token_ends=row["token_ends"],
            trouble=row["trouble"],
            moving_until=row["moving_until"],
        )
