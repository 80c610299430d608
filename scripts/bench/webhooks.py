"""Signed webhooks accepted durably per second by one process, beside ours without the write and a reference app."""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import jwt

from connect_app.doors.installation import Admission, Door
from connect_app.doors.qsh import query_string_hash
from connect_app.logs import configure
from connect_app.operations.install import install
from connect_app.runtime import build_runtime
from connect_app.settings import Settings
from scripts.bench.load import Load, press
from scripts.desk.postgres import Postgres
from scripts.desk.processes import free_port

PATH = "/connect/webhooks/issue-updated"
SITE, SECRET = "a-site-of-the-benchmark", "not-a-secret-but-long-enough-for-the-signature"
BODY_BYTES = 15_000
AT_ONCE = 16
ROUNDS, SECONDS = 3, 5.0
PATIENCE = 60.0
REFERENCE = Path(__file__).parent / "ace" / "server.js"

Row = tuple[str, list[Load], Load]


def report(packages: Path | None, *, seconds: float = SECONDS) -> Iterator[str]:
    """The table, a line each: peak of each candidate in interleaved rounds, then its delays at half of its peak.

    `packages` is a folder where `npm install atlassian-connect-express sequelize sqlite3 pg pg-hstore` ran, outside the
    checkout; without it the reference app is left out.
    """
    with contextlib.ExitStack() as stack:
        configure("WARNING")
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="relance-bench-")))
        server = Postgres()
        stack.callback(server.close)
        for database, url in (("SQLite", None), ("PostgreSQL", server)):
            yield f"| {database} | per second (rounds) | p50 ms | p99 ms at half of peak | odd answers |"
            yield "|---|---|---|---|---|"
            with contextlib.ExitStack() as processes:
                ports = _candidates(processes, folder / database.lower(), url, packages)
                measured = _measure(ports, seconds)
            ours = statistics.median(load.per_second for load in measured["Relance"][0])
            for name, (rounds, half) in measured.items():
                peak = statistics.median(load.per_second for load in rounds)
                each = ", ".join(f"{load.per_second:.0f}" for load in rounds)
                p50 = statistics.median(load.percentile(0.5) for load in rounds)
                odd = {status: n for load in (*rounds, half) for status, n in load.odd.items()}
                told = f"| {name} | {peak:.0f} ({each}) | {p50:.1f} | {half.percentile(0.99):.1f} | {odd or 0} |"
                yield told if name == "Relance" else f"{told} Relance / {name} = {ours / peak:.2f}"


def _measure(ports: Mapping[str, int], seconds: float) -> dict[str, tuple[list[Load], Load]]:
    """Each candidate in turns; the first round of each warms it up and is not counted."""
    rounds: dict[str, list[Load]] = {name: [] for name in ports}
    for turn in range(ROUNDS + 1):
        for name, port in ports.items():
            load = press(port, _requests(port), seconds=seconds if turn else seconds / 2, at_once=AT_ONCE)
            if turn:
                rounds[name].append(load)
    half: dict[str, Load] = {}
    for name, port in ports.items():
        rate = statistics.median(load.per_second for load in rounds[name]) / 2
        half[name] = press(port, _requests(port), seconds=seconds, at_once=AT_ONCE * 2, rate=rate)
    return {name: (rounds[name], half[name]) for name in ports}


def _requests(port: int) -> Callable[[], bytes]:
    """Well-signed deliveries of one body, each with an identifier of its own."""
    body = _body()
    now = int(time.time())  # noqa: TID251 - a token of now, as the host's clock has it
    claims = {"iss": SITE, "iat": now, "exp": now + 180, "qsh": query_string_hash("POST", PATH, "")}
    token = jwt.encode(claims, SECRET, "HS256")
    numbers = itertools.count()
    run = f"{now}-{port}-{os.urandom(4).hex()}"
    before = (
        f"POST {PATH} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAuthorization: JWT {token}\r\n"
        f"Content-Type: application/json; charset=utf-8\r\nContent-Length: {len(body)}\r\n"
        "X-Atlassian-Webhook-Identifier: "
    )
    return lambda: f"{before}{run}-{next(numbers)}\r\n\r\n".encode() + body


