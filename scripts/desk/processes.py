"""Starts and ends the processes of a demo or a test: the sandbox, the web server, the worker; each by its own id."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

import requests

READY = "sandbox.json"
ROOT = Path(__file__).resolve().parents[2]


class NotStarted(RuntimeError):
    """A process ended, or did not answer in time; the message holds the end of what it said."""


class Process:
    """One process of ours, its output in a file."""

    def __init__(self, arguments: list[str], *, environment: Mapping[str, str], log: Path) -> None:
        self.log = log
        self._name = " ".join(arguments)
        with log.open("ab") as output:
            self._popen = subprocess.Popen(
                [sys.executable, "-m", *arguments],
                cwd=ROOT,
                env={**os.environ, **environment, "PYTHONUNBUFFERED": "1"},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                process_group=0,  # a web server has children of its own, which must not outlive it
            )

    @property
    def pid(self) -> int:
        """Its id."""
        return self._popen.pid

    @property
    def alive(self) -> bool:
        """Whether it still runs."""
        return self._popen.poll() is None

    def kill(self) -> None:
        """Ends it and its children at once, as a power cut would."""
        os.killpg(self._popen.pid, signal.SIGKILL)
        self._popen.wait()

    def stop(self, *, patience: float = 15.0) -> None:
        """Asks it to end, and ends it when it does not."""
        if not self.alive:
            return
        self._popen.terminate()
        try:
            self._popen.wait(timeout=patience)
        except subprocess.TimeoutExpired:
            self.kill()

    def tail(self, lines: int = 30) -> str:
        """The end of what it said."""
        return "\n".join(self.log.read_text("utf-8", "replace").splitlines()[-lines:])

    def check(self) -> None:
        """Raises `NotStarted` when it has ended."""
        if not self.alive:
            raise NotStarted(f"{self._name} ended with {self._popen.returncode}:\n{self.tail()}")


class Nursery(Protocol):
    """Starts our programs by forking from a process that has loaded them: an empty one needs two seconds to begin."""

    def fork(self, program: str, arguments: list[str], environment: dict[str, str], log: Path) -> int:
        """The process id of a new child, which leads a process group."""
        ...


class Forked(Process):
    """One process of ours that a nursery started."""

    def __init__(self, nursery: Nursery, program: str, *, environment: Mapping[str, str], log: Path) -> None:
        self.log = log
        self._name = program
        self._pid = nursery.fork(program, [], {**environment, "PYTHONUNBUFFERED": "1"}, log)

    @property
    def pid(self) -> int:
        """Its id."""
        return self._pid

    @property
    def alive(self) -> bool:
        """Whether it still runs."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self._pid, 0)
            return True
        return False

    def kill(self) -> None:
        """Ends it and its children at once, as a power cut would."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._pid, signal.SIGKILL)
        if not self._gone(patience=10.0):
            raise NotStarted(f"{self._name} does not end")

    def stop(self, *, patience: float = 15.0) -> None:
        """Asks it to end, and ends it when it does not."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self._pid, signal.SIGTERM)
        if not self._gone(patience=patience):
            self.kill()

    def check(self) -> None:
        """Raises `NotStarted` when it has ended."""
        if not self.alive:
            raise NotStarted(f"{self._name} ended:\n{self.tail()}")

    def _gone(self, *, patience: float) -> bool:
        end = time.monotonic() + patience
        while self.alive and time.monotonic() < end:
            time.sleep(0.005)
        return not self.alive


def free_port() -> int:
    """A port nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def start_sandbox(folder: Path, *, port: int, start: str, zone: str) -> Process:
    """A sandbox with no site yet, not waited for."""
    ready = folder / READY
    ready.unlink(missing_ok=True)
    arguments = ["jira_sandbox", "--port", str(port), "--start", start, "--zone", zone, "--ready-file", str(ready)]
    return Process(arguments, environment={}, log=folder / "sandbox.log")


def wait_for_sandbox(process: Process, folder: Path) -> dict[str, Any]:
    """What a sandbox says of itself once it is ready."""
    ready = folder / READY
    _wait(process, lambda: ready.exists() and ready.read_text("utf-8").strip() != "")
    overview: dict[str, Any] = json.loads(ready.read_text("utf-8"))
    return overview


def start_web(
    folder: Path, environment: Mapping[str, str], nursery: Nursery | None = None, *, wait: bool = True
) -> Process:
    """The web server; answering, unless it is not waited for."""
    process = _start("serve", folder / "serve.log", environment, nursery)
    if wait:
        wait_for_web(process, environment)
    return process


def wait_for_web(process: Process, environment: Mapping[str, str]) -> None:
    """Waits until the web server answers; raises `NotStarted` when it does not."""
    address = environment["RELANCE_BASE_URL"]
    _wait(process, lambda: _answers(f"{address}/atlassian-connect.json"))


def start_worker(
    folder: Path, environment: Mapping[str, str], name: str = "worker", nursery: Nursery | None = None
) -> Process:
    """A worker; it is ready when it beats, which the health page tells."""
    return _start("worker", folder / f"{name}.log", environment, nursery)


def _start(program: str, log: Path, environment: Mapping[str, str], nursery: Nursery | None) -> Process:
    if nursery is not None:
        return Forked(nursery, program, environment=environment, log=log)
    return Process([f"scripts.{program}"], environment=environment, log=log)


def _answers(url: str) -> bool:
    try:
        return requests.get(url, timeout=2, allow_redirects=False).status_code == 200
    except requests.ConnectionError:
        return False


def _wait(process: Process, ready: Any, *, patience: float = 30.0) -> None:
    end = time.monotonic() + patience
    while not ready():
        process.check()
        if time.monotonic() > end:
            raise NotStarted(f"not ready after {patience} s:\n{process.tail()}")
        time.sleep(0.05)
