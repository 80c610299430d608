"""A tiny app under test on loopback, and the apps of a site that call it."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask, Response, jsonify, request
from werkzeug.serving import BaseWSGIServer, make_server

from jira_sandbox.apps import Apps, KeyPair
from jira_sandbox.happening import Happening, Notices

APP_KEY = "com.example.witness"
SITE_URL = "http://127.0.0.1:8051"
NOW = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Received:
    """One request the app received."""

    method: str
    path: str
    query: str
    headers: dict[str, str]
    raw: bytes

    @property
    def token(self) -> str:
        return self.headers.get("Authorization", "").removeprefix("JWT ")


@dataclass
class Receiver:
    """An app that notes what it is sent and answers as told."""

    url: str = ""
    descriptor: dict[str, Any] = field(default_factory=dict)
    descriptor_answer: Response | None = None
    words: dict[str, str] = field(default_factory=dict)
    received: list[Received] = field(default_factory=list)
    answer: Callable[[Received], int | Response] = lambda _: 204
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def descriptor_url(self) -> str:
        return f"{self.url}/atlassian-connect.json"

    def at(self, path: str) -> list[Received]:
        with self.lock:
            return [each for each in self.received if each.path.endswith(path)]

    def clear(self) -> None:
        with self.lock:
            self.received.clear()

    def app(self) -> Flask:
        flask = Flask("receiver")

        @flask.get("/sf/atlassian-connect.json")
        def descriptor() -> Response:
            return self.descriptor_answer or jsonify(self.descriptor)

        @flask.get("/sf/hook/words")
        def words() -> Response:
            return jsonify(self.words)

        @flask.post("/sf/<path:_>")
        def anything(_: str) -> Response:
            seen = Received(
                request.method,
                request.environ["REQUEST_URI"].partition("?")[0],
                request.query_string.decode(),
                dict(request.headers),
                request.get_data(),
            )
            with self.lock:
                self.received.append(seen)
            answer = self.answer(seen)
            return answer if isinstance(answer, Response) else Response(status=answer)

        return flask


def descriptor_of(base_url: str, **modules: Any) -> dict[str, Any]:
    return {
        "key": APP_KEY,
        "name": "Witness",
        "baseUrl": base_url,
        "authentication": {"type": "jwt"},
        "lifecycle": {event: f"/hook/{event}" for event in ("installed", "enabled", "disabled", "uninstalled")},
        "scopes": ["READ", "WRITE"],
        "apiMigrations": {"gdpr": True, "signed-install": True, "context-qsh": True},
        "modules": modules or {"webhooks": [{"event": "jira:issue_updated", "url": "/hook/updated"}]},
    }


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    it = Receiver()
    server: BaseWSGIServer = make_server("127.0.0.1", 0, it.app(), threaded=True)
    it.url = f"http://127.0.0.1:{server.server_port}/sf"
    it.descriptor = descriptor_of(it.url)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield it
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="session")
def key_pair() -> KeyPair:
    return KeyPair.generate()


@dataclass
class Bench:
    """The apps of one site, with what the site lends them."""

    apps: Apps
    notices: Notices
    receiver: Receiver
    users: list[tuple[str, str]]
    asked: list[tuple[str, str]]

    def publish(self, event: str = "jira:issue_updated", number: int = 0, **more: Any) -> None:
        body = {"timestamp": 1, "webhookEvent": event, "number": number, **more.pop("body", {})}
        what = {"issue_id": "10001", "project_key": "SUP", **more}
        self.notices.publish(Happening(site="acme", event=event, body=body, **what))

    def settle(self, seconds: float = 10.0) -> None:
        end = time.monotonic() + seconds
        while self.apps.in_flight():
            assert time.monotonic() < end, "deliveries never ended"
            time.sleep(0.005)


@pytest.fixture
def time_out() -> float:
    """Seconds the host waits for an answer."""
    return 0.4


@pytest.fixture
def bench(receiver: Receiver, key_pair: KeyPair, time_out: float) -> Iterator[Bench]:
    users: list[tuple[str, str]] = []
    asked: list[tuple[str, str]] = []

    def app_user(key: str, name: str) -> str:
        users.append((key, name))
        return f"app:{key}"

    def matches(jql: str, issue_id: str) -> bool:
        asked.append((jql, issue_id))
        return "SUP" in jql

    notices = Notices()
    apps = Apps(
        "acme", SITE_URL, notices, key_pair, app_user, lambda: NOW, matches, 0.00001,
        issue_properties=lambda _: {"support-flow": {"state": "waiting"}, "other": 1}, time_out=time_out,
    )  # fmt: skip
    yield Bench(apps, notices, receiver, users, asked)
    apps.close()


def install(bench: Bench, *webhooks: dict[str, Any]) -> None:
    if webhooks:
        bench.receiver.descriptor = descriptor_of(bench.receiver.url, webhooks=list(webhooks))
    bench.apps.install(bench.receiver.descriptor_url)
    bench.settle()
    bench.receiver.clear()


def numbers(received: list[Received]) -> list[int]:
    return [json.loads(each.raw)["number"] for each in received]
