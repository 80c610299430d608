from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import responses
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from connect_app.clock import Clock, WitnessedClock
from connect_app.doors.qsh import query_string_hash
from connect_app.runtime import Runtime, build_runtime
from connect_app.settings import Settings
from connect_app.store.schema import metadata
from connect_app.web.application import create_app
from tests.connect_app.auth_cases import (
    APP_KEY,
    BASE_URL,
    CLIENT_KEY,
    KEY_SERVER,
    KEYS,
    NEW_SECRET,
    NOW,
    Case,
    FrozenClock,
    cases,
    forge,
)
from tests.databases import database_in

INSTALLED = next(case for case in cases("lifecycle") if case.name == "installed")
REINSTALLED = next(case for case in cases("lifecycle") if case.name.startswith("re-installed"))
UNINSTALLED = next(case for case in cases("lifecycle") if case.name == "uninstalled")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runtime]:
    """The real runtime on a database of this module; reading the packs takes a second, so once is enough."""
    folder: Path = tmp_path_factory.mktemp("relance")
    settings = Settings(
        base_url=BASE_URL,
        app_key=APP_KEY,
        database_url=database_in(folder),
        data_dir=folder,
        install_key_urls=(KEY_SERVER,),
    )
    runtime = build_runtime(settings, clock=FrozenClock())
    yield runtime
    runtime.close()


@pytest.fixture
def runtime(built: Runtime) -> Runtime:
    """The runtime with nothing stored."""
    with built.store.engine.begin() as connection:
        for table in reversed(metadata.sorted_tables):
            connection.execute(sa.delete(table))
    return built


def changed(runtime: Runtime, *, clock: Clock | None = None, **settings: Any) -> Runtime:
    """The same runtime under other settings or at another time."""
    updated = Settings.model_validate(runtime.settings.model_dump() | settings)
    witnessed = WitnessedClock(clock) if clock else runtime.clock
    return Runtime(replace(runtime.parts, settings=updated, clock=witnessed), runtime.jobs)


@pytest.fixture
def key_server() -> Iterator[responses.RequestsMock]:
    """Atlassian's key server: what it knows, and 404 for the rest."""
    with responses.RequestsMock(assert_all_requests_are_fired=False) as server:
        for kid, pem in KEYS.items():
            server.get(f"{KEY_SERVER}/{kid}", body=pem, content_type="text/plain")
        server.get(f"{KEY_SERVER}/00000000-0000-4000-8000-000000000000", status=404)
        yield server


@pytest.fixture(scope="module")
def application(built: Runtime) -> Flask:
    """The application of this module's runtime: its routes and its pages are made once."""
    return create_app(built)


@pytest.fixture
def client(application: Flask, runtime: Runtime, key_server: responses.RequestsMock) -> FlaskClient:
    """Somebody who asks the application of a runtime with nothing stored."""
    del runtime, key_server
    return application.test_client()


@pytest.fixture
def installed(client: FlaskClient) -> FlaskClient:
    """The application with one site, re-installed a moment ago: its newest secret is `NEW_SECRET`."""
    for case in (INSTALLED, REINSTALLED):
        assert send(client, case).status_code == 204
    return client


@pytest.fixture
def stored(runtime: Runtime) -> Callable[[], dict[str, list[Any]]]:
    """Everything that is in our tables, to be compared before and after."""

    def read() -> dict[str, list[Any]]:
        with runtime.store.engine.connect() as connection:
            return {t.name: list(connection.execute(sa.select(t)).all()) for t in metadata.sorted_tables}

    return read


def send(client: FlaskClient, case: Case) -> TestResponse:
    """The case as a server with a public path receives it."""
    data = None if case.body is None else json.dumps(case.body)
    return client.open(
        case.url.removeprefix("https://app.example.com"), method=case.method, headers=case.headers, data=data
    )


def token(path: str, *, method: str = "POST", query: str = "", secret: str = NEW_SECRET, **claims: Any) -> str:
    """A good token of the site for this request; claims given as None are left out."""
    usual = {
        "iss": CLIENT_KEY,
        "iat": int(NOW),
        "exp": int(NOW) + 180,
        "qsh": query_string_hash(method, path, query),
    }
    return forge({name: value for name, value in (usual | claims).items() if value is not None}, secret)


def signed_post(client: FlaskClient, path: str, body: Any, **more: Any) -> TestResponse:
    """A well-signed webhook or lifecycle call; `body` is sent as it is when it is text or bytes."""
    data = body if isinstance(body, str | bytes) else json.dumps(body)
    headers = {
        "Authorization": f"JWT {token(path)}",
        "Content-Type": "application/json; charset=utf-8",
        **more.pop("headers", {}),
    }
    return client.post(f"/sf{path}", data=data, headers=headers, **more)
