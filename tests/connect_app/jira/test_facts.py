from __future__ import annotations

from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automation_rules.facts import Audience, Person, Side
from connect_app.jira.facts import ReadingContext, instant, issue_facts, value
from connect_app.jira.marks import ESCALATIONS
from connect_app.jira.reading import CHANNEL, RawIssue
from tests.connect_app.jira.issues import AGENT, CUSTOMER, OTHER_APP, RELANCE, comment, history, issue, status_item

SIDES = {"agent-1": Side.AGENT, "customer-1": Side.CUSTOMER, "app-1": Side.RELANCE, "app-2": Side.OTHER_APP}
STATUSES = {"10011": "in_progress", "10012": "waiting_customer"}
PROGRESS, WAITING, UNKNOWN = ("10011", "En cours"), ("10012", "En attente client"), ("999", "Ailleurs")


def context(**changes: Any) -> ReadingContext:
    known: dict[str, Any] = {
        "status_of": lambda jira_id, _name: STATUSES.get(jira_id or ""),
        "side_of": lambda account, _type: SIDES.get(account, Side.CUSTOMER),
        "fields": MappingProxyType({}),
        "organizations_field": None,
        "own_comments": frozenset(),
        "done": MappingProxyType({}),
    }
    return ReadingContext(**{**known, **changes})


def raw(
    told: dict[str, Any],
    *,
    histories: tuple[dict[str, Any], ...] = (),
    comments: tuple[dict[str, Any], ...] = (),
    worklogs: tuple[dict[str, Any], ...] = (),
    imputations: dict[str, dict[str, Any]] | None = None,
) -> RawIssue:
    return RawIssue(
        issue=told, histories=histories, comments=comments, worklogs=worklogs, imputations=imputations or {}
    )


def test_a_request_reads_in_the_packs_words() -> None:
    told = issue(
        labels=["imputation"], assignee=AGENT, resolution={"name": "Terminé"}, properties={CHANNEL: {"value": "email"}}
    )
    facts = issue_facts(raw(told), context())
    assert (facts.id, facts.key, facts.project_key, facts.issue_type) == ("10088", "SUP-88", "SUP", "Demande")
    assert (facts.status, facts.status_name) == ("waiting_customer", "En attente client")
    assert facts.created == datetime(2026, 11, 2, 8, 0, tzinfo=UTC)
    assert facts.reporter == Person("customer-1", Side.CUSTOMER)
    assert facts.assignee == Person("agent-1", Side.AGENT)
    assert (facts.priority, facts.resolution, facts.created_channel) == ("Medium", "Terminé", "email")
    assert facts.labels == frozenset({"imputation"})
    assert facts.parent_key is None


def test_histories_in_any_order_read_oldest_first() -> None:
    entries = (
        history(30, "2026-11-05T10:00:00.000+0100", status_item(WAITING, PROGRESS)),
        history(10, "2026-11-03T10:00:00.000+0100", status_item(PROGRESS, WAITING)),
        # the same instant, written in another zone: the number decides
        history(
            21, "2026-11-04T09:00:00.000+0000", {"field": "priority", "fieldId": "priority", "from": "3", "to": "1"}
        ),
        history(
            20, "2026-11-04T10:00:00.000+0100", {"field": "assignee", "fieldId": "assignee", "from": None, "to": "a"}
        ),
    )
    facts = issue_facts(raw(issue(), histories=entries), context())
    assert [move.id for move in facts.moves] == ["10", "30"]
    assert [(edit.field, edit.old, edit.new) for edit in facts.edits] == [
        ("assignee", None, "a"),
        ("priority", "3", "1"),
    ]
    assert facts.status_since == datetime(2026, 11, 5, 9, 0, tzinfo=UTC)


def test_a_renamed_status_is_known_by_its_id_and_an_unknown_one_by_jiras_name() -> None:
    entries = (
        history(1, "2026-11-03T10:00:00.000+0100", status_item(UNKNOWN, ("10011", "Ancien nom"))),
        history(2, "2026-11-04T10:00:00.000+0100", status_item(("10011", "Nouveau nom"), UNKNOWN)),
    )
    first, second = issue_facts(raw(issue(), histories=entries), context()).moves
    assert (first.old, first.new, first.old_name) == (None, "in_progress", "Ailleurs")
    assert (second.old, second.new, second.new_name) == ("in_progress", None, "Ailleurs")


