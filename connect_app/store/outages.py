"""Tells a database that is out of order from a statement of ours that is wrong."""

from __future__ import annotations

import sqlite3

from sqlalchemy import exc

PASSING = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_NOMEM,
        sqlite3.SQLITE_PROTOCOL,
        sqlite3.SQLITE_READONLY,
    }
)
"""What SQLite says of its file and its disk; for a wrong statement it says another thing, under the same class."""


def out_of_order(error: BaseException) -> bool:
    """Whether the database is down, full, read-only or too busy: the same statement may be right later."""
    if isinstance(error, exc.TimeoutError):
        return True  # every connection is taken
    if not isinstance(error, exc.DBAPIError):
        return False
    if isinstance(error.orig, sqlite3.Error):
        return getattr(error.orig, "sqlite_errorcode", 0) & 0xFF in PASSING
    return error.connection_invalidated or isinstance(
        error, exc.OperationalError | exc.InterfaceError | exc.InternalError
    )
