"""Keeps customers' words from being run as formulas by the program that opens a sheet."""

from __future__ import annotations

STARTS_A_FORMULA = frozenset("=+-@＝＋－＠\t\r\n|%")
"""What makes a spreadsheet read a cell as a formula, in any width, or as a command (OWASP, CSV injection)."""


def dangerous(text: str) -> bool:
    """Whether a sheet could read the text as a formula, blanks before it or not."""
    return text[:1] in STARTS_A_FORMULA or text.lstrip()[:1] in STARTS_A_FORMULA if text else False


def inert(text: str) -> str:
    """The text, with an apostrophe before it when a sheet could run it."""
    return f"'{text}" if dangerous(text) else text
