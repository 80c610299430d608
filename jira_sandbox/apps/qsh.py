"""The query string hash that binds a token to one request (contract §3.4)."""

from __future__ import annotations

import hashlib
from urllib.parse import parse_qsl, quote

_UNRESERVED = "-._~"


def canonical_request(method: str, raw_path: str, query: str, base_path: str = "") -> str:
    """The text that is hashed: METHOD&PATH&QUERY.

    `raw_path` is the path as sent, never decoded; `query` comes without its question mark; `base_path` is the path of
    the base URL the request is relative to.
    """
    return "&".join((method.upper(), _canonical_path(raw_path, base_path), _canonical_query(query)))


def query_string_hash(method: str, raw_path: str, query: str, base_path: str = "") -> str:
    """The `qsh` claim: lower-case hexadecimal SHA-256 of the canonical request."""
    return hashlib.sha256(canonical_request(method, raw_path, query, base_path).encode()).hexdigest()


def _canonical_path(raw_path: str, base_path: str) -> str:
    base = base_path.rstrip("/")
    # Whole segments only: with the base /sf, the path /sfx/page is not under it.
    if base and (raw_path == base or raw_path.startswith(f"{base}/")):
        raw_path = raw_path[len(base) :]
    path = raw_path if raw_path.startswith("/") else f"/{raw_path}"
    if len(path) > 1 and path.endswith("/"):
        path = path[:-1]
    return path.replace("&", "%26")


def _canonical_query(query: str) -> str:
    values: dict[str, list[str]] = {}
    for name, value in parse_qsl(query, keep_blank_values=True):
        if name != "jwt":
            values.setdefault(name, []).append(value)
    pairs = []
    for name in sorted(values, key=_code_units):
        # Values are sorted before they are encoded: Atlassian's vector "Multi-value II" tells the two orders apart.
        joined = ",".join(quote(value, safe=_UNRESERVED) for value in sorted(values[name], key=_code_units))
        pairs.append(f"{quote(name, safe=_UNRESERVED)}={joined}")
    return "&".join(pairs)


def _code_units(text: str) -> bytes:
    """Sorts as Java and JavaScript compare strings: by UTF-16 code unit, not by code point."""
    return text.encode("utf-16-be", "surrogatepass")
