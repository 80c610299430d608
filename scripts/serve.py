"""Serves the app over HTTP; with `--worker`, also runs the jobs in a second process: enough for one machine."""

from __future__ import annotations

import os
import subprocess
import sys
from urllib.parse import urlsplit

import click
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from connect_app.errors import Misconfigured
from connect_app.runtime import build_runtime
from connect_app.settings import read_settings
from workflows.document import DocumentError

WRONG_CONFIGURATION = 2


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="address to listen on")
@click.option("--port", type=int, default=None, help="port to listen on; that of RELANCE_BASE_URL by default")
@click.option("--threads", type=int, default=8, show_default=True, help="requests handled at the same time")
@click.option("--worker/--no-worker", default=False, help="run the jobs as well")
def main(*, host: str, port: int | None, threads: int, worker: bool) -> None:
    """Serves the app until it is told to stop; exit code 2 when a setting or a document is wrong."""
    try:
        settings = read_settings()
        build_runtime(settings).close()
    except (Misconfigured, DocumentError) as error:
        click.echo(str(error), err=True)
        sys.exit(WRONG_CONFIGURATION)
    jobs = subprocess.Popen([sys.executable, "-m", "scripts.worker"]) if worker else None
    port = port or urlsplit(settings.base_url).port or 8060
    server = Granian(
        "connect_app.web.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        blocking_threads=threads,
        log_access=False,
        log_level=LogLevels.warning,
        websockets=False,
    )
    try:
        server.serve()
    finally:
        if jobs is not None:
            jobs.terminate()
            jobs.wait(timeout=30)


if __name__ == "__main__":
    os.environ.setdefault("PYTHONUNBUFFERED", "1")
    main()