def test_an_old_entry_without_a_field_id_still_counts() -> None:
    item = status_item(PROGRESS, WAITING)
    del item["fieldId"]
    facts = issue_facts(raw(issue(), histories=(history(1, "2026-11-03T10:00:00.000+0100", item),)), context())
    assert [move.new for move in facts.moves] == ["waiting_customer"]


def test_a_field_that_is_only_named_status_is_not_the_status() -> None:
    item = {"field": "status", "fieldId": "customfield_10099", "from": None, "to": None, "toString": "x"}
    facts = issue_facts(raw(issue(), histories=(history(1, "2026-11-03T10:00:00.000+0100", item),)), context())
    assert facts.moves == ()
    assert [(edit.field, edit.new_text) for edit in facts.edits] == [("customfield_10099", "x")]
    assert facts.edits[0].known_as is None


@pytest.mark.parametrize("author", [None, {}, {"displayName": "Former user"}])
def test_what_a_deleted_account_did_restarts_no_clock(author: dict[str, Any] | None) -> None:
    entry = history(1, "2026-11-03T10:00:00.000+0100", status_item(PROGRESS, WAITING), author=author)
    said = comment(5, "2026-11-03T10:00:00.000+0100", "x", author=author)
    facts = issue_facts(raw(issue(), histories=(entry,), comments=(said,)), context())
    assert not facts.moves[0].by.is_human
    assert not facts.comments[0].by.is_human


def test_who_wrote_a_comment_and_who_may_read_it() -> None:
    comments = (
        comment(9, "2026-11-05T10:00:00.000+0100", "note", public=False, author=AGENT),
        comment(7, "2026-11-03T10:00:00.000+0100", "ailleurs", public=None),
        comment(8, "2026-11-04T10:00:00.000+0100", "relance", author=RELANCE),
        comment(10, "2026-11-05T10:00:00.000+0100", "robot", author=OTHER_APP),
        comment(6, "2026-11-05T10:00:00.000+0100", "compte partagé", author=AGENT),
    )
    facts = issue_facts(raw(issue(), comments=comments), context(own_comments=frozenset({"6"})))
    assert [(c.id, c.text, c.by.side, c.audience) for c in facts.comments] == [
        ("7", "ailleurs", Side.CUSTOMER, Audience.PUBLIC),
        ("8", "relance", Side.RELANCE, Audience.PUBLIC),
        ("6", "compte partagé", Side.RELANCE, Audience.PUBLIC),
        ("9", "note", Side.AGENT, Audience.INTERNAL),
        ("10", "robot", Side.OTHER_APP, Audience.PUBLIC),
    ]


def test_the_least_jira_may_tell_is_enough() -> None:
    told = {
        "id": "1",
        "key": "SUP-1",
        "fields": {
            "project": {"key": "SUP"},
            "created": "2026-11-02T09:00:00.000+0000",
            "status": None,
            "priority": None,
        },
    }
    facts = issue_facts(raw(told), context(fields={"mode": "customfield_1"}, organizations_field="customfield_2"))
    assert (facts.status, facts.status_name, facts.priority, facts.reporter) == (None, "", None, None)
    assert (facts.organizations, facts.labels, facts.subtasks) == ((), frozenset(), ())
    assert dict(facts.fields) == {"mode": None}


VALUES: dict[str, tuple[Any, Any]] = {
    "option": ({"id": "1", "value": "Forfait"}, "Forfait"),
    "user": ({"accountId": "a-1", "displayName": "Alice"}, "a-1"),
    "version": ({"id": "4", "name": "1.2"}, "1.2"),
    "options": ([{"value": "a"}, {"value": "b"}], ("a", "b")),
    "number": (3.5, 3.5),
    "date": ("2026-11-22", "2026-11-22"),
    "unset": (None, None),
    "unknown object": ({"x": 1}, None),
    "rich text": (
        {"type": "doc", "content": [{"type": "paragraph", "content": [{"type": "text", "text": "mot"}]}]},
        "mot",
    ),
}


@pytest.mark.parametrize(("told", "read"), VALUES.values(), ids=VALUES)
def test_a_custom_field_reads_as_a_plain_value(told: Any, read: Any) -> None:
    assert value(told) == read


def test_organizations_are_read_by_name_and_numbers_alone_are_left_out() -> None:
    told = issue(customfield_2=[{"id": "1", "name": "ACME"}, {"id": "2"}, 3])
    assert issue_facts(raw(told), context(organizations_field="customfield_2")).organizations == ("ACME", "2")


