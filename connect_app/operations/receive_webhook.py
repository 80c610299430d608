"""A delivery becomes a row in the inbox: one durable write, no call to Jira, no decision."""

from __future__ import annotations

from sqlalchemy.exc import SQLAlchemyError

from connect_app.doors.installation import Installation
from connect_app.errors import Temporary
from connect_app.store.inbox import Delivery
from connect_app.store.store import Store


def receive(store: Store, installation: Installation, delivery: Delivery, own_change: str | None = None) -> bool:
    """Stores a delivery; False when it was already there. Raises `Temporary` when the database cannot be written.

    `own_change` is the history entry that the delivery tells to be ours; it is remembered before the job can read it.
    Jira then tries again: refusing is the only way not to lose it.
    """
    try:
        if own_change is not None and delivery.issue_id is not None:
            store.own_changes.put(installation.id, delivery.issue_id, own_change)
        return store.inbox.put(installation.id, delivery)
    except (SQLAlchemyError, TimeoutError) as error:
        raise Temporary(f"the inbox could not be written: {type(error).__name__}") from error
