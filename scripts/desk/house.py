"""Puts a sandbox and an app together, and waits until both are quiet."""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import requests

from connect_app.operations.sweep_times import slot_of
from connect_app.runtime import build_runtime
from connect_app.settings import Settings, read_settings
from scripts.desk.control import Control
from scripts.desk.processes import (
    NotStarted,
    Nursery,
    Process,
    free_port,
    start_sandbox,
    start_web,
    start_worker,
    wait_for_sandbox,
    wait_for_web,
)

START = "2026-11-02T09:00:00+01:00"
"""A Monday morning in Paris."""

ZONE = "Europe/Paris"

HURRIED = {
    "RELANCE_DEVELOPMENT": "true",
    "RELANCE_TICK_SECONDS": "0.1",
    "RELANCE_POLL_SECONDS": "0.1",
    "RELANCE_RETRY_SECONDS": "0.3",
}
"""What lets a day of the test clock pass in a moment."""

LOOK_SECONDS = 0.05
"""Between two looks at whether all is quiet: each look costs every process a little work."""


class House:
    """A sandbox, a web server and a worker, each a process of its own, talking over loopback."""

    def __init__(
        self,
        folder: Path,
        *,
        web_port: int | None = None,
        sandbox_port: int = 0,
        nursery: Nursery | None = None,
        **settings: str,
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self._http = requests.Session()
        self._http.trust_env = False
        sandbox_port = sandbox_port or free_port()
        self._sandbox = start_sandbox(folder, port=sandbox_port, start=START, zone=ZONE)
        control = f"http://127.0.0.1:{sandbox_port}"
        self.control = Control(control)
        self.environment: dict[str, str] = {
            "RELANCE_BASE_URL": f"http://127.0.0.1:{web_port or free_port()}",
            "RELANCE_DATABASE_URL": f"sqlite:///{folder / 'relance.db'}",
            "RELANCE_DATA_DIR": str(folder),
            "RELANCE_CLOCK_URL": f"{control}/_sandbox/clock",
            "RELANCE_INSTALL_KEY_URLS": f"{control}/keys",
            **HURRIED,
            **settings,
        }
        self._nursery = nursery
        self._web: Process | None = None
        self._workers: dict[str, Process] = {}
        # The tables and the key are there before two processes start at once.
        self._beside = build_runtime(self.settings)
        try:
            self._web = start_web(folder, self.environment, nursery, wait=False)
            self.contracts: str = wait_for_sandbox(self._sandbox, folder)["contracts"]
            self.start_worker()
            wait_for_web(self._web, self.environment)
        except NotStarted:
            self.close()
            raise

    @property
    def base_url(self) -> str:
        """The app's address."""
        return self.environment["RELANCE_BASE_URL"]

    @property
    def settings(self) -> Settings:
        """The app's settings, for commands run beside it."""
        return read_settings(self.environment)

    def start_worker(self, name: str = "worker-1", **settings: str) -> Process:
        """Starts a worker slot."""
        environment = {**self.environment, "RELANCE_EXECUTOR_ID": name, **settings}
        self._workers[name] = start_worker(self.folder, environment, name, self._nursery)
        return self._workers[name]

    @property
    def sandbox_pid(self) -> int:
        """The sandbox's process, to see what it costs."""
        return self._sandbox.pid

    def kill_worker(self, name: str = "worker-1") -> None:
        """Ends a worker as a power cut would."""
        self._workers.pop(name).kill()

    def kill_web(self) -> None:
        """Ends the web server as a power cut would."""
        if self._web is not None:
            self._web.kill()
        self._let_go()

    def start_web(self) -> None:
        """Starts the web server again."""
        self._web = start_web(self.folder, self.environment, self._nursery)

    def health(self) -> dict[str, Any]:
        """What the app says of itself."""
        answer = self._http.get(f"{self.base_url}/readyz", timeout=10, allow_redirects=False)
        found: dict[str, Any] = answer.json()
        return found

    def settle(self, *, patience: float = 60.0) -> None:
        """Waits until every delivery has arrived, every job is done and the present tick has rung.

        Raises `NotStarted` with what is still moving when that takes longer than `patience` seconds.
        """
        end = time.monotonic() + patience
        quiet_before: tuple[object, ...] | None = None
        while True:
            quiet = self._quiet()
            if quiet is not None and quiet == quiet_before:
                return
            quiet_before = quiet
            if time.monotonic() > end:
                raise NotStarted(f"not quiet after {patience} s: {self.health()}\n{self._tails()}")
            time.sleep(LOOK_SECONDS)

    def _quiet(self) -> tuple[object, ...] | None:
        """A fingerprint of the quiet, or None while something moves.

        The app's own tables are read: to be asked so often would cost the web server more than what is tried.
        """
        store, now = self._beside.store, self.control.now()
        ticked = max((w.last_tick for w in store.workers.all() if w.last_tick is not None), default=None)
        if ticked is None or ticked < slot_of(now, 1) or store.inbox.count_waiting():
            return None
        jobs = self._beside.jobs.counts()
        if jobs["waiting"] or jobs["running"] or jobs["delayed"] or not self.control.idle(timeout=5):
            return None
        return (now, ticked, self.control.attempts())

    def advance(self, by: timedelta) -> datetime:
        """Moves the test clock and waits until all that follows has happened."""
        now = self.control.advance(by)
        self.settle()
        return now

    def to(self, instant: datetime) -> datetime:
        """Moves the test clock to an instant and waits until all that follows has happened."""
        now = self.control.to(instant)
        self.settle()
        return now

    def close(self) -> None:
        """Ends every process of the house."""
        for process in [*self._workers.values(), self._web, self._sandbox]:
            if process is not None:
                process.stop()
        self._beside.close()

    def _let_go(self) -> None:
        """Holds no connection, so that a test may take the database away."""
        for engine in (self._beside.store.engine, self._beside.jobs.engine):
            engine.dispose()

    def _tails(self) -> str:
        return "\n".join(process.tail(15) for process in self._workers.values())
