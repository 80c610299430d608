"""Makes one line of a customer's words and cuts it to a length, never inside what a reader sees as one character."""

from __future__ import annotations

import unicodedata
from itertools import accumulate, takewhile

LONGEST = 255
"""The longest summary Jira accepts, counted as Java counts: in UTF-16 units, so most emoji weigh two."""

_JOINER = "\u200d"
_OVERRIDES = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Bidirectional embeddings and overrides: cut off from their end they would turn the rest of the line around."""


def one_line(text: str) -> str:
    """The text without line breaks, control characters or bidirectional overrides, spaces single."""
    kept = (
        " " if unicodedata.category(character) in {"Cc", "Zl", "Zp", "Zs", "Cs"} else character
        for character in text
        if character not in _OVERRIDES
    )
    return " ".join("".join(kept).split())


def units(text: str) -> int:
    """The length of a text in UTF-16 units."""
    return len(text.encode("utf-16-le")) // 2


def shortened(text: str, room: int) -> str:
    """The text when it fits in `room` UTF-16 units, else as much of its start as fits before an ellipsis."""
    if units(text) <= room:
        return text
    clusters = _clusters(text)
    ends = accumulate(units(cluster) for cluster in clusters)
    kept = takewhile(lambda pair: pair[1] < room, zip(clusters, ends, strict=True))
    return "".join(cluster for cluster, _ in kept).rstrip() + "…" if room > 0 else ""


def _clusters(text: str) -> list[str]:
    """The text in pieces a reader sees as one: a letter with its accents, an emoji with its skin, family or flag."""
    clusters: list[str] = []
    for character in text:
        if clusters and _continues(clusters[-1], character):
            clusters[-1] += character
        else:
            clusters.append(character)
    return clusters


def _continues(cluster: str, character: str) -> bool:
    if unicodedata.category(character) in {"Mn", "Mc", "Me"} or character == _JOINER or cluster.endswith(_JOINER):
        return True
    if "\U0001f3fb" <= character <= "\U0001f3ff" or "\U000e0020" <= character <= "\U000e007f":
        return True
    return _is_flag_letter(character) and len(cluster) == 1 and _is_flag_letter(cluster)


def _is_flag_letter(character: str) -> bool:
    return "\U0001f1e6" <= character <= "\U0001f1ff"
