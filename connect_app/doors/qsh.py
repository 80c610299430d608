"""The query string hash, which binds a token to one method, path and query (contract §3.4)."""

from __future__ import annotations

import hashlib
from urllib.parse import parse_qsl, quote

TOKEN_PARAMETER = "jwt"
"""The one query parameter that is not part of what is signed."""

LARGEST_QUERY = 16_384
MOST_PARAMETERS = 500


def query_string_hash(method: str, raw_path: str, query_string: str, *, base_path: str = "") -> str:
    """The value of the claim `qsh`, in lower-case hexadecimal. Raises as `canonical_request` does."""
    canonical = canonical_request(method, raw_path, query_string, base_path=base_path)
    return hashlib.sha256(canonical.encode("utf-8", "surrogatepass")).hexdigest()


def canonical_request(method: str, raw_path: str, query_string: str, *, base_path: str = "") -> str:
    """What is hashed: `METHOD&path&query`.

    `raw_path` is the path as it was sent, never decoded; `query_string` is without its `?`; `base_path` is the path of
    the base URL, taken away when the request lies under it. `ValueError` for a query too large to be Jira's.
    """
    path = relative_path(raw_path, base_path)
    if path != "/":
        path = path.removesuffix("/")
    return f"{method.upper()}&{path.replace('&', '%26')}&{_canonical_query(query_string)}"


def relative_path(raw_path: str, base_path: str) -> str:
    """The path below the base URL's path, with a leading slash; only whole segments count (`/sf` is not in `/sfx`)."""
    base = base_path.rstrip("/")
    if base and (raw_path == base or raw_path.startswith(base + "/")):
        raw_path = raw_path[len(base) :]
    return raw_path if raw_path.startswith("/") else "/" + raw_path


def _canonical_query(query_string: str) -> str:
    if len(query_string) > LARGEST_QUERY:
        raise ValueError("query string too long")
    values: dict[str, list[str]] = {}
    for name, value in parse_qsl(query_string, keep_blank_values=True, max_num_fields=MOST_PARAMETERS):
        if name != TOKEN_PARAMETER:
            values.setdefault(name, []).append(value)
    # Values are sorted before they are encoded: the published vector "Multi-value II" fails the other way round.
    return "&".join(
        f"{_encode(name)}={','.join(_encode(value) for value in sorted(values[name], key=_code_units))}"
        for name in sorted(values, key=_code_units)
    )


def _encode(text: str) -> str:
    return quote(text, safe="-._~")


def _code_units(text: str) -> bytes:
    """Jira compares strings as Java does: by UTF-16 code unit."""
    return text.encode("utf-16-be", "surrogatepass")
