"""Lets every process know of a spent quota, and keeps what is spent; neither may ever make a call to Jira fail."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy.exc import SQLAlchemyError

from connect_app.clock import Clock, WitnessedClock
from connect_app.doors.abilities import counts_points
from connect_app.doors.installation import Installation
from connect_app.jira.gate import Gate
from connect_app.jira.limit_headers import QUOTA_GLOBAL
from connect_app.jira.spending import Account, Amount, Spending
from connect_app.logs import logger
from connect_app.settings import Settings
from connect_app.store.pauses import EVERY_SITE, Kind, Pause, Pauses
from connect_app.store.points import Points, Spent

log = logger(__name__)


@dataclass(frozen=True)
class SharedLimits:
    """The pauses of one site, as its gate asks for them: its own, and those of all sites whose calls are counted."""

    pauses: Pauses
    clock: Clock
    installation: Installation

    def left(self, installation_id: str) -> tuple[float, str] | None:
        """The seconds in which nothing may be asked of the site, and why; None when it may."""
        del installation_id
        closed = max(self._of(Kind.CLOSED), key=lambda pause: pause.until, default=None)
        return None if closed is None else (closed.until - self.clock.host_time(), closed.reason)

    def near(self, installation_id: str) -> float | None:
        """The seconds for which its quota is known to be nearly spent; None when it is not."""
        del installation_id
        until = max((pause.until for pause in self._of(Kind.SPARING)), default=None)
        return None if until is None else until - self.clock.host_time()

    def pause(self, installation_id: str, seconds: float, reason: str) -> None:
        """Nobody asks the site anything for so long; of every site that shares the quota, for a global reason."""
        everybody = reason == QUOTA_GLOBAL and counts_points(self.installation)
        self._put(EVERY_SITE if everybody else installation_id, Kind.CLOSED, seconds, reason)
        log.warning("quota spent", installation=installation_id, seconds=round(seconds), reason=reason)

    def spare(self, installation_id: str, seconds: float) -> None:
        """What can wait waits for so long."""
        self._put(installation_id, Kind.SPARING, seconds, "nearly spent")

    def _of(self, kind: Kind) -> list[Pause]:
        scopes = {self.installation.id, EVERY_SITE} if counts_points(self.installation) else {self.installation.id}
        try:
            known = self.pauses.all(self.clock.host_time())
        except SQLAlchemyError as error:
            log.warning("pauses not known", installation=self.installation.id, error=type(error).__name__)
            return []
        return [pause for pause in known if pause.kind is kind and pause.scope in scopes]

    def _put(self, scope: str, kind: Kind, seconds: float, reason: str) -> None:
        try:
            self.pauses.put(Pause(scope, kind, self.clock.host_time() + seconds, reason))
        except SQLAlchemyError as error:
            # The answer in hand may be of a write that happened: it is worth more than this.
            log.warning("pause not kept", installation=self.installation.id, scope=scope, error=type(error).__name__)


def keep_spent(points: Points, amounts: dict[Account, Amount]) -> bool:
    """Adds what was spent to what is stored; False when the database does not take it now."""
    spent = [
        Spent(installation_id=a.installation_id, hour=a.hour, purpose=a.purpose, calls=n.calls, points=n.points)
        for a, n in amounts.items()
    ]
    try:
        points.add(spent)
    except SQLAlchemyError as error:
        log.warning("points not kept", error=type(error).__name__)
        return False
    return True


class Gates:
    """The gate of every site that was opened: it outlives a change of the site's secret."""

    def __init__(self, pauses: Pauses, points: Points, settings: Settings, clock: WitnessedClock) -> None:
        self._pauses = pauses
        self._settings = settings
        self._clock = clock
        self._spending = Spending(lambda amounts: keep_spent(points, amounts))
        self._lock = threading.Lock()
        self._gates: dict[str, Gate] = {}
        self._share = 1

    def of(self, installation: Installation) -> Gate:
        """The gate of a site."""
        with self._lock:
            gate = self._gates.get(installation.id)
            shared = SharedLimits(self._pauses, self._clock, installation)
            if gate is None:
                seconds = self._settings.retry_seconds
                gate = Gate(installation.id, shared, self._spending, self._clock.host_time, self._clock.hear, seconds)
                gate.budget.share = self._share
                self._gates[installation.id] = gate
            gate.pauses = shared  # it may have come in by another door
            return gate

    def divide(self, processes: int) -> None:
        """From now on each site's burst limits are divided among so many processes of ours."""
        with self._lock:
            self._share = max(1, processes)
            for gate in self._gates.values():
                gate.budget.share = self._share

    def paused(self, working: Callable[[], list[Installation]]) -> frozenset[str]:
        """The sites that may not be asked anything now, because a quota is spent."""
        closed = {pause.scope for pause in self._pauses.all(self._clock.host_time()) if pause.kind is Kind.CLOSED}
        if EVERY_SITE not in closed:
            return frozenset(closed)
        return frozenset(closed | {site.id for site in working() if counts_points(site)})

    def hand_on(self) -> None:
        """Stores what was spent until now."""
        self._spending.hand_on(after=0)
