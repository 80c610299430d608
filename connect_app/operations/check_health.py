"""Says whether the promises can be kept: the database answers, workers beat, nothing waits for long."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from connect_app.doors.installation import State
from connect_app.operations.check_fields import check_fields
from connect_app.operations.live_workers import live_workers
from connect_app.operations.parts import Parts

SOON = timedelta(days=14)


def check_health(parts: Parts) -> dict[str, Any]:
    """The state of this Relance, for people and for monitoring; raises what the database raises.

    `shut` names the sites that refuse our credentials: their promises wait for an administrator. `ending` names those
    whose token ends soon, and the day. `unseen` are fields that bound projects lack: what the packs' guards ask of them
    is not checked there.
    """
    now = parts.clock.now()
    beats = parts.store.workers.all()
    ticks = [w.last_tick for w in beats if w.last_tick is not None]
    ending = [i for i in parts.store.installations.working() if i.token_ends is not None and i.token_ends < now + SOON]
    shut = [*parts.store.installations.in_state(State.UNREACHABLE), *parts.store.installations.in_state(State.LOCKED)]
    return {
        "now": now.isoformat(),
        "inbox": parts.store.inbox.count_waiting(),
        "due": parts.store.agenda.count_due(now),
        "workers": live_workers(parts),
        "unseen": [f"{m.site} {m.project}: {m.field}" for m in check_fields(parts)],
        "shut": {site.base_url: site.trouble or site.state.value for site in shut},
        "ending": {site.base_url: site.token_ends.date().isoformat() for site in ending if site.token_ends},
        "last_tick": max(ticks).isoformat() if ticks else None,
    }
