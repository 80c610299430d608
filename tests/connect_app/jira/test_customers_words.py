"""Whatever a customer writes stays words: it changes neither the shape of our messages nor what surrounds it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from functools import lru_cache
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from automation_rules.actions import Action, AddComment, CreateSubtask, Notify
from automation_rules.decide import review
from automation_rules.titles import LONGEST, one_line, shortened, units
from connect_app.jira.adf import document, plain
from tests.automation_rules.desk import SEBASTIEN, START, Story, policy

NASTY = [
    "😀👩‍👩‍👧‍👦🇫🇷 urgent",
    "a" * 10_000,
    "été 😀 " * 1_500,
    "\u202eenvers\u202c \u2067droite\u2069 à gauche",
    "@tous @sebastien [~accountid:5b10a2844c20165700ede21g]",
    "**gras** ~petit~ [lien](https://example.com/x) [lien|https://example.com]",
    "h1. Titre\n{code}x{code} {panel}y{panel} ||a||b|| !image.png! bq. z",
    '{"type":"doc","version":1,"content":[{"type":"mention","attrs":{"id":"1"}}]}',
    "{summary} {key} {0} {phone_numbers} %s ${x} {{issue.summary}}",
    "<script>alert(1)</script> &amp; <b>",
    "- liste\n- de\n- points\r\nBcc: quelqu'un@example.com",
    "a\x00b\x07c\x1b[31m\u2028d\x85e",
    "=HYPERLINK(1)",
    "",
]
WORDS = st.text(st.characters(exclude_characters="\u2060", exclude_categories=["Cs"]), max_size=60)
PLAIN = "Zqzq"
"""Words with nothing special about them, found nowhere in our own texts."""


def shape(node: Any) -> Any:
    """An ADF document without its words: what there is, in what, marked how."""
    if isinstance(node, list):
        return [shape(child) for child in node]
    marks = [(mark["type"], mark.get("attrs")) for mark in node.get("marks") or ()]
    return node["type"], node.get("attrs"), marks, shape(node.get("content") or [])


def said(summary: str, reason: str) -> Iterator[Action]:
    """What Relance writes about one request on each desk: on creation, in silence, at an escalation, once taken."""
    desk = policy("internal-helpdesk", enabled_at=START - timedelta(days=1))
    words = {"summary": summary, "reporter": None}
    made = Story(issue_type="Ticket de support", status="new", status_name="Nouveau ticket", created=START, **words)
    yield from review(made.issue, desk, START + timedelta(minutes=1)).actions
    silent = Story(issue_type="Ticket de support", status="in-progress", created=START - timedelta(days=9), **words)
    silent.comment(SEBASTIEN, START).move("waiting-customer", START)
    yield from review(silent.issue, desk, START + timedelta(hours=49)).actions
    angry = Story(summary=summary).escalate(START, reason)
    yield from review(angry.issue, policy(), START + timedelta(minutes=1)).actions
    assistance = Story(issue_type="Support - Assistance Utilisateur", status="open", summary=summary)
    taken = assistance.move("acknowledged", START)
    yield from review(taken.issue, policy("tiered-support"), START).actions


@lru_cache
def plainly() -> tuple[Action, ...]:
    """What is said when the customer's words are plain."""
    return tuple(said(PLAIN, PLAIN))


@pytest.mark.promise("D3", "D25", "C28", "C29", "A6")
@given(summary=WORDS, reason=WORDS)
@example(summary="**a** [b](https://c)", reason="~d~ - e")
def test_no_words_of_a_customer_change_what_surrounds_them(summary: str, reason: str) -> None:
    ours, theirs = plainly(), tuple(said(summary, reason))
    assert [(type(a), a.key) for a in theirs] == [(type(a), a.key) for a in ours]
    assert {AddComment, Notify, CreateSubtask} <= {type(a) for a in ours}
    for mine, yours in zip(ours, theirs, strict=True):
        match mine, yours:
            case AddComment(), AddComment():
                assert yours.audience is mine.audience
                assert shape(document(yours.text)) == shape(document(mine.text))
            case Notify(), Notify():
                assert "\n" not in yours.subject
                assert (yours.account_ids, yours.groups, yours.to_assignee) == (mine.account_ids, mine.groups, False)
                assert yours.text.count("\n") == mine.text.count("\n")
            case CreateSubtask(), CreateSubtask():
                assert replace(yours, title="") == replace(mine, title="")
            case _:
                assert yours == mine


@pytest.mark.promise("D3", "C28", "A6")
@pytest.mark.parametrize("words", NASTY, ids=range(len(NASTY)))
def test_words_are_read_as_they_were_written(words: str) -> None:
    for mine, yours in zip(plainly(), said(words, words), strict=True):
        escalation = mine.key.startswith("escalation/")
        seen = shortened(one_line(words), 1000 if escalation else LONGEST) or ("—" if escalation else "")
        match mine, yours:
            case AddComment(), AddComment():
                expected = plain(document(mine.text)).replace(PLAIN, seen)
                assert plain(document(yours.text)).split() == expected.split()
                assert shape(document(yours.text)) == shape(document(mine.text))
                assert len(yours.text) < 32_767, "Jira's limit for a comment"
            case Notify(), Notify():
                assert units(yours.subject) <= LONGEST + 60
                assert "\n" not in yours.subject
            case CreateSubtask(), CreateSubtask():
                assert units(yours.title) <= LONGEST
            case _:
                assert yours == mine, "what holds no words of the customer's does not change with them"
