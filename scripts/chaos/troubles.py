"""What goes wrong between Jira and us, drawn from a seed: refusals, lost answers, webhooks lost, repeated, shuffled."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable
from typing import Any

Json = dict[str, Any]

KINDS: dict[str, Json] = {
    "429 with Retry-After": {"status": 429, "retryAfter": 1},
    "500": {"status": 500},
    "503": {"status": 503},
    "500 after the effect": {"effect": "fail_after"},
    "reset before the effect": {"effect": "reset_before"},
    "reset after the effect": {"effect": "reset_after"},
    "time-out before the effect": {"effect": "timeout_before"},
    "time-out after the effect": {"effect": "timeout_after"},
}
METHODS = (None, "GET", "POST", "POST", "PUT")


class Troubles:
    """Draws the faults of one phase; `happened` counts those that struck, by kind."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self.happened: Counter[str] = Counter()

    def drawn(self, principal: str) -> Json:
        """A document of faults for the sandbox; only the requests of `principal` suffer, which is Relance."""
        rest = []
        for _ in range(self._chance.randint(2, 5)):
            kind = self._chance.choice(sorted(KINDS))
            fault = {**KINDS[kind], "principal": principal, "skip": self._chance.randrange(25), "times": 1}
            method = self._chance.choice(METHODS)
            rest.append(fault if method is None else {**fault, "method": method})
        return {"rest": rest, "webhooks": self._webhooks()}

    def count(self, left: Iterable[Json]) -> None:
        """Takes note of what has happened, from what a sandbox says of its faults: they count down."""
        for fault in left:
            if fault["times"] == 0:
                same = ((kind, known) for kind, known in KINDS.items() if known.items() <= fault.items())
                self.happened[next(kind for kind, _ in same)] += 1

    def _webhooks(self) -> Json:
        webhooks = {
            "duplicate": self._chance.choice((0, 0, 1, 2)),
            "drop": self._chance.choice((0.0, 0.0, 0.2, 0.5)),
            "shuffle": self._chance.random() < 0.4,
            "seed": self._chance.randrange(1_000_000),
        }
        for name in ("duplicate", "drop", "shuffle"):
            self.happened[f"webhooks: {name}"] += bool(webhooks[name])
        return webhooks
