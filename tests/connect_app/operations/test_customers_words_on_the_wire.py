"""What a customer writes goes through Jira and back as words: no mention, no link, no second line in a subject."""

from __future__ import annotations

from typing import Any

import pytest

from connect_app.jira.adf import plain
from connect_app.operations.escalate import escalate
from tests.connect_app.operations.stage import Stage

WORDS = [
    "@tous [~accountid:1] **gras** ~petit~ [ici](https://example.com) h1. {code}x{code}",
    '😀 \u202eenvers\u202c {"type":"mention","attrs":{"id":"1"}} <script>alert(1)</script> {key}',
]


def kinds(node: Any) -> set[str]:
    """Every kind of node and of mark in a document."""
    found = {node["type"], *(mark["type"] for mark in node.get("marks") or ())}
    return found.union(*(kinds(child) for child in node.get("content") or ()))


@pytest.mark.promise("C28", "C29", "C30")
def test_an_escalation_in_odd_words_reaches_the_team_as_it_was_written(stage: Stage) -> None:
    for number, words in enumerate(WORDS):
        ticket = stage.marie.opens("SUP", "Demande de service", words, description=words * 50)
        stage.marie.answers(ticket, words * 50)
        escalate(stage.parts, stage.open, ticket.id, stage.marie.account_id, words + "\nBcc: quelqu'un\n" + "x" * 1500)
        stage.run(ticket)
        path = f"rest/api/3/issue/{ticket.key}/comment"
        comments = stage.site.admin.jira.get(path, {"maxResults": 100})["comments"]
        (note,) = [c for c in comments if c["jsdPublic"] is False]
        assert kinds(note["body"]) == {"doc", "paragraph", "text", "strong", "textColor"}
        seen = words.replace("\u202e", "").replace("\u202c", "")
        assert f"Motif\u00a0: {seen} Bcc: quelqu'un xxx" in plain(note["body"])
        mails = [m for m in stage.site.control.snapshot(stage.site.name)["mails"] if m["issue"] == ticket.key]
        assert [mail["subject"] for mail in mails] == [f"[SUP-{number + 1}] Demande escaladée par le client"]
        assert seen in mails[0]["textBody"]
        assert "xxx" in mails[0]["textBody"]
        assert not any(seen in words for words in stage.marie.sees(ticket)[1:]), "what she reads back is ours"
