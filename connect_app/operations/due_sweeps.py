"""Names the sweeps that are due: of followed projects, and of sites that refused us, to ask if they still do."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from connect_app.doors.abilities import hours_between_questions
from connect_app.doors.installation import State
from connect_app.operations.parts import Parts
from connect_app.operations.sweep_times import Place, Rounds


def due_sweeps(parts: Parts, rounds: Rounds, slot: datetime) -> Iterator[tuple[str, Place]]:
    """The name and the place of each sweep that was not started yet; the same names in every process."""
    shut = parts.store.installations.in_state(State.UNREACHABLE)
    asked_every = {site.id: hours_between_questions(site) for site in shut}
    followed = [Place(*place) for place in parts.store.bindings.followed()]
    for place, begun in rounds.due([*followed, *map(Place, asked_every)], slot):
        if begun.hour % asked_every.get(place.installation_id, 1) == 0:
            yield f"sweep/{begun.isoformat()}/{place.installation_id}/{place.project_key}".rstrip("/"), place
