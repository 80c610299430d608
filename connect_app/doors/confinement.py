"""Decides whether a request stays on the site it is meant for: elsewhere, nothing proves who we are."""

from __future__ import annotations

from urllib.parse import SplitResult, urlsplit

DEFAULT_PORTS = {"http": 80, "https": 443}


def is_under(url: str | None, base: SplitResult) -> bool:
    """True when an address has the scheme, host and port of the base, is at or below its path, and names no user."""
    address, path = urlsplit(url or ""), base.path.rstrip("/")
    under = address.path == path or address.path.startswith(path + "/")
    return under and _origin(address) == _origin(base) and address.username is None


def _origin(address: SplitResult) -> tuple[str, str | None, int | None]:
    return address.scheme, address.hostname, address.port or DEFAULT_PORTS.get(address.scheme)
