"""Decides whether an address is a Jira site we may send requests to, or a place people may be sent to."""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import SplitResult, urlsplit

from connect_app.errors import Malformed

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
LONGEST = 255

_PLAIN = re.compile(r"[A-Za-z0-9:/._~\[\]-]+")
_HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?")
_PATH = re.compile(r"(?:/(?!\.{1,2}(?:/|$))[A-Za-z0-9._~-]+)*")


def site_address(base_url: str, *, suffixes: Sequence[str], development: bool) -> str:
    """The address of a site, without a trailing slash; `Malformed` when it is not an allowed one.

    Allowed are https on a host below one of `suffixes` (`.atlassian.net`; without the dot, exactly that host), the
    default port, no user, no query, no numeric address; in development also http on loopback, any port. The last label
    of a host must start with a letter, so no spelling of an IP address is a host.
    """
    parts, host = _take_apart(base_url)
    if development and parts.scheme in {"http", "https"} and host in LOOPBACK:
        return base_url.rstrip("/")
    if parts.scheme != "https" or _port(parts) is not None or not _HOST.fullmatch(host):
        raise Malformed("the site's address is not https on a named host")
    if not any(_below(host, suffix) for suffix in suffixes):
        raise Malformed("the site's host is not an allowed Jira host")
    return f"https://{host}{parts.path.rstrip('/')}"


def shown_address(url: str | None, *, development: bool) -> str | None:
    """An address that people may be sent to (a custom domain), or None when it is absent or odd; never fetched."""
    if not url:
        return None
    try:
        parts, host = _take_apart(url)
    except Malformed:
        return None
    at_home = development and parts.scheme in {"http", "https"} and host in LOOPBACK
    if not at_home and (parts.scheme != "https" or not _HOST.fullmatch(host)):
        return None
    return url.rstrip("/")


def origin_of(url: str) -> str:
    """Scheme, host and port of an address that was checked before."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.lower()}"


def _take_apart(url: str) -> tuple[SplitResult, str]:
    # One alphabet for the whole address leaves no room for users, queries, escapes, spaces or look-alike letters.
    if len(url) > LONGEST or not _PLAIN.fullmatch(url):
        raise Malformed("the address holds what no site's address holds")
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        _port(parts)
    except ValueError:
        raise Malformed("the address cannot be read") from None
    if not _PATH.fullmatch(parts.path.rstrip("/")):
        raise Malformed("the address has an odd path")
    return parts, host


def _port(parts: SplitResult) -> int | None:
    if parts.netloc.endswith(":"):
        raise ValueError("empty port")
    return parts.port


def _below(host: str, suffix: str) -> bool:
    suffix = suffix.lower()
    return host.endswith(suffix) if suffix.startswith(".") else host == suffix
