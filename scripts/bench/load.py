"""Sends prepared requests to a server on loopback, as fast as it answers or at a rate, and notes how long each took."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

READ = 65_536


@dataclass
class Load:
    """What came of it: milliseconds of each answered request, and the statuses that were not 204."""

    seconds: float = 0.0
    took: list[float] = field(default_factory=list)
    odd: dict[int, int] = field(default_factory=dict)

    @property
    def per_second(self) -> float:
        """Requests answered per second."""
        return len(self.took) / self.seconds if self.seconds else 0.0

    def percentile(self, share: float) -> float:
        """Milliseconds within which that share of the requests was answered."""
        ordered = sorted(self.took)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else float("nan")


def press(port: int, request: Callable[[], bytes], *, seconds: float, at_once: int, rate: float | None = None) -> Load:
    """Keeps `at_once` connections busy for some seconds; with a `rate`, starts that many requests a second.

    At a rate, a request's time counts from when it should have been sent: a server that falls behind cannot hide it.
    """
    return asyncio.run(_press(port, request, seconds, at_once, rate))


async def _press(port: int, request: Callable[[], bytes], seconds: float, at_once: int, rate: float | None) -> Load:
    load, started = Load(), time.perf_counter()
    slots = _slots(started, rate)
    end = started + seconds
    await asyncio.gather(*(_one_connection(port, request, end, slots, load) for _ in range(at_once)))
    load.seconds = time.perf_counter() - started
    return load


def _slots(started: float, rate: float | None) -> Iterator[float]:
    """When each request is to be sent; at once without a rate."""
    count = 0
    while True:
        yield started + count / rate if rate else 0.0
        count += 1


async def _one_connection(
    port: int, request: Callable[[], bytes], end: float, slots: Iterator[float], load: Load
) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=READ)
    try:
        while True:
            due = next(slots)
            if max(due, time.perf_counter()) >= end:
                return
            if due > time.perf_counter():
                await asyncio.sleep(due - time.perf_counter())
            sent = due or time.perf_counter()
            writer.write(request())
            status = await _status(reader)
            load.took.append((time.perf_counter() - sent) * 1000)
            if status != 204:
                load.odd[status] = load.odd.get(status, 0) + 1
    finally:
        writer.close()


async def _status(reader: asyncio.StreamReader) -> int:
    """Reads one answer whole; only bodies with a length are known, which is what a 204 or an error has."""
    head = await reader.readuntil(b"\r\n\r\n")
    length = 0
    for line in head.split(b"\r\n")[1:]:
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
    if length:
        await reader.readexactly(length)
    return int(head.split(b" ", 2)[1])
