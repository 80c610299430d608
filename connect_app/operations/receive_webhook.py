"""A delivery becomes a row in the inbox: one durable write, no call to Jira, no decision."""

from __future__ import annotations

from sqlalchemy.exc import SQLAlchemyError

from connect_app.doors.installation import Installation
from connect_app.errors import Temporary
from connect_app.store.inbox import Delivery, InboxTable


def receive(inbox: InboxTable, installation: Installation, delivery: Delivery) -> bool:
    """Stores a delivery; False when it was already there. Raises `Temporary` when the database cannot be written.

    Jira then tries again: refusing is the only way not to lose it.
    """
    try:
        return inbox.put(installation.id, delivery)
    except (SQLAlchemyError, TimeoutError) as error:
        raise Temporary(f"the inbox could not be written: {type(error).__name__}") from error
