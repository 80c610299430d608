"""Turns our small Markdown into Atlassian Document Format, and ADF back into plain text.

The Markdown has paragraphs (a blank line between), line breaks, `**strong**`, `[text](https://…)`, `- items` and
`~small~` (shown as subtle text). Nothing else is markup: a customer's words pass through as they are.
"""

from __future__ import annotations

import re
from typing import Any

Node = dict[str, Any]

JOINER = "\u2060"
"""After a mark of ours it says that the mark is an ordinary character; `document` takes it away again."""

_INLINE = re.compile(
    rf"\*\*(?!{JOINER})(?P<strong>(?:[^*\n]|\*{JOINER})+)\*\*(?!{JOINER})"
    rf"|\[(?!{JOINER})(?P<text>(?:[^\[\]\n]|[\[\]]{JOINER})+)\]\((?P<href>https?://[^\s)]+)\)"
    rf"|~(?!{JOINER})(?P<small>(?:[^~\n]|~{JOINER})+)~(?!{JOINER})"
)
_MARK = re.compile(rf"[*~\[\]]|^-(?= )|-(?={JOINER})", re.MULTILINE)
_KEPT = re.compile(rf"([*~\[\]-]){JOINER}")
_BLOCK_TYPES = frozenset({"paragraph", "heading", "listItem", "blockquote", "codeBlock", "panel", "tableRow"})


def document(markdown: str) -> Node:
    """An ADF document; text that is empty gives one empty paragraph."""
    blocks = [block.strip("\n") for block in re.split(r"\n\s*\n", markdown.strip()) if block.strip()]
    content = [_block(block) for block in blocks] or [{"type": "paragraph", "content": []}]
    return {"type": "doc", "version": 1, "content": content}


def escape(text: str) -> str:
    """A customer's words, kept from being read as our markup: `document` gives them back character by character."""
    return _MARK.sub(rf"\g<0>{JOINER}", text)


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
    node: Node = {"type": "text", "text": _KEPT.sub(r"\1", text)}
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
