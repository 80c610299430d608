"""The entry point of a WSGI server: one runtime for the life of the process."""

from __future__ import annotations

from connect_app.logs import configure
from connect_app.runtime import build_runtime
from connect_app.settings import read_settings
from connect_app.web.application import create_app
from connect_app.web.metrics import serve_metrics

settings = read_settings()
configure(settings.log_level)
runtime = build_runtime(settings)
serve_metrics(runtime)
application = create_app(runtime)
