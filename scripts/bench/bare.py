"""Our own web server with the durable write taken out: what storing a delivery costs is measured against it."""

from __future__ import annotations

from connect_app.doors.installation import Installation
from connect_app.logs import configure
from connect_app.runtime import Runtime, build_runtime
from connect_app.settings import read_settings
from connect_app.store.inbox import Delivery
from connect_app.web.application import create_app


class Forgetful(Runtime):
    """Verifies and reads like the real one, and keeps nothing."""

    def receive(self, installation: Installation, delivery: Delivery, *, own_change: str | None = None) -> bool:
        """Says that it is new."""
        del installation, delivery, own_change
        return True


settings = read_settings()
configure(settings.log_level)
whole = build_runtime(settings)
application = create_app(Forgetful(whole.parts, whole.jobs))
