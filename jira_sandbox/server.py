"""Serves WSGI applications on loopback ports, one thread per connection, and drops connections when told to."""

from __future__ import annotations

import contextlib
import io
import json
import select
import socket
import struct
import threading
from collections.abc import Callable, Iterable
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server
from werkzeug.test import run_wsgi_app
from werkzeug.wrappers import Request, Response

from jira_sandbox.clock import host_seconds
from jira_sandbox.door import Door, HangUp

_PATIENCE = 120.0


class _Quiet(WSGIRequestHandler):
    """Keeps connections open and the console silent.

    werkzeug's own handler closes each connection after one answer, since an application may leave a part of a request
    unread. Here every request is read whole before it is answered, and every answer is sent in one piece.
    """

    protocol_version = "HTTP/1.1"
    timeout = 60
    wbufsize = -1
    disable_nagle_algorithm = True

    def run_wsgi(self) -> None:
        """Answers one request."""
        environ = self.make_environ()
        chunked = environ.get("wsgi.input_terminated", False)
        length = None if chunked else int(self.headers.get("Content-Length") or 0)
        environ["wsgi.input"] = io.BytesIO(environ["wsgi.input"].read(length))
        pieces, status, headers = run_wsgi_app(self.server.app, environ, buffered=True)
        body = b"".join(pieces)
        code, _, reason = status.partition(" ")
        self.send_response(int(code), reason)
        for name, value in headers:
            self.send_header(name, value)
        if "Content-Length" not in headers and code not in ("204", "304"):
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002 - werkzeug's own name
        """Says nothing: the request log is in the control API."""


class Server:
    """A WSGI application on 127.0.0.1; port 0 takes a free one."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_server(("127.0.0.1", port), backlog=128)
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self._server: BaseWSGIServer | None = None
        self._thread: threading.Thread | None = None

    def serve(self, application: WSGIApplication) -> None:
        """Begins to answer, in threads of its own."""
        host, port = self._socket.getsockname()
        self._server = make_server(
            host, port, application, threaded=True, request_handler=_Quiet, fd=self._socket.fileno()
        )
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True, name=f"server {port}")
        self._thread.start()

    def close(self) -> None:
        """Stops answering and frees the port."""
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
        if self._thread is not None:
            self._thread.join(timeout=5)
        self._socket.close()


class SiteApplication:
    """A site's port: REST goes to the door, the rest to the pages; anybody may ask for the cloud id."""

    def __init__(self, door: Door) -> None:
        self._door = door
        self.pages: Callable[[], WSGIApplication] | None = None

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answers one request."""
        path = environ.get("PATH_INFO", "")
        if path == "/_edge/tenant_info":
            return Response(
                json.dumps({"cloudId": self._door.site.cloud_id}), content_type="application/json;charset=UTF-8"
            )(environ, start_response)
        if self.pages is not None and not path.startswith("/rest/"):
            return self.pages()(environ, start_response)
        try:
            response = self._door.handle(Request(environ))
        except HangUp as hang_up:
            _drop(environ["werkzeug.socket"], wait=hang_up.wait)
            raise ConnectionAbortedError("dropped on purpose") from None
        return response(environ, start_response)


def _drop(connection: socket.socket, *, wait: bool) -> None:
    """Closes a connection with a reset; first waits, silent, for the client to give up when asked to."""
    if wait:
        deadline = host_seconds() + _PATIENCE
        while host_seconds() < deadline:
            readable, _, _ = select.select([connection], [], [], 0.2)
            if readable and not _peek(connection):
                break
    with contextlib.suppress(OSError):
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.shutdown(socket.SHUT_RDWR)


def _peek(connection: socket.socket) -> bytes:
    try:
        return connection.recv(1, socket.MSG_PEEK)
    except OSError:
        return b""
