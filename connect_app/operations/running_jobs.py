"""Runs the jobs of one worker slot through what passes: a database out of order, an end that was never written down."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import Any, Literal

from sqlalchemy.exc import SQLAlchemyError

from connect_app.logs import about, logger
from connect_app.store.outages import out_of_order

log = logger(__name__)

LONGEST_WAIT = 30.0
MOST_TRIES = 240
"""Two hours: by then the sweep has long been the one to find what is left to do."""


SUBJECTS: dict[str, tuple[Literal["installation", "issue"], ...]] = {
    "process_issue": ("installation", "issue"),
    "process_issues": ("installation",),
    "sweep": ("installation",),
}
"""What the first arguments of a job say that it is about."""


class RunningJobs:
    """The jobs that run in this process.

    The engine writes down that a job has been taken up, and later how it ended. When the database refuses the second,
    the job is over and still taken for running: nobody would ever end it, and all that waits behind it would wait.
    """

    def __init__(self, *, retry_seconds: float) -> None:
        self._retry_seconds = retry_seconds
        self._here: set[str] = set()
        self._doubted: frozenset[str] = frozenset()

    def run(self, name: str, job_id: str, job: Callable[..., None], *arguments: Any) -> None:
        """Runs a job, from its beginning again for as long as the database is out of order: jobs may run twice.

        Every line logged meanwhile says which job it is, and which site and issue it is about.
        """
        with about(job=job_id, **dict(zip(SUBJECTS.get(name, ()), arguments, strict=False))):
            self._run(job_id, job, *arguments)

    def _run(self, job_id: str, job: Callable[..., None], *arguments: Any) -> None:
        self._here.add(job_id)
        try:
            for tries in range(MOST_TRIES):
                try:
                    return job(*arguments)
                except SQLAlchemyError as error:
                    if not out_of_order(error):
                        raise
                    log.warning("database out of order", tries=tries, error=str(error.args[0]))
                    time.sleep(min(self._retry_seconds * 2.0**tries, LONGEST_WAIT))
            return job(*arguments)
        finally:
            self._here.discard(job_id)

    def lost(self, pending: Iterable[str]) -> list[str]:
        """Of the jobs taken for running in this slot, those that were not running here now nor when last asked.

        One look is not enough: a job is taken up a moment before it runs, and its end is written a moment after.
        """
        doubted = frozenset(pending) - self._here
        lost = sorted(doubted & self._doubted)
        self._doubted = doubted - frozenset(lost)
        return lost
