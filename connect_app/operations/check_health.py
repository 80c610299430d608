"""Says whether the promises can be kept: the database answers, workers beat, nothing waits for long."""

from __future__ import annotations

from typing import Any

from connect_app.operations.parts import Parts

SILENT_SECONDS = 60.0
"""A worker that has not beaten for this long is taken for dead."""


def check_health(parts: Parts) -> dict[str, Any]:
    """The state of this Relance, for people and for monitoring; raises what the database raises."""
    now = parts.clock.now()
    beats = parts.store.workers.all()
    alive = [w for w in beats if parts.clock.host_time() - w.beat_at < SILENT_SECONDS]
    ticks = [w.last_tick for w in beats if w.last_tick is not None]
    overdue = len(parts.store.agenda.due(now))
    return {
        "ok": bool(alive),
        "now": now.isoformat(),
        "inbox": parts.store.inbox.count_waiting(),
        "due": overdue,
        "workers": [w.executor_id for w in alive],
        "last_tick": max(ticks).isoformat() if ticks else None,
    }
