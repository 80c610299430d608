"""Measures how long a webhook waited until its issue had been looked at."""

from __future__ import annotations

import re

from connect_app import metrics
from connect_app.operations.parts import Parts

_HINTED = re.compile(r"inbox/(\d+)/")


def measure_lag(parts: Parts, job_id: str) -> None:
    """Counts the time since the newest webhook arrived that this job has answered, if one made it."""
    hint = _HINTED.match(job_id)
    received_at = None if hint is None else parts.store.inbox.received_at(int(hint[1]))
    if received_at is not None:
        metrics.LAG.observe((parts.clock.now() - received_at).total_seconds())
