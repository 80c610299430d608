"""The processes of one Relance on trial: web servers behind one address and workers, each with a disk of its own."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.fernet import Fernet

from connect_app.runtime import Runtime, build_runtime
from connect_app.settings import Settings, read_settings
from scripts.chaos.balancer import Balancer
from scripts.chaos.nursery import Nursery
from scripts.desk.control import Control
from scripts.desk.processes import NotStarted, Process, free_port

SILENT_SECONDS = 6
COLD = 0.05
"""Share of starts that are not forked, but begin with an empty process as on a machine just switched on."""


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What a crew is to be."""

    name: str
    database_url: str
    webs: int
    workers: int


@dataclass
class Slot:
    """One place for a process; `pid` leads a process group, None when nobody is there."""

    program: str
    arguments: list[str]
    environment: dict[str, str]
    log: Path
    pid: int | None = None
    cold: Process | None = None


@dataclass
class Killings:
    """How many processes were killed, by program, and how many of them had begun cold."""

    serve: int = 0
    worker: int = 0
    cold: int = 0
    gone: int = 0

    @property
    def all(self) -> int:
        """Every one."""
        return self.serve + self.worker


@dataclass(kw_only=True)
class Crew:
    """One Relance: what it shares among its machines is the database's address and the keys, nothing else."""

    plan: Plan
    folder: Path
    control: Control
    nursery: Nursery
    chance: random.Random
    killed: Killings = field(default_factory=Killings)

    def __post_init__(self) -> None:
        ports = [free_port() for _ in range(self.plan.webs)]
        self.balancer = Balancer(ports)
        shared = {
            "RELANCE_BASE_URL": self.balancer.url,
            "RELANCE_DATABASE_URL": self.plan.database_url,
            "RELANCE_SECRET_KEYS": Fernet.generate_key().decode(),
            "RELANCE_DEVELOPMENT": "true",
            "RELANCE_CLOCK_URL": f"{self.control.url}/_sandbox/clock",
            "RELANCE_INSTALL_KEY_URLS": f"{self.control.url}/keys",
            "RELANCE_TICK_SECONDS": "0.5",
            "RELANCE_POLL_SECONDS": "0.2",
            "RELANCE_RETRY_SECONDS": "0.3",
            "RELANCE_HTTP_TIMEOUT": "2",
            "RELANCE_SILENT_SECONDS": str(SILENT_SECONDS),
            "RELANCE_LOG_LEVEL": "INFO",
        }
        self.settings: Settings = read_settings({**shared, "RELANCE_DATA_DIR": str(self._disk("commands"))})
        self.runtime: Runtime = build_runtime(self.settings)
        self.slots = [self._slot("serve", f"web-{n}", shared, ["--port", str(port)]) for n, port in enumerate(ports)]
        self.slots += [self._slot("worker", f"worker-{n}", shared, []) for n in range(self.plan.workers)]
        for slot in self.slots:
            self._start(slot)

    @property
    def base_url(self) -> str:
        """The one address of the web servers."""
        return self.balancer.url

    def _disk(self, name: str) -> Path:
        disk = self.folder / self.plan.name / name
        disk.mkdir(parents=True, exist_ok=True)
        return disk

    def _slot(self, program: str, name: str, shared: dict[str, str], arguments: list[str]) -> Slot:
        own = {"RELANCE_EXECUTOR_ID": name, "RELANCE_DATA_DIR": str(self._disk(name))}
        return Slot(program, arguments, {**shared, **own}, self._disk(name) / "log")

    def _start(self, slot: Slot) -> None:
        if self.chance.random() < COLD:
            arguments = [f"scripts.{slot.program}", *slot.arguments]
            slot.cold = Process(arguments, environment=slot.environment, log=slot.log)
            return
        slot.pid = self.nursery.fork(slot.program, slot.arguments, slot.environment, slot.log)

    def _kill(self, slot: Slot) -> None:
        """Ends a process and its children at once, as a power cut would."""
        if slot.cold is not None:
            slot.cold.kill()
            self.killed.cold += 1
        elif slot.pid is not None:
            _end(slot.pid)
        slot.pid = slot.cold = None
        setattr(self.killed, slot.program, getattr(self.killed, slot.program) + 1)

    def torment(self, kills: int, *, pause: tuple[float, float]) -> None:
        """Kills so many processes one after the other, and starts each again at once."""
        for _ in range(kills):
            time.sleep(self.chance.uniform(*pause))
            slot = self.chance.choice(self.slots)
            self._kill(slot)
            self._start(slot)

    @contextlib.contextmanager
    def one_is_gone(self, *, really: bool) -> Iterator[None]:
        """While it lasts, one worker is dead and stays so: the others must take over what it was doing."""
        workers = [slot for slot in self.slots if slot.program == "worker"]
        slot = self.chance.choice(workers)
        if really:
            self._kill(slot)
            self.killed.gone += 1
        yield
        if really:
            self._start(slot)

    def settle(self, *, patience: float = 120.0) -> None:
        """Waits until nothing moves any more; `NotStarted` with what still does when it takes too long."""
        end = time.monotonic() + patience
        before: object = None
        while True:
            moving = self._moving()
            if not moving and before == (before := self.control.attempts()):
                return
            if time.monotonic() > end:
                raise NotStarted(f"{self.plan.name} is not quiet after {patience} s: {moving}")
            time.sleep(0.1)

    def _moving(self) -> str:
        """What still moves, in a word; nothing when all is quiet."""
        store, now = self.runtime.store, self.runtime.clock.now()
        minute = now.replace(second=0, microsecond=0)
        if not self.control.idle(timeout=5):
            return "deliveries are under way"
        if waiting := store.inbox.count_waiting():
            return f"{waiting} deliveries wait"
        if waiting := self.runtime.jobs.waiting():
            return f"{waiting} jobs wait or run"
        if not self.runtime.jobs.ended(f"tick/{minute.isoformat()}"):
            return "the present tick has not rung"
        due = store.agenda.due(now)
        return f"{len(due)} appointments are due: {due[0]}" if due else ""

    def sweep(self, installation_id: str, name: str) -> None:
        """Asks for a sweep, as the hour does."""
        self.runtime.jobs.sweep(f"sweep/{name}", installation_id)

    def close(self) -> None:
        """Ends every process."""
        for slot in self.slots:
            if slot.cold is not None:
                slot.cold.kill()
            elif slot.pid is not None:
                _end(slot.pid)
        self.runtime.close()
        self.balancer.close()


def _end(pid: int) -> None:
    for kill in (os.killpg, os.kill):  # a child that was just born does not lead a group yet
        with contextlib.suppress(ProcessLookupError):
            kill(pid, signal.SIGKILL)
    end = time.monotonic() + 10
    while time.monotonic() < end:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return
        time.sleep(0.002)
    raise NotStarted(f"process {pid} does not end")


class Torments:
    """Several crews tormented at once, each in a thread of its own."""

    def __init__(self, crews: list[Crew], kills: int, *, pause: tuple[float, float]) -> None:
        self._threads = [
            threading.Thread(target=crew.torment, args=(kills,), kwargs={"pause": pause}) for crew in crews
        ]

    def __enter__(self) -> None:
        for thread in self._threads:
            thread.start()

    def __exit__(self, *_: object) -> None:
        for thread in self._threads:
            thread.join()
