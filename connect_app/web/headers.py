"""Puts the security headers on every answer, the refusals included (contract §7)."""

from __future__ import annotations

from flask import Flask, Response

from connect_app.doors.caller import Caller
from connect_app.doors.site_address import origin_of, shown_address

BRIDGE = "https://connect-cdn.atl-paas.net"
"""Where Atlassian serves the bridge that a page in an iframe needs."""

ALWAYS = {
    "Cache-Control": "no-cache, no-store, must-revalidate",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
    "Content-Security-Policy": "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
}


def secure(app: Flask) -> None:
    """Adds each header that a route did not set itself."""

    def add(response: Response) -> Response:
        for name, value in ALWAYS.items():
            response.headers.setdefault(name, value)
        return response

    app.after_request(add)


def framed(response: Response, caller: Caller, *, around: str | None, development: bool) -> Response:
    """Lets the caller's own site, and nobody else, show this page in an iframe.

    That is the site's address, its custom domain, and `around`: the page that Jira says is around us (`xdm_e`), to be
    given only when the token's hash covers the query.
    """
    known = (caller.installation.base_url, caller.installation.display_url, around)
    addresses = (shown_address(address, development=development) for address in known)
    hosts = dict.fromkeys(origin_of(address) for address in addresses if address)
    response.headers["Content-Security-Policy"] = (
        f"default-src 'none'; script-src 'self' {BRIDGE}; style-src 'self' {BRIDGE}; img-src 'self' data: https:; "
        f"connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors {' '.join(hosts)}"
    )
    return response
