"""Opens the site behind a link outside Jira, for as long as something is shown or done there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from connect_app.doors.links import Link
from connect_app.errors import Moved, NotFound, Temporary, Unauthorized
from connect_app.operations.open_site import OpenSite
from connect_app.operations.parts import Parts


@contextmanager
def site_of_link(parts: Parts, link: Link) -> Iterator[OpenSite]:
    """The site of a link; `NotFound` when it is shut.

    A visitor must not make us knock again and again at a site that refuses us: it is marked, as by a job.
    """
    site = parts.sites.open(link.installation_id)
    if site is None:
        raise NotFound("the site of this link is not open", status=404)
    try:
        yield site
    except (Unauthorized, Moved) as refusal:
        parts.sites.close(site.installation, refusal)
        raise Temporary("the site refuses us") from refusal
