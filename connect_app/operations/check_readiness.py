"""Says in sentences why promises cannot be kept at this moment; nothing when they can."""

from __future__ import annotations

from sqlalchemy.exc import SQLAlchemyError

from connect_app.operations.live_workers import live_workers
from connect_app.operations.parts import Parts
from connect_app.store.readiness import free_bytes, is_behind, try_writing

SKEW_SECONDS = 60.0
"""Two machines of ours whose clocks differ by this sign tokens that Jira refuses on one of them."""

_UNITS = ((86_400, "day"), (3600, "hour"), (60, "minute"), (1, "second"))

LEAST_FREE = 64 * 1024 * 1024
"""Bytes an SQLite file's disk must have left."""


def check_readiness(parts: Parts) -> list[str]:
    """What is wrong: the database, its migrations, its disk, the workers, the clocks."""
    engine = parts.store.engine
    try:
        try_writing(engine)
        behind, free = is_behind(engine), free_bytes(engine)
        beats, alive = parts.store.workers.all(), live_workers(parts)
    except (SQLAlchemyError, OSError) as error:
        return [f"the database cannot be written ({type(error).__name__})"]
    wrong = ["the database waits for its migrations"] if behind else []
    if free is not None and free < LEAST_FREE:
        wrong.append(f"the disk of the database has {free // 2**20} MiB left")
    now, newest = parts.clock.host_time(), max((beat.beat_at for beat in beats), default=0.0)
    if lead := parts.clock.ahead():
        told = f"the clock of this machine is {_span(lead)} ahead of Jira's, and Jira's is used; set it right"
        wrong.append(told)
    if not alive:
        since = f"; the last beat was {_span(now - newest)} ago by this machine's clock" if newest else ""
        wrong.append(f"no worker beats{since}")
    ahead = [beat.executor_id for beat in beats if beat.beat_at - now > SKEW_SECONDS]
    if ahead:
        wrong.append(f"the clock of this machine is behind that of {', '.join(ahead)}")
    return wrong


def _span(seconds: float) -> str:
    """A span in words, in its largest unit."""
    unit, name = next((u, n) for u, n in _UNITS if seconds >= u or u == 1)
    count = round(seconds / unit)
    return f"{count} {name}{'' if count == 1 else 's'}"
