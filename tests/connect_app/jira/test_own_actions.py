"""On a shared account, what is ours is told from a person's by metadata, traces, marks and the ledger."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from connect_app.jira.own_actions import FIELDS, OWN_TYPE, SLACK, OwnActions, Window, attributed
from connect_app.jira.reading import RawIssue

AT = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
SHARED, OTHER = "5b10-shared", "5b10-other"


def entry(field: str, *, by: str = SHARED, at: datetime = AT, name: str = "", **more: Any) -> dict[str, Any]:
    item = {"field": name or field, "fieldId": field, "from": None, "to": "x"}
    return {"id": "10120", "created": at.isoformat(), "author": {"accountId": by}, "items": [item], **more}


def is_ours(own: OwnActions, one: dict[str, Any]) -> bool:
    raw = RawIssue(issue={"id": "1"}, histories=(one,), comments=(), worklogs=(), imputations={})
    return bool(attributed(raw, own).histories[0]["author"].get("accountType") == OWN_TYPE)


def window(action: str, *, until: datetime | None = AT) -> OwnActions:
    return OwnActions(account_id=SHARED, windows=(Window(FIELDS[action], AT, until),))


@pytest.mark.parametrize(
    ("action", "field", "name"),
    [
        ("Assign", "assignee", "assignee"),
        ("AddLabel", "labels", "labels"),
        ("AddParticipants", "customfield_10026", "Request participants"),
        ("MoveTo", "status", "status"),
        ("MoveTo", "resolution", "resolution"),
    ],
)
def test_a_change_the_ledger_made_at_that_moment_is_ours(action: str, field: str, name: str) -> None:
    own = window(action)
    assert is_ours(own, entry(field, name=name))
    assert is_ours(own, entry(field, name=name, at=AT + SLACK))
    assert not is_ours(own, entry(field, name=name, at=AT + SLACK + timedelta(seconds=1)))
    assert not is_ours(own, entry(field, name=name, at=AT - SLACK - timedelta(seconds=1)))
    assert not is_ours(own, entry("priority"))
    assert not is_ours(own, entry(field, name=name, by=OTHER))


def test_what_was_intended_and_is_not_settled_yet_is_ours_from_then_on() -> None:
    assert is_ours(window("Assign", until=None), entry("assignee", at=AT + timedelta(hours=1)))


def test_metadata_and_traces_tell_even_of_the_account_before() -> None:
    own = OwnActions(account_id=SHARED, histories=frozenset({"10120"}))
    assert is_ours(own, entry("assignee", by=OTHER))
    nobody = OwnActions(account_id=None)
    assert is_ours(nobody, entry("status", by=OTHER, historyMetadata={"type": "relance:follow-up"}))
    assert not is_ours(nobody, entry("status", by=OTHER, historyMetadata={"type": "another:app"}))
    assert not is_ours(nobody, entry("status", by=OTHER))


def test_a_persons_words_with_the_same_login_stay_theirs() -> None:
    mark = {"key": "relance.mark", "value": {"key": "k", "rule": "r"}}
    own = OwnActions(account_id=SHARED, comments=frozenset({"7"}))

    def comment(number: str, *properties: dict[str, Any]) -> dict[str, Any]:
        return {"id": number, "author": {"accountId": SHARED}, "properties": list(properties)}

    assert own.wrote(comment("7"))
    assert own.wrote(comment("8", mark))
    assert not own.wrote(comment("9"))
    assert not own.wrote(comment("9", {"key": "sd.public.comment", "value": {"internal": True}}))
    assert own.unsure([comment("9")]), "only its properties could tell"
    assert not own.unsure([comment("7")])
    assert not own.unsure([{"id": "9", "author": {"accountId": OTHER}}])
    assert not OwnActions(account_id=None).unsure([comment("9")])


def test_what_has_no_author_is_nobodys() -> None:
    gone = entry("assignee") | {"author": None}
    raw = RawIssue(issue={"id": "1"}, histories=(gone,), comments=(), worklogs=(), imputations={})
    assert attributed(raw, window("Assign")).histories == (gone,)
    traced = OwnActions(account_id=SHARED, histories=frozenset({"10120"}))
    assert attributed(raw, traced).histories[0]["author"]["accountType"] == OWN_TYPE


def asked(*, by: str, key: str = "portal/1/accept") -> dict[str, Any]:
    metadata = {"type": "relance:portal", "actor": {"id": "marie"}, "extraData": {"key": key}}
    return entry("status", by=by, historyMetadata=metadata)


def test_what_a_customer_asked_us_for_is_theirs_and_nobody_else_can_say_so() -> None:
    own = OwnActions(account_id=None, acts_as="app", said_for={"7": "marie"}, moved_for={"portal/1/accept": "marie"})

    def author(one: dict[str, Any], of: OwnActions = own) -> dict[str, Any]:
        raw = RawIssue(issue={"id": "1"}, histories=(one,), comments=(), worklogs=(), imputations={})
        found: dict[str, Any] = attributed(raw, of).histories[0]["author"]
        return found

    assert author(asked(by="app")) == {"accountId": "marie"}
    assert author(asked(by="app", key="portal/1/refuse"))["accountType"] == OWN_TYPE, "the ledger knows nothing of it"
    assert author(asked(by=OTHER))["accountId"] == OTHER, "an agent cannot put words into a customer's mouth"
    assert author(asked(by="app"), OwnActions(account_id=None))["accountType"] == OWN_TYPE
    comments = ({"id": "7", "author": {"accountId": "app"}}, {"id": "7", "author": {"accountId": OTHER}})
    raw = RawIssue(issue={"id": "1"}, histories=(), comments=comments, worklogs=(), imputations={})
    assert [c["author"]["accountId"] for c in attributed(raw, own).comments] == ["marie", OTHER]
