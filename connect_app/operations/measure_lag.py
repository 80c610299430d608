"""Measures how long a webhook waited until its issue had been looked at."""

from __future__ import annotations

from connect_app import metrics
from connect_app.operations.job_names import newest_row
from connect_app.operations.parts import Parts


def measure_lag(parts: Parts, job_id: str) -> None:
    """Counts the time since the newest webhook arrived that this job has answered, if one made it."""
    row = newest_row(job_id)
    received_at = None if row is None else parts.store.inbox.received_at(row)
    if received_at is not None:
        metrics.LAG.observe((parts.clock.now() - received_at).total_seconds())
