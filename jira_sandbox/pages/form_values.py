"""Turns what a customer typed into the values JSM expects for a request (requestFieldValues)."""

from __future__ import annotations

from typing import Any

from werkzeug.datastructures import MultiDict

_CHOSEN = frozenset({"option", "priority", "component", "version", "option-with-child"})


def request_field_values(fields: list[dict[str, Any]], typed: MultiDict[str, str]) -> dict[str, Any]:
    """The values by field id; what was left empty is left out, so that the site says what is missing."""
    values: dict[str, Any] = {}
    for field in fields:
        field_id = str(field["fieldId"])
        texts = [text for text in typed.getlist(field_id) if text.strip()]
        if texts:
            values[field_id] = _value(field.get("jiraSchema") or {}, texts)
    return values


def _value(schema: dict[str, Any], texts: list[str]) -> Any:
    kind = schema.get("type")
    if kind == "array":
        words = texts if len(texts) > 1 or schema.get("items") in _CHOSEN else texts[0].split()
        return [_one(schema.get("items"), text) for text in words]
    return _one(kind, texts[0])


def _one(kind: object, text: str) -> Any:
    if kind in _CHOSEN:
        return {"id": text}
    if kind == "user":
        return {"accountId": text}
    if kind == "number":
        try:
            return float(text)
        except ValueError:
            return text  # the site says what is wrong with it
    return text
