"""A small Jira that counts what it is asked, and a runtime that works for it: what the tests of jobs share."""

from __future__ import annotations

import contextlib
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from cryptography.fernet import Fernet

from connect_app.doors.installation import Admission, Door
from connect_app.runtime import Runtime
from connect_app.settings import Settings
from tests.databases import database_in

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
PATIENCE = 30.0


@dataclass
class SmallJira:
    """Answers each issue with the statuses it was given, then 404 (the issue is gone); remembers when it was asked."""

    url: str = ""
    asked: list[tuple[str, float]] = field(default_factory=list)
    answers: dict[str, list[tuple[int, dict[str, str]]]] = field(default_factory=dict)
    held: set[str] = field(default_factory=set)
    go_on: threading.Event = field(default_factory=threading.Event)

    def times(self, issue: str) -> list[float]:
        return [at for asked, at in self.asked if asked == issue]

    def answer(self, issue: str) -> tuple[int, dict[str, str]]:
        self.asked.append((issue, time.monotonic()))
        if issue in self.held:
            self.go_on.wait(PATIENCE)
        prepared = self.answers.get(issue)
        return prepared.pop(0) if prepared else (404, {})


@contextlib.contextmanager
def small_jira() -> Iterator[SmallJira]:
    """A small Jira on loopback."""
    small = SmallJira()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, headers = small.answer(self.path.split("?")[0].rpartition("/")[2])
            self.send_response(status)
            for name, value in {**headers, "Content-Length": "0"}.items():
                self.send_header(name, value)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    small.url = f"http://127.0.0.1:{server.server_address[1]}"
    yield small
    small.go_on.set()
    server.shutdown()
    thread.join()
    server.server_close()


def quick_settings(folder: Path) -> Settings:
    """The settings of a worker that does not wait long for anything."""
    return Settings(
        database_url=database_in(folder),
        data_dir=folder,
        secret_keys=(Fernet.generate_key().decode(),),
        development=True,
        poll_seconds=0.05,
        retry_seconds=0.05,
        executor_id="worker-b",
    )


def install(runtime: Runtime, jira: SmallJira) -> str:
    """The id of an installation that knows itself, so that each job asks Jira for its issue and nothing else."""
    admission = Admission(door=Door.CONNECT, client_key=uuid.uuid4().hex, base_url=jira.url, secret="s" * 32)
    installations = runtime.store.installations
    installed = installations.install(admission, now=NOON, host_time=0.0)
    installations.set_identity(installed.id, app_account_id="app", time_zone=None)
    return installed.id


def until(met: Callable[[], bool], what: str) -> None:
    """Waits until something is so; fails with `what` when it never is."""
    deadline = time.monotonic() + PATIENCE
    while not met():
        assert time.monotonic() < deadline, what
        time.sleep(0.02)


def all_done(runtime: Runtime) -> None:
    """Waits until no job waits or runs; none may have failed for good."""
    until(lambda: runtime.jobs.waiting() == 0, "jobs still wait")
    assert runtime.jobs.failed() == []
