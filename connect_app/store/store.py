"""Puts the tables together, so that the runtime hands one object down."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from connect_app.doors.links import Links
from connect_app.doors.secret_box import SecretBox
from connect_app.store.agenda import Agenda
from connect_app.store.audit import Audit
from connect_app.store.bindings import Bindings
from connect_app.store.exports import Exports
from connect_app.store.holds import Holds
from connect_app.store.inbox import InboxTable
from connect_app.store.installations import Installations
from connect_app.store.ledger import Ledger
from connect_app.store.own_changes import OwnChanges
from connect_app.store.pauses import Pauses
from connect_app.store.points import Points
from connect_app.store.sealed import Sealed
from connect_app.store.workers import Workers


@dataclass(frozen=True)
class Store:
    """Everything Relance remembers."""

    engine: sa.Engine
    installations: Installations
    bindings: Bindings
    inbox: InboxTable
    agenda: Agenda
    ledger: Ledger
    audit: Audit
    links: Links
    sealed: Sealed
    own_changes: OwnChanges
    holds: Holds
    exports: Exports
    workers: Workers
    pauses: Pauses
    points: Points

    def close(self) -> None:
        """Finishes writing and lets the database go."""
        self.inbox.close()
        self.engine.dispose()


def open_store(engine: sa.Engine, box: SecretBox) -> Store:
    """The store on a migrated database."""
    return Store(
        engine=engine,
        installations=Installations(engine, box),
        bindings=Bindings(engine),
        inbox=InboxTable(engine),
        agenda=Agenda(engine),
        ledger=Ledger(engine),
        audit=Audit(engine),
        links=Links(box),
        sealed=Sealed(engine, box),
        own_changes=OwnChanges(engine),
        holds=Holds(engine),
        exports=Exports(engine),
        workers=Workers(engine),
        pauses=Pauses(engine),
        points=Points(engine),
    )
