"""Starts web servers and workers by forking: what they all do before they read their settings is done once, here.

Run as a process of its own: one line of JSON asks for a child, one line answers its process id.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any, NoReturn

import connect_app.web.application as _web
from automation_rules.policy import load_policies
from scripts import serve, worker
from workflows.catalog import load_catalog

PROGRAMS = {"serve": serve.main, "worker": worker.main}
ROOT = Path(__file__).resolve().parents[2]


class Nursery:
    """The process that forks, as seen from outside."""

    def __init__(self) -> None:
        self._popen = subprocess.Popen(
            [sys.executable, "-m", "scripts.chaos.nursery"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._turn = threading.Lock()
        self._hear()

    def fork(self, program: str, arguments: list[str], environment: dict[str, str], log: Path) -> int:
        """The process id of a new child, which leads a process group."""
        order = {"program": program, "arguments": arguments, "environment": environment, "log": str(log)}
        with self._turn:
            self._popen.stdin.write(json.dumps(order) + "\n")  # type: ignore[union-attr] # it is a pipe
            self._popen.stdin.flush()  # type: ignore[union-attr] # the same
            return int(self._hear())

    def close(self) -> None:
        """Ends it; its children are ended by whoever asked for them."""
        self._popen.communicate()

    def _hear(self) -> str:
        return str(self._popen.stdout.readline())  # type: ignore[union-attr] # the same


def main() -> None:
    """Reads orders until there are no more."""
    load_policies(load_catalog())  # what is parsed is kept by the process: the children need not do it again
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    print(f"ready with {_web.__name__}", flush=True)
    for line in sys.stdin:
        order = json.loads(line)
        child = os.fork()
        if child == 0:
            _become(order)
        print(child, flush=True)


def _become(order: dict[str, Any]) -> NoReturn:
    """Goes on as the program that was asked for."""
    os.setsid()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    random.seed()
    log = os.open(order["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for found, wanted in ((nothing, 0), (log, 1), (log, 2)):
        os.dup2(found, wanted)
    os.environ.update(order["environment"])
    try:
        PROGRAMS[order["program"]](order["arguments"])
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(1)


if __name__ == "__main__":
    main()
