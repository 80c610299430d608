"""Says whether a job that failed in passing is tried again, and when."""

from __future__ import annotations

import random
from dataclasses import dataclass

from connect_app.errors import Temporary
from connect_app.jira.gate import NEAR, SILENT
from connect_app.jira.limit_headers import is_quota

MOST_ATTEMPTS = 40
LONGEST_WAIT = 3600.0

SPREAD = 1.1
"""What waited for the same moment comes back over a tenth of the wait more, not all at once."""


@dataclass(frozen=True)
class Try:
    """Which try of a job it is: tries before it, refusals of our credentials among them, seconds to wait before it."""

    attempt: int = 0
    refusals: int = 0
    delay: float | None = None


FIRST = Try()


def gives_up(failure: Temporary, attempt: int) -> bool:
    """Whether it was tried too often; where Jira asked us to wait nothing has failed, however often it asks."""
    return attempt >= MOST_ATTEMPTS and not (is_quota(failure.reason) or failure.reason in {NEAR, SILENT})


def delay_before(failure: Temporary, attempt: int, *, first: float) -> float:
    """Seconds to wait: what Jira asked for, else doubling from `first`, with jitter."""
    if failure.retry_after is not None:
        return failure.retry_after * random.uniform(1.0, SPREAD)  # noqa: S311 - jitter, not a secret
    base = min(first * 2.0 ** min(attempt, 30), LONGEST_WAIT)
    return base * random.uniform(0.7, 1.3)  # noqa: S311 - jitter, not a secret
