"""Makes pack ids from the names of a site."""

from __future__ import annotations

import re
from collections.abc import Iterable

from workflows.graph import folded


def slug(name: str, taken: Iterable[str] = ()) -> str:
    """A pack id made from a Jira name, unlike those already taken."""
    plain = re.sub(r"[^a-z0-9]+", "-", folded(name)).strip("-")[:50].strip("-") or "unnamed"
    plain = plain if plain[0].isalpha() else f"x-{plain}"
    known, number, made = set(taken), 1, plain
    while made in known:
        number += 1
        made = f"{plain}-{number}"
    return made
