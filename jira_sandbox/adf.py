"""Atlassian Document Format: checked as Jira does, read as text, and made from text (what API v2 and JSM carry)."""

from __future__ import annotations

from typing import Any

from jira_sandbox.errors import field_error

Json = dict[str, Any]

_BLOCKS = {
    "paragraph", "heading", "bulletList", "orderedList", "codeBlock", "blockquote", "rule", "panel", "table",
    "mediaSingle", "mediaGroup", "expand", "taskList", "decisionList", "blockCard", "embedCard", "extension",
    "bodiedExtension", "layoutSection",
}  # fmt: skip
_INLINE = {
    "text", "hardBreak", "mention", "emoji", "date", "status", "inlineCard", "mediaInline", "inlineExtension",
    "placeholder",
}  # fmt: skip
_INNER = {
    "listItem", "tableRow", "tableCell", "tableHeader", "media", "taskItem", "decisionItem", "nestedExpand", "caption",
    "layoutColumn",
}  # fmt: skip
_MARKS = {
    "strong", "em", "code", "link", "strike", "underline", "subsup", "textColor", "backgroundColor", "annotation",
    "border",
}  # fmt: skip
_INLINE_PARENTS = {"paragraph", "heading", "codeBlock", "taskItem", "decisionItem", "caption"}


def check(document: object, field_id: str) -> None:
    """Refuses with 400 what is not a valid document; the words are Jira's."""
    if not isinstance(document, dict):
        raise field_error(field_id, "Operation value must be an Atlassian Document (see the Atlassian Document Format)")
    if document.get("type") != "doc" or document.get("version") != 1 or not isinstance(document.get("content"), list):
        raise field_error(field_id, "INVALID_INPUT")
    if set(document) - {"type", "version", "content"}:
        raise field_error(field_id, "INVALID_INPUT")
    for node in document["content"]:
        _check_node(node, _BLOCKS, field_id)


def _check_node(node: object, allowed: set[str], field_id: str) -> None:
    if not isinstance(node, dict) or node.get("type") not in allowed:
        raise field_error(field_id, "INVALID_INPUT")
    kind = node["type"]
    if kind == "text":
        if not isinstance(node.get("text"), str) or not node["text"]:
            raise field_error(field_id, "INVALID_INPUT")
        if any(not isinstance(mark, dict) or mark.get("type") not in _MARKS for mark in node.get("marks", [])):
            raise field_error(field_id, "INVALID_INPUT")
        return
    if kind == "mention" and not isinstance(node.get("attrs", {}).get("id"), str):
        raise field_error(field_id, "INVALID_INPUT")
    inner = _INLINE if kind in _INLINE_PARENTS else _BLOCKS | _INNER | _INLINE
    content = node.get("content", [])
    if not isinstance(content, list):
        raise field_error(field_id, "INVALID_INPUT")
    for child in content:
        _check_node(child, inner, field_id)


def from_text(text: str) -> Json:
    """A document whose paragraphs are the blank-line separated parts of a text, lines kept by hard breaks."""
    paragraphs = [part for part in text.replace("\r\n", "\n").split("\n\n") if part.strip()]
    return {"type": "doc", "version": 1, "content": [_paragraph(part) for part in paragraphs]}


def _paragraph(text: str) -> Json:
    content: list[Json] = []
    for number, line in enumerate(text.split("\n")):
        if number:
            content.append({"type": "hardBreak"})
        if line:
            content.append({"type": "text", "text": line})
    return {"type": "paragraph", "content": content}


def to_text(document: Json | None) -> str:
    """The document as wiki-like text, as webhooks and API v2 carry it."""
    if document is None:
        return ""
    return "\n\n".join(_block(node) for node in document.get("content", [])).strip()


def _block(node: Json) -> str:
    kind = node.get("type")
    children = node.get("content", [])
    if kind in ("bulletList", "orderedList"):
        bullet = "* " if kind == "bulletList" else "# "
        return "\n".join(bullet + "\n".join(_block(child) for child in item.get("content", [])) for item in children)
    if kind == "heading":
        return f"h{node.get('attrs', {}).get('level', 1)}. {_inline(children)}"
    if kind == "rule":
        return "----"
    if kind == "codeBlock":
        return "{code}" + _inline(children) + "{code}"
    if any(child.get("type") in _INLINE for child in children):
        return _inline(children)
    return "\n".join(_block(child) for child in children)


def _inline(nodes: list[Json]) -> str:
    return "".join(_span(node) for node in nodes)


def _span(node: Json) -> str:
    kind = node.get("type")
    attrs = node.get("attrs", {})
    if kind == "hardBreak":
        return "\n"
    if kind == "mention":
        return f"[~accountid:{attrs.get('id', '')}]"
    if kind == "inlineCard":
        return f"[{attrs.get('url', '')}]"
    text = str(node.get("text", attrs.get("text", attrs.get("shortName", ""))))
    for mark in node.get("marks", []):
        if mark["type"] == "link":
            text = f"[{text}|{mark.get('attrs', {}).get('href', '')}]"
        elif mark["type"] in ("strong", "em"):
            sign = "*" if mark["type"] == "strong" else "_"
            text = f"{sign}{text}{sign}"
    return text
