"""Downloading Atlassian's documents, from a loopback stand-in."""

from __future__ import annotations

import http.server
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from jira_sandbox.contract.documents import PLATFORM, find, read
from jira_sandbox.fetch_contracts import PATHS, NotADocument, fetch, main

GOOD: dict[str, Any] = {"openapi": "3.0.1", "paths": {"/x": {}}, "components": {"schemas": {"A": {}}}}


class Shelf(http.server.BaseHTTPRequestHandler):
    contents: dict[str, bytes] = {}  # noqa: RUF012 - replaced by each test

    def do_GET(self) -> None:
        body = self.contents.get(self.path)
        self.send_response(200 if body is not None else 404)
        self.send_header("Content-Length", str(len(body or b"")))
        self.end_headers()
        self.wfile.write(body or b"")

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's own name
        """Stays silent."""


@pytest.fixture
def origin() -> Iterator[str]:
    Shelf.contents = {path: json.dumps(GOOD).encode() for path in PATHS.values()}
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Shelf)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def test_all_three_are_kept_where_the_sandbox_looks(origin: str, tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["--origin", origin, "--into", str(tmp_path / "c")])
    assert result.exit_code == 0, result.output
    assert find(tmp_path / "c") == tmp_path / "c"
    assert read(tmp_path / "c" / PLATFORM) == GOOD


@pytest.mark.parametrize("content", [b"<html>", b"[]", b'{"swagger": "2.0"}', b'{"openapi": "3.0.1", "paths": {}}'])
def test_what_is_no_document_is_not_kept(origin: str, tmp_path: Path, content: bytes) -> None:
    Shelf.contents[PATHS[PLATFORM]] = content
    with pytest.raises(NotADocument):
        fetch(origin, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_missing_document_is_said(origin: str, tmp_path: Path) -> None:
    del Shelf.contents[PATHS[PLATFORM]]
    result = CliRunner().invoke(main, ["--origin", origin, "--into", str(tmp_path)])
    assert result.exit_code == 1
    assert "404" in result.output