def _body() -> bytes:
    """An issue as Jira sends it, of about the length a request with a few comments has."""
    issue = {
        "id": "10042",
        "key": "SUP-42",
        "fields": {"project": {"id": "10000", "key": "SUP"}, "summary": "Printer", "description": ""},
    }
    body = {"timestamp": 1795000000000, "webhookEvent": "jira:issue_updated", "issue": issue}
    missing = BODY_BYTES - len(json.dumps(body))
    lines = [f"customfield_{n}" for n in range(10_000, 10_200)]
    fields = dict.fromkeys(lines, "x" * (missing // len(lines) - 24))
    return json.dumps({**body, "issue": {**issue, "fields": {**issue["fields"], **fields}}}).encode()  # type: ignore[dict-item]


def _candidates(
    processes: contextlib.ExitStack, folder: Path, server: Postgres | None, packages: Path | None
) -> dict[str, int]:
    """Starts one process of each candidate, each on a database of its own; their ports."""
    ports: dict[str, int] = {}
    for name, application in (("Relance", "connect_app.web.wsgi"), ("without the write", "scripts.bench.bare")):
        place = folder / application
        place.mkdir(parents=True)
        ports[name] = port = free_port()
        url = server.new_database() if server else f"sqlite:///{place}/relance.db"
        environment = _prepared(place, url, port)
        command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--blocking-threads", "8", "--no-access-log"]
        _start(processes, [*command, "--port", str(port), f"{application}:application"], environment, None)
    if packages is not None:
        place = folder / "ace"
        place.mkdir(parents=True)
        ports["the reference app"] = port = free_port()
        _configure_reference(place, server, port)
        environment = {"CLIENT_KEY": SITE, "SHARED_SECRET": SECRET, "NODE_NO_WARNINGS": "1"}
        _start(processes, ["node", str(REFERENCE), str(packages.resolve()), str(port)], environment, place)
    for port in ports.values():
        _wait(port)
    return ports


def _prepared(place: Path, url: str, port: int) -> dict[str, str]:
    """A database that knows the site, and the environment of a server on it."""
    address = f"http://127.0.0.1:{port}"
    settings = Settings(base_url=address, database_url=url, data_dir=place, development=True)
    runtime = build_runtime(settings)
    admission = Admission(door=Door.CONNECT, client_key=SITE, base_url="https://desk.atlassian.net", secret=SECRET)
    install(runtime.parts, admission)
    runtime.close()
    return {
        "RELANCE_BASE_URL": address,
        "RELANCE_DATABASE_URL": url,
        "RELANCE_DATA_DIR": str(place),
        "RELANCE_DEVELOPMENT": "true",
        "RELANCE_LOG_LEVEL": "WARNING",
    }


def _configure_reference(place: Path, server: Postgres | None, port: int) -> None:
    address = f"http://127.0.0.1:{port}"
    if server is None:
        store = {"adapter": "sequelize", "dialect": "sqlite", "storage": str(place / "ace.db"), "logging": False}
    else:
        told = server.new_database().replace("postgresql", "postgres", 1)
        store = {"adapter": "sequelize", "url": told, "logging": False}
    settings = {"port": port, "localBaseUrl": address, "store": store, "watch": False}
    descriptor = {
        "key": "io.relance.jsm",
        "name": "Reference",
        "baseUrl": address,
        "apiVersion": 1,
        "authentication": {"type": "jwt"},
        "lifecycle": {"installed": "/installed"},
        "scopes": ["READ"],
        "modules": {},
    }
    (place / "config.json").write_text(json.dumps({"product": "jira", "development": settings}), "utf-8")
    (place / "atlassian-connect.json").write_text(json.dumps(descriptor), "utf-8")


def _start(
    processes: contextlib.ExitStack, command: list[str], environment: Mapping[str, str], folder: Path | None
) -> None:
    process = subprocess.Popen(command, cwd=folder, env={**os.environ, **environment}, stdout=subprocess.DEVNULL)
    processes.callback(process.wait)
    processes.callback(process.terminate)


def _wait(port: int) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.1)
    raise TimeoutError(f"nothing listens on port {port}")
