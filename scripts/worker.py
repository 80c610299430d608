"""Runs the jobs and rings the bells until it is told to stop."""

from __future__ import annotations

import signal
import sys
import threading

import click

from connect_app import metrics
from connect_app.engine import Worker
from connect_app.errors import Misconfigured
from connect_app.logs import configure
from connect_app.runtime import build_runtime
from connect_app.settings import read_settings
from connect_app.ticks import schedule
from workflows.document import DocumentError

WRONG_CONFIGURATION = 2


@click.command()
def main() -> None:
    """Works until SIGTERM or SIGINT; exit code 2 when a setting or a document is wrong."""
    try:
        settings = read_settings()
        configure(settings.log_level)
        runtime = build_runtime(settings)
    except (Misconfigured, DocumentError) as error:
        click.echo(str(error), err=True)
        sys.exit(WRONG_CONFIGURATION)
    metrics.serve(settings.metrics_worker)
    stop = threading.Event()
    for told in (signal.SIGTERM, signal.SIGINT):
        signal.signal(told, lambda *_: stop.set())
    worker = Worker(runtime.parts, runtime.jobs)
    # It beats before it takes up the jobs it left behind: nobody else may take them over at that very moment.
    bells = schedule(runtime.parts, worker, boot=runtime.parts.owner)
    worker.start()
    bells.start()
    stop.wait()
    bells.shutdown(wait=True)
    worker.stop()
    runtime.close()


if __name__ == "__main__":
    main()
