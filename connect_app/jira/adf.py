"""Turns our small Markdown into Atlassian Document Format, and ADF back into plain text.

The Markdown has paragraphs (a blank line between), line breaks, `**strong**`, `[text](https://…)`, `- items` and
`~small~` (shown as subtle text). Nothing else is markup: a customer's words pass through as they are.
"""

from __future__ import annotations

import re
from typing import Any

Node = dict[str, Any]

_INLINE = re.compile(
    r"\*\*(?P<strong>[^*\n]+)\*\*|\[(?P<text>[^\]\n]+)\]\((?P<href>https?://[^\s)]+)\)|~(?P<small>[^~\n]+)~"
)
_BLOCK_TYPES = frozenset({"paragraph", "heading", "listItem", "blockquote", "codeBlock", "panel", "tableRow"})


def document(markdown: str) -> Node:
    """An ADF document; text that is empty gives one empty paragraph."""
    blocks = [block.strip("\n") for block in re.split(r"\n\s*\n", markdown.strip()) if block.strip()]
    content = [_block(block) for block in blocks] or [{"type": "paragraph", "content": []}]
    return {"type": "doc", "version": 1, "content": content}


def escape(text: str) -> str:
    """A customer's words, kept from being read as our markup (a zero-width word joiner splits the marks)."""
    return re.sub(r"([*~\[\]])", "\\1\u2060", text)


def plain(node: Any) -> str:
    """The words of an ADF document (or of a plain string), blocks on lines of their own."""
    if node is None:
        return ""
    if isinstance(node, str):
        return node
    return re.sub(r"\n{2,}", "\n", _words(node)).strip()


def _block(block: str) -> Node:
    lines = block.split("\n")
    if all(line.startswith("- ") for line in lines):
        items = [{"type": "listItem", "content": [_paragraph([line[2:]])]} for line in lines]
        return {"type": "bulletList", "content": items}
    return _paragraph(lines)


def _paragraph(lines: list[str]) -> Node:
    content: list[Node] = []
    for number, line in enumerate(lines):
        if number:
            content.append({"type": "hardBreak"})
        content += _inline(line)
    return {"type": "paragraph", "content": content}


def _inline(line: str) -> list[Node]:
    nodes: list[Node] = []
    position = 0
    for match in _INLINE.finditer(line):
        nodes += _text(line[position : match.start()])
        position = match.end()
        if match["strong"]:
            nodes += _text(match["strong"], {"type": "strong"})
        elif match["small"]:
            nodes += _text(match["small"], {"type": "textColor", "attrs": {"color": "#626f86"}})
        else:
            nodes += _text(match["text"], {"type": "link", "attrs": {"href": match["href"]}})
    return nodes + _text(line[position:])


def _text(text: str, *marks: Node) -> list[Node]:
    """A text node; ADF refuses empty ones."""
    if not text:
        return []
    node: Node = {"type": "text", "text": text}
    if marks:
        node["marks"] = list(marks)
    return [node]


def _words(node: Node) -> str:
    kind = node.get("type")
    if kind == "text":
        return str(node.get("text", ""))
    if kind == "hardBreak":
        return "\n"
    if kind in {"mention", "emoji", "status", "date", "inlineCard"}:
        attributes = node.get("attrs") or {}
        return str(attributes.get("text") or attributes.get("shortName") or attributes.get("url") or "")
    inside = "".join(_words(child) for child in node.get("content") or ())
    return f"{inside}\n" if kind in _BLOCK_TYPES else inside
