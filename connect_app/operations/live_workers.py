"""Says which workers are alive: the health pages, the administration and `/readyz` must not disagree."""

from __future__ import annotations

from connect_app.operations.parts import Parts

SILENT_SECONDS = 60.0
"""A worker that has not beaten for this long, or for longer when the setting says so, is taken for dead."""


def live_workers(parts: Parts) -> list[str]:
    """The ids of the workers that beat lately; raises what the database raises."""
    now, silent = parts.clock.host_time(), max(SILENT_SECONDS, parts.settings.silent_seconds)
    return [worker.executor_id for worker in parts.store.workers.all() if now - worker.beat_at < silent]
