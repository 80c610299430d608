"""Says who sits at the administration, over which site: a Jira administrator, or whoever has an operator's link."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from flask import request

from connect_app.doors.caller import Caller
from connect_app.doors.installation import Installation
from connect_app.doors.links import Link
from connect_app.errors import Moved, NotAllowed, NotFound, Temporary, Unauthorized
from connect_app.logs import logger, tell
from connect_app.runtime import Runtime

log = logger(__name__)

SITE = "site"
"""The parameter by which an operator chooses a site: only a link over every site obeys it."""


@dataclass(frozen=True, kw_only=True)
class Seat:
    """One place at the administration.

    `installation` is the only site that is shown and changed; None before an operator of every site has chosen.
    `everywhere` is true for that operator, `operator` for one of a single site too: tokens are theirs to change.
    `who` is an account id, or how they came; `token` their link's, for the addresses of the page.
    """

    installation: Installation | None
    who: str
    everywhere: bool = False
    operator: bool = False
    token: str | None = None

    @property
    def site(self) -> Installation:
        """The site that is chosen; `NotFound` without one."""
        if self.installation is None:
            raise NotFound("no site is chosen", status=404)
        return self.installation

    def address(self, path: str, **asked: str) -> str:
        """An address of the page outside Jira, with the link that opens it; only for whoever came by one."""
        told = {"token": self.token or "", **asked}
        if self.everywhere and self.installation is not None:
            told[SITE] = self.installation.id
        return f"{path}?{urlencode(told)}"


def administrators_seat(runtime: Runtime, viewer: Caller) -> Seat:
    """The place of whoever administers Jira, asked of Jira itself (contract §3.7); `NotAllowed` for everybody else."""
    if viewer.account_id is None:
        raise NotAllowed("nobody is logged in")
    site = runtime.open_site(viewer.installation)
    try:
        holds = site.people.administers(site.client, viewer.account_id)
    except (Unauthorized, Moved) as refusal:
        runtime.parts.sites.close(site.installation, refusal)
        raise Temporary("the site refuses us") from refusal
    if not holds:
        raise NotAllowed("no Jira administrator")
    return Seat(installation=site.installation, who=viewer.account_id)


def operators_seat(runtime: Runtime, link: Link) -> Seat:
    """The place of whoever holds an operator's link; `NotFound` when its site, or the one asked for, is not there."""
    everywhere = not link.installation_id
    chosen = request.args.get(SITE, "") if everywhere else link.installation_id
    installation = runtime.store.installations.by_id(chosen) if chosen else None
    if chosen and installation is None:
        raise NotFound("no such site", status=404)
    tell(installation=chosen or None)
    return Seat(
        installation=installation,
        who="operator's link",
        everywhere=everywhere,
        operator=True,
        token=request.args["token"],
    )
