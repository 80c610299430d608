"""Starts web servers and workers by forking: what they all do before they read their settings is done once, here.

Run by a nursery, which hands down the socket to listen on.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import select
import signal
import socket
import sys
from typing import Any, NoReturn

import connect_app.web.application  # noqa: F401 - what a web server needs is loaded here too
from automation_rules.policy import load_policies
from scripts import serve, worker
from workflows.catalog import load_catalog

PROGRAMS = {"serve": serve.main, "worker": worker.main}


def main() -> None:
    """Answers calls until whoever started it is gone."""
    load_policies(load_catalog())  # what is parsed is kept by the process: the children need not do it again
    signal.signal(signal.SIGCHLD, _take_leave)
    with socket.socket(fileno=int(sys.argv[1])) as listening:
        while sys.stdin not in select.select([listening, sys.stdin], [], [])[0]:
            asking, _ = listening.accept()
            with asking, asking.makefile("rw", encoding="utf-8") as lines:
                order = json.loads(lines.readline())
                child = os.fork()
                if child == 0:
                    listening.close()
                    asking.close()
                    _become(order)
                with contextlib.suppress(OSError):  # it may have done so itself, or be gone
                    os.setpgid(child, child)
                lines.write(f"{child}\n")


def _take_leave(_signal: int, _frame: object) -> None:
    """Waits for the children that have ended: what they took of the processor counts as ours."""
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def _become(order: dict[str, Any]) -> NoReturn:
    """Goes on as the program that was asked for."""
    os.setpgid(0, 0)
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
