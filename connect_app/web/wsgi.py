"""The entry point of a WSGI server: one runtime for the life of the process."""

from __future__ import annotations

from connect_app.logs import configure
from connect_app.runtime import build_runtime
from connect_app.settings import read_settings
from connect_app.web.application import create_app

settings = read_settings()
configure(settings.log_level)
application = create_app(build_runtime(settings))