def test_imputations_and_time_logged_on_them() -> None:
    subtasks = [{"id": "20", "key": "SUP-90", "fields": {"summary": "Imputation"}}, {"id": "21", "key": "SUP-91"}]
    worklogs = (
        {
            "id": "2",
            "started": "2026-11-05T09:00:00.000+0000",
            "author": AGENT,
            "timeSpentSeconds": 60,
            "issueKey": "SUP-90",
        },
        {"id": "1", "started": "2026-11-04T09:00:00.000+0000", "author": CUSTOMER},
    )
    facts = issue_facts(
        raw(issue(subtasks=subtasks), worklogs=worklogs, imputations={"20": {"month": "2026-11"}}), context()
    )
    assert [(s.key, s.summary, s.imputation_month) for s in facts.subtasks] == [
        ("SUP-90", "Imputation", "2026-11"),
        ("SUP-91", "", None),
    ]
    assert [(w.issue_key, w.seconds) for w in facts.worklogs] == [("SUP-88", 0), ("SUP-90", 60)]


def test_a_subtask_knows_its_parent_and_a_child_of_an_epic_has_none() -> None:
    parent = {"id": "5", "key": "SUP-5"}
    subtask = raw(issue(parent=parent, issuetype={"name": "Imputation", "subtask": True}))
    child = raw(issue(parent=parent))
    assert (subtask.parent_id, issue_facts(subtask, context()).parent_key) == ("5", "SUP-5")
    assert (child.parent_id, issue_facts(child, context()).parent_key) == (None, None)


GOOD = {"id": "e1", "at": "2026-11-20T10:00:00+00:00", "by": "customer-1", "reason": "urgent"}
BROKEN: dict[str, Any] = {
    "no list": {"list": None},
    "not an object": ["x"],
    "a list that is none": {"list": 3},
    "entries that are none": {"list": ["x", None, 4, []]},
    "an entry without its parts": {
        "list": [{"id": "e"}, {"at": GOOD["at"]}, {**GOOD, "at": 12}, {**GOOD, "at": "hier"}]
    },
    "an instant without an offset": {"list": [{**GOOD, "at": "2026-11-20T10:00:00"}]},
}


@pytest.mark.promise("C28")
def test_escalations_are_read_from_the_issue() -> None:
    told = issue(properties={ESCALATIONS: {"list": [GOOD]}})
    (escalation,) = issue_facts(raw(told), context()).escalations
    assert (escalation.id, escalation.reason, escalation.by.side) == ("e1", "urgent", Side.CUSTOMER)
    assert escalation.at == datetime(2026, 11, 20, 10, 0, tzinfo=UTC)


@pytest.mark.parametrize("written", BROKEN.values(), ids=BROKEN)
def test_what_anybody_may_write_on_an_issue_stops_nothing(written: Any) -> None:
    assert issue_facts(raw(issue(properties={ESCALATIONS: written})), context()).escalations == ()


@given(st.permutations(range(6)))
def test_the_order_of_what_jira_tells_changes_nothing(order: list[int]) -> None:
    entries = [history(n, f"2026-11-0{1 + n // 2}T10:00:00.000+0100", status_item(PROGRESS, WAITING)) for n in range(6)]
    comments = [comment(n, f"2026-11-0{1 + n // 2}T10:00:00.000+0100", str(n)) for n in range(6)]
    shuffled = raw(issue(), histories=tuple(entries[n] for n in order), comments=tuple(comments[n] for n in order))
    assert issue_facts(shuffled, CONTEXT) == issue_facts(
        raw(issue(), histories=tuple(entries), comments=tuple(comments)), CONTEXT
    )


CONTEXT = context()


@pytest.mark.parametrize(
    "text", ["2026-11-22T13:00:00.000+0100", "2026-11-22T12:00:00Z", "2026-11-22T04:00:00.000-0800"]
)
def test_an_instant_in_any_zone_is_one_instant(text: str) -> None:
    assert instant(text) == datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def test_an_instant_without_an_offset_is_refused() -> None:
    with pytest.raises(ValueError, match="offset"):
        instant("2026-11-22T13:00:00.000")


def test_a_field_of_the_pack_is_known_by_the_packs_word_too() -> None:
    item = {"field": "Transférer à", "fieldId": "customfield_1", "from": None, "to": None, "toString": "La RH"}
    entry = {"id": "1", "created": "2026-11-22T13:00:00.000+0100", "author": {"accountId": "x"}, "items": [item]}
    facts = issue_facts(raw(issue(), histories=(entry,)), context(fields={"third-person": "customfield_1"}))
    assert [(edit.field, edit.known_as) for edit in facts.edits] == [("customfield_1", "third-person")]
