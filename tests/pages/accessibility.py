"""What axe-core finds wrong with a page for people who do not see it, or do not use a mouse."""

from __future__ import annotations

from functools import cache
from typing import Any

from playwright.sync_api import Frame, Page

from scripts.desk.chromium import PACKAGES

GRAVE = {"serious", "critical"}


@cache
def _axe() -> str:
    return (PACKAGES / "axe-core" / "axe.min.js").read_text("utf-8")


def grave_problems(shown: Frame | Page) -> list[str]:
    """Every serious or critical violation, with the first element that has it."""
    shown.evaluate(f"() => {{ {_axe()} }}")
    found: list[dict[str, Any]] = shown.evaluate(
        "async () => (await axe.run({iframes: false, preload: false})).violations"
    )
    return [
        f"{each['id']} ({each['impact']}): {each['help']}: {each['nodes'][0]['html'][:200]}"
        for each in found
        if each["impact"] in GRAVE
    ]
