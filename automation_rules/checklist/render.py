"""Writes a checklist as Markdown, with what a reading found where there was one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from automation_rules.checklist import words
from automation_rules.checklist.items import Finding, Item, ItemKind, Verdict


def as_markdown(
    items: Sequence[Item], project: str, locale: str, verdicts: Mapping[Item, Verdict] | None = None
) -> str:
    """The checklist of one project; boxes are ticked where the site shows that it is done."""
    lines = [f"# {project} : {words.TITLE.in_language(locale)}", "", words.INTRODUCTION.in_language(locale)]
    for kind in ItemKind:
        found = [item for item in items if item.kind is kind]
        if found:
            lines += ["", f"## {words.HEADINGS[kind].in_language(locale)}", ""]
        for item in found:
            lines += _lines(item, locale, verdicts[item] if verdicts else None)
    return "\n".join(lines) + "\n"


def _lines(item: Item, locale: str, verdict: Verdict | None) -> list[str]:
    box = "x" if verdict and verdict.finding is Finding.DONE else " "
    told = f" ({told_of(verdict, locale)})" if verdict else ""
    return [f"- [{box}] **{item.name}**{told}", *(f"  - {label} : `{value}`" for label, value in item.values)]


def told_of(verdict: Verdict, locale: str) -> str:
    """What a reading found, in words."""
    found = words.FINDINGS[verdict.finding].in_language(locale)
    if verdict.finding is not Finding.DIFFERENT:
        return found
    return f"{found} : {verdict.instead or words.NO_GROUP.in_language(locale)}"


def wrong(verdicts: Iterable[Verdict], locale: str) -> list[str]:
    """One line for each item that can be read and is not as it should be."""
    return [
        f"{words.HEADINGS[v.item.kind].in_language(locale).partition(' (')[0].partition(' :')[0]} “{v.item.name}”: "
        f"{told_of(v, locale)}"
        for v in verdicts
        if v.finding in {Finding.MISSING, Finding.DIFFERENT}
    ]
