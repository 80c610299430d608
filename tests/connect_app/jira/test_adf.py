from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from connect_app.jira.adf import document, escape, plain

MARKUP = st.text(alphabet=st.sampled_from("*~[]()-\u2060 ab\n\\éЖ🙂\u202e\u200f:/"), max_size=40)
WORDS = (
    st.text(max_size=60) | MARKUP | st.sampled_from(["[x](https://e.com)", "~a~", "**b**", "- c", "🙂‍↔️", "\u202eabc"])
)


def nodes(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield node
    for child in node.get("content") or ():
        yield from nodes(child)


def squeezed(text: str) -> str:
    """White space is not kept character by character: lines and paragraphs are."""
    return " ".join(text.split())


@given(WORDS)
@example("~foo~ and *bar* and **baz**")
@example("- one\n- two")
@example("[click](https://evil.example)")
@example("*\u2060*")
def test_a_customers_words_come_back_as_they_were(words: str) -> None:
    written = document(escape(words))
    assert squeezed(plain(written)) == squeezed(words)
    assert all("marks" not in node for node in nodes(written))
    assert all(node["type"] != "bulletList" for node in nodes(written))


@given(WORDS.map(lambda words: squeezed(words).lstrip("\u2060 ")).filter(bool))
def test_words_inside_our_own_markup_stay_inside_it(one_line: str) -> None:
    for template, mark in (("**{}**", "strong"), ("~{}~", "textColor")):
        texts = [n for n in nodes(document(template.format(escape(one_line)))) if n["type"] == "text"]
        assert [(n["text"], n["marks"][0]["type"]) for n in texts] == [(one_line, mark)]


@given(WORDS)
def test_whatever_is_written_no_text_node_is_empty(text: str) -> None:
    written = document(text)
    assert written["content"]
    assert all(node["text"] for node in nodes(written) if node["type"] == "text")


def test_our_markdown_becomes_jiras_document() -> None:
    text = "Bonjour **Marie**,\nvoir [le suivi](https://desk.example/1).\n\n- un\n- deux\n\n~Message automatique~"
    assert document(text) == {
        "type": "doc",
        "version": 1,
        "content": [
            {
                "type": "paragraph",
                "content": [
                    {"type": "text", "text": "Bonjour "},
                    {"type": "text", "text": "Marie", "marks": [{"type": "strong"}]},
                    {"type": "text", "text": ","},
                    {"type": "hardBreak"},
                    {"type": "text", "text": "voir "},
                    {
                        "type": "text",
                        "text": "le suivi",
                        "marks": [{"type": "link", "attrs": {"href": "https://desk.example/1"}}],
                    },
                    {"type": "text", "text": "."},
                ],
            },
            {
                "type": "bulletList",
                "content": [
                    {"type": "listItem", "content": [{"type": "paragraph", "content": [{"type": "text", "text": t}]}]}
                    for t in ("un", "deux")
                ],
            },
            {
                "type": "paragraph",
                "content": [
                    {
                        "type": "text",
                        "text": "Message automatique",
                        "marks": [{"type": "textColor", "attrs": {"color": "#626f86"}}],
                    }
                ],
            },
        ],
    }


@pytest.mark.parametrize("text", ["", " \n \n", "\u2003"])
def test_nothing_to_say_is_one_empty_paragraph(text: str) -> None:
    assert document(text)["content"] == [{"type": "paragraph", "content": []}]


@pytest.mark.parametrize("text", ["[x](javascript:alert(1))", "[x](ftp://e.com)", "[x](data:text/html,1)"])
def test_only_web_addresses_become_links(text: str) -> None:
    assert all("marks" not in node for node in nodes(document(text)))


def test_nested_documents_read_as_lines() -> None:
    def paragraph(*content: dict[str, Any]) -> dict[str, Any]:
        return {"type": "paragraph", "content": list(content)}

    def text(words: str) -> dict[str, Any]:
        return {"type": "text", "text": words}

    cell = {"type": "tableCell", "content": [paragraph(text("cellule"))]}
    written = {
        "type": "doc",
        "version": 1,
        "content": [
            {"type": "heading", "attrs": {"level": 1}, "content": [text("Titre")]},
            paragraph(text("Bonjour "), {"type": "mention", "attrs": {"id": "a", "text": "@Marie"}}),
            paragraph(text("un"), {"type": "hardBreak"}, text("deux")),
            {"type": "panel", "content": [paragraph({"type": "emoji", "attrs": {"shortName": ":smile:"}})]},
            {"type": "bulletList", "content": [{"type": "listItem", "content": [paragraph(text("point"))]}]},
            {"type": "table", "content": [{"type": "tableRow", "content": [cell, cell]}]},
            {"type": "mediaSingle", "content": [{"type": "media", "attrs": {"id": "1"}}]},
            paragraph({"type": "inlineCard", "attrs": {"url": "https://e.com"}}),
            {"type": "somethingNew", "content": [text("inconnu")]},
            {"type": "rule"},
        ],
    }
    assert plain(written).split("\n") == [
        "Titre",
        "Bonjour @Marie",
        "un",
        "deux",
        ":smile:",
        "point",
        "cellule",
        "cellule",
        "https://e.com",
        "inconnu",
    ]


@pytest.mark.parametrize(("node", "words"), [(None, ""), ("wiki *text*", "wiki *text*"), ({"type": "doc"}, "")])
def test_what_is_no_document_reads_as_it_can(node: Any, words: str) -> None:
    assert plain(node) == words
