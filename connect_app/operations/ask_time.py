"""Asks Jira what time it is, whatever else it answers: a worker does when its machine's clock is in doubt."""

from __future__ import annotations

from connect_app.errors import RelanceError
from connect_app.logs import logger
from connect_app.operations.parts import Parts

MOST_ASKED = 3
"""Sites asked one after the other: all live by the same clock, and one that answers is enough."""

log = logger(__name__)


def ask_time(parts: Parts) -> None:
    """The site's gate hears the answer's date, a refusal's as well; raises what the database raises."""
    before = parts.clock.heard_at
    for installation in parts.store.installations.working()[:MOST_ASKED]:
        try:
            site = parts.sites.open(installation.id)
            if site is not None:
                site.client.get("rest/api/3/serverInfo")
        except RelanceError as error:
            log.info("time not told", installation=installation.id, error=str(error))
        if parts.clock.heard_at != before:
            break
    if ahead := parts.clock.ahead():
        log.error("the machine's clock is ahead of Jira's, which is used", seconds=round(ahead))
