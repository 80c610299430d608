"""Writes deliveries into the inbox: callers that arrive during a commit share the next one, which one of them does."""

from __future__ import annotations

import json
import threading
from collections import deque
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from connect_app.store.schema import inbox, to_microseconds
from connect_app.store.upsert import insert_into

_ROWS = "rows"
_IDENTITY = (inbox.c.installation_id, inbox.c.delivery_id, inbox.c.event)
_COLUMNS = (*_IDENTITY, inbox.c.issue_id, inbox.c.project_key, inbox.c.received_at)

LARGEST_COMMIT = 200
"""Rows in one commit at most: a delivery never waits for more than this many others."""

Row = Mapping[str, Any]
"""A delivery by the names of the inbox's columns."""

Identity = tuple[str, str, str]


class _Entry:
    """What one caller waits for; `woken` is released once: when it is settled, or when it is its turn to commit."""

    __slots__ = ("error", "is_new", "row", "woken")

    def __init__(self, row: Row) -> None:
        self.row = row
        self.woken = threading.Lock()
        self.woken.acquire()
        self.is_new: bool | None = None
        self.error: BaseException | None = None

    @property
    def identity(self) -> Identity:
        row = self.row
        return (row["installation_id"], row["delivery_id"], row["event"])

    @property
    def settled(self) -> bool:
        return self.is_new is not None or self.error is not None

    def result(self) -> bool:
        if self.error is not None:
            raise self.error
        return bool(self.is_new)


class InboxWriter:
    """Commits what callers put, durably before they go on, over one connection of its own.

    Without a thread of its own: the first caller commits for all who wait, and when it is done it wakes one of those
    who came meanwhile to do the same. A caller never does more than one commit for others.
    """

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self._insert_all, self._insert_new = _statements(engine)
        self._connection: sa.Connection | None = None
        self._guard = threading.Lock()
        self._waiting: deque[_Entry] = deque()
        self._committing = False
        self._writing = threading.Lock()

    def put(self, row: Row, *, timeout: float) -> bool:
        """Stores a row; False when it was already there. `TimeoutError` when others' commits take too long."""
        entry = _Entry(row)
        with self._guard:
            self._waiting.append(entry)
            is_turn = not self._committing
            self._committing = True
        if not is_turn:
            self._wait(entry, timeout)
        if not entry.settled:
            self._commit_next(entry)
        return entry.result()

    def close(self) -> None:
        """Lets go of the connection; the next row opens another."""
        with self._writing:
            self._let_go()

    def _wait(self, entry: _Entry, timeout: float) -> None:
        """Until the entry is settled or its turn has come."""
        if entry.woken.acquire(timeout=timeout):
            return
        with self._guard:
            # Woken at this very moment to commit for all: nobody else would.
            if entry.woken.acquire(blocking=False):
                return
            if entry in self._waiting:
                self._waiting.remove(entry)
        raise TimeoutError("the inbox did not commit in time")

    def _commit_next(self, mine: _Entry) -> None:
        """Commits what waits by now, and hands the turn on to one of those who came meanwhile."""
        with self._guard:
            self._waiting.remove(mine)
            batch = [mine]
            while self._waiting and len(batch) < LARGEST_COMMIT:
                batch.append(self._waiting.popleft())
        try:
            with self._writing:
                self._commit(batch)
        finally:
            with self._guard:
                if self._waiting:
                    self._waiting[0].woken.release()
                else:
                    self._committing = False
            for entry in batch:
                if not entry.settled:
                    entry.error = TimeoutError("the commit was broken off")
                if entry is not mine:
                    entry.woken.release()

    def _commit(self, batch: list[_Entry]) -> None:
        try:
            # In one order everywhere: two processes given the same deliveries must not wait for each other for ever.
            batch.sort(key=lambda entry: entry.identity)
            new = self._insert(batch)
        except (sa.exc.OperationalError, sa.exc.InterfaceError) as error:
            for entry in batch:
                entry.error = error
        except (sa.exc.SQLAlchemyError, ValueError, TypeError) as error:
            # One delivery that no database can hold must not take the others with it: each on its own, then.
            if len(batch) == 1:
                batch[0].error = error
            else:
                for entry in batch:
                    self._commit([entry])
        else:
            for entry in batch:
                # Of two that are the same, the first is new.
                entry.is_new = entry.identity in new
                new.discard(entry.identity)

    def _insert(self, batch: Sequence[_Entry]) -> set[Identity]:
        """Stores a batch in one statement; the identities of those that were not there before."""
        rows = {_ROWS: json.dumps([_told(entry.row) for entry in batch], ensure_ascii=False)}
        fresh = self._connection is None
        try:
            return self._insert_rows(rows, batch)
        except sa.exc.DBAPIError as error:
            self._let_go()
            # The connection was kept since the last batch: a database that was restarted meanwhile is there again.
            if fresh or not error.connection_invalidated:
                raise
        return self._insert_rows(rows, batch)

    def _insert_rows(self, rows: dict[str, str], batch: Sequence[_Entry]) -> set[Identity]:
        connection = self._open()
        try:
            # The usual case: none is known. Asking for what is new costs a call for each row on SQLite.
            connection.execute(self._insert_all, rows)
        except sa.exc.IntegrityError:
            found = connection.execute(self._insert_new, rows)
            return {(row.installation_id, row.delivery_id, row.event) for row in found}
        return {entry.identity for entry in batch}

    def _open(self) -> sa.Connection:
        if self._connection is None:
            connection = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
            # Out of the pool for good: each statement commits itself here, elsewhere transactions are opened.
            connection.detach()
            self._connection = connection
        return self._connection

    def _let_go(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()


def _statements(engine: sa.Engine) -> tuple[sa.Insert, sa.Insert]:
    """One that is for rows of which none is known, and one that skips the known and tells the new.

    A batch travels as one JSON text, so there is one statement for every size. On SQLite each call into the database is
    a moment in which another thread takes the interpreter away: one for a batch, one more for each row that is told.
    """
    if engine.dialect.name == "postgresql":
        columns = [sa.column(column.name, column.type) for column in _COLUMNS]
        told = sa.func.json_to_recordset(sa.cast(sa.bindparam(_ROWS, type_=sa.Text), postgresql.JSON))
        rows = sa.select(told.table_valued(*columns).render_derived(with_types=True))
    else:
        each = sa.func.json_each(sa.bindparam(_ROWS, type_=sa.Text)).table_valued("value")
        # Without a condition SQLite would read ON CONFLICT as a join's.
        rows = sa.select(*(sa.func.json_extract(each.c.value, f"$.{c.name}") for c in _COLUMNS)).where(sa.true())
    insert = insert_into(engine, inbox).from_select([column.name for column in _COLUMNS], rows)
    return insert, insert.on_conflict_do_nothing().returning(*_IDENTITY)


def _told(row: Row) -> dict[str, str | int | None]:
    """A row as JSON has it; `TypeError` for what is no text, `ValueError` for an instant without a zone."""
    told = dict(row)
    received_at = told.pop("received_at")
    for value in told.values():
        if value is not None and not isinstance(value, str):
            raise TypeError("a delivery is told in texts")
    return {**told, "received_at": to_microseconds(received_at)}
