"""Times several candidates in turns, so that a busy machine slows them all alike."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import TypeVar

_ROUNDS = 7
_ROUND_SECONDS = 0.02

K = TypeVar("K")


def microseconds(candidates: Mapping[K, Callable[[], object]]) -> dict[K, float]:
    """The processor time of one call of each candidate, the best of interleaved rounds, in microseconds."""
    loops = {key: _loops(call) for key, call in candidates.items()}
    best = dict.fromkeys(candidates, float("inf"))
    for _ in range(_ROUNDS):
        for key, call in candidates.items():
            best[key] = min(best[key], _timed(call, loops[key]) / loops[key])
    return {key: seconds * 1e6 for key, seconds in best.items()}


def _loops(call: Callable[[], object]) -> int:
    call()  # what is computed once is not what is measured
    once = _timed(call, 1)
    return max(1, int(_ROUND_SECONDS / max(once, 1e-7)))


def _timed(call: Callable[[], object], loops: int) -> float:
    started = time.process_time()
    for _ in range(loops):
        call()
    return time.process_time() - started
