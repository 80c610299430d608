"""Web servers and workers by forking: a process that has loaded our programs starts each in a tenth of a second.

It listens on a Unix socket: one line of JSON asks for a child, one line answers its process id. It ends with whoever
started it.
"""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


class Door:
    """Where a nursery listens, for whoever knows the address."""

    def __init__(self, address: str) -> None:
        self.address = address

    def fork(self, program: str, arguments: list[str], environment: dict[str, str], log: Path) -> int:
        """The process id of a new child, which leads a process group."""
        order = {"program": program, "arguments": arguments, "environment": environment, "log": str(log)}
        with socket.socket(socket.AF_UNIX) as asking:
            asking.connect(self.address)
            with asking.makefile("rw", encoding="utf-8") as lines:
                lines.write(json.dumps(order) + "\n")
                lines.flush()
                return int(lines.readline())


class Nursery(Door):
    """The process that forks, as seen by who starts it."""

    def __init__(self) -> None:
        self._folder = tempfile.mkdtemp(prefix="relance-")  # short: the path of a socket holds 107 characters
        super().__init__(f"{self._folder}/nursery")
        with socket.socket(socket.AF_UNIX) as listening:
            listening.bind(self.address)
            listening.listen()  # whoever calls before it has begun waits for it
            self._popen = subprocess.Popen(
                [sys.executable, "-m", "scripts.chaos.forking", str(listening.fileno())],
                cwd=ROOT,
                stdin=subprocess.PIPE,
                pass_fds=[listening.fileno()],
            )

    def close(self) -> None:
        """Ends it; its children are ended by whoever asked for them."""
        self._popen.communicate()
        shutil.rmtree(self._folder, ignore_errors=True)
