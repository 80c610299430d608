"""Turns what REST answers into text for people: rich text, users, options, clocks, dates."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

_BLOCKS = frozenset({"paragraph", "heading", "codeBlock", "blockquote", "listItem", "tableRow", "rule", "panel"})
_NAMES = ("displayName", "name", "value", "key")


def plain(node: Any) -> str:
    """The text of a rich text document (ADF), or of a string, with line breaks; never markup."""
    if isinstance(node, str):
        return node
    return _text(node).strip("\n") if isinstance(node, dict) else ""


def shown(value: Any) -> str:
    """The text of a field's value, whatever its type; empty for nothing."""
    if value is None or value == []:
        return ""
    if isinstance(value, str | int | float):
        return moment(value) if isinstance(value, str) else str(value)
    if isinstance(value, list):
        return ", ".join(filter(None, map(shown, value)))
    # Anything else is what a template gives for a part that is absent.
    return _object(value) if isinstance(value, dict) else ""


def moment(text: str | None) -> str:
    """A Jira instant as day/month/year hour:minute, in the zone it is written in; other text as it is."""
    if not text or len(text) < 19 or text[4:5] != "-" or text[10:11] != "T":
        return text or ""
    try:
        return f"{datetime.fromisoformat(text):%d/%m/%Y %H:%M}"
    except ValueError:
        return text


def pretty(value: Any) -> str:
    """A property's value as indented JSON."""
    return json.dumps(value, ensure_ascii=False, indent=2)


def document(text: str) -> dict[str, Any]:
    """A rich text document of plain text, one paragraph per line."""
    lines = [line for line in text.replace("\r\n", "\n").split("\n") if line.strip()]
    paragraphs = [{"type": "paragraph", "content": [{"type": "text", "text": line}]} for line in lines]
    return {"type": "doc", "version": 1, "content": paragraphs}


def _object(value: dict[str, Any]) -> str:
    if value.get("type") == "doc":
        return plain(value)
    if "completedCycles" in value or "ongoingCycle" in value:
        return _clock(value)
    if isinstance(value.get("requestType"), dict):
        return shown(value["requestType"])
    if "progress" in value and "total" in value:
        return f"{value['progress']} / {value['total']}"
    return next((str(value[name]) for name in _NAMES if value.get(name)), "")


def _clock(value: dict[str, Any]) -> str:
    ongoing = value.get("ongoingCycle")
    if not isinstance(ongoing, dict):
        cycles = value.get("completedCycles") or []
        return "✗" if any(cycle.get("breached") for cycle in cycles) else "✓" if cycles else ""
    remaining = (ongoing.get("remainingTime") or {}).get("friendly", "")
    return f"{remaining} ⏸" if ongoing.get("paused") else f"{remaining} ▶"


def _text(node: dict[str, Any]) -> str:
    kind, attributes = node.get("type"), node.get("attrs") or {}
    if kind == "text":
        return str(node.get("text", ""))
    if kind == "hardBreak":
        return "\n"
    if kind in ("mention", "emoji", "status", "date"):
        return str(attributes.get("text") or attributes.get("shortName") or attributes.get("timestamp") or "")
    if kind in ("inlineCard", "blockCard"):
        return str(attributes.get("url", ""))
    inner = "".join(_text(child) for child in node.get("content") or () if isinstance(child, dict))
    if kind == "listItem":
        return f"• {inner.strip()}\n"
    return f"{inner}\n" if kind in _BLOCKS else inner
