"""Lets jobs that were run together go on apart when one of them fails in a way nobody foresaw."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from types import TracebackType

from connect_app.logs import logger
from connect_app.store.outages import out_of_order

log = logger(__name__)


class Parted:
    """On a failure, starts what is left as jobs of their own: the one that failed fails again, under its own name.

    `left` are names and issues, the one that is being looked at first. A database out of order is no job's failure.
    """

    def __init__(self, left: Sequence[tuple[str, str]], start: Callable[[str, str], None]) -> None:
        self._left = left
        self._start = start

    def __enter__(self) -> None:
        """Nothing to prepare."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> bool:
        """True when the failure is left to the jobs that were started."""
        if not isinstance(error, Exception) or out_of_order(error):
            return False
        log.warning("jobs parted", left=len(self._left), error=type(error).__name__)
        for name, issue_id in self._left:
            self._start(name, issue_id)
        return True
