"""What Jira tells of our own acts is read back whole, and nothing anybody else wrote there can break the reading."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connect_app.jira.own_marks import LONGEST_LIST, Mark, listing, marks_on
from connect_app.jira.reading import RawIssue
from tests.connect_app.jira.issues import RELANCE, comment, history, issue, status_item

AT = "2026-11-20T09:00:00.000+0100"
INSTANT = datetime(2026, 11, 20, 8, tzinfo=UTC)


def raw(**parts: Any) -> RawIssue:
    """The issue 10088 with these parts."""
    found = issue(**{name: parts.pop(name) for name in ("properties", "subtasks") if name in parts})
    return RawIssue(
        issue=found,
        histories=tuple(parts.get("histories", ())),
        comments=tuple(parts.get("comments", ())),
        worklogs=(),
        imputations=parts.get("imputations", {}),
    )


def marked(key: object, **more: Any) -> dict[str, Any]:
    """A comment of ours with its mark."""
    mark = [{"key": "relance.mark", "value": {"key": key, "rule": "follow-up"}}]
    return comment(1, AT, "…", author=RELANCE, properties=mark, **more)


def moved(metadata: object) -> dict[str, Any]:
    return {**history(7, AT, status_item(("1", "a"), ("2", "b"))), "historyMetadata": metadata}


@pytest.mark.promise("C24", "A6", "A11")
def test_each_kind_of_act_is_known_by_its_own_mark() -> None:
    found = marks_on(
        raw(
            comments=[marked("inactivity/r/10088/e/3d")],
            histories=[moved({"type": "relance:close", "extraData": {"key": "inactivity/r/10088/e/12d/move"}})],
            subtasks=[{"id": "10099", "key": "SUP-99", "fields": {"summary": "#88"}}],
            imputations={"10099": {"key": "imputation/10088/2026-11", "month": "2026-11", "parent": "10088"}},
            properties={
                "relance.level": {"level": "n2", "history": [{"id": "level/r/10088/x", "at": AT, "to": "n2"}]},
                "relance.move": {"key": "transition/r/10088/5", "rule": "r"},
                "relance.state": {
                    "done": [{"key": "notify/r/10088/4", "rule": "r", "action": "Notify", "since": AT, "at": AT}]
                },
            },
        )
    )
    assert {mark.action: mark.key for mark in found if mark.key != "transition/r/10088/5"} == {
        "AddComment": "inactivity/r/10088/e/3d",
        "MoveTo": "inactivity/r/10088/e/12d/move",
        "CreateSubtask": "imputation/10088/2026-11",
        "SetLevel": "level/r/10088/x",
        "Notify": "notify/r/10088/4",
    }
    by_key = {mark.key: mark for mark in found}
    assert by_key["inactivity/r/10088/e/3d"].result == {"comment": "1", "at": AT}
    assert by_key["inactivity/r/10088/e/3d"].at == INSTANT
    assert by_key["imputation/10088/2026-11"].result["subtask"] == "SUP-99"
    assert by_key["imputation/10088/2026-11"].at is None
    assert by_key["transition/r/10088/5"].action == "MoveTo"


def test_what_a_copy_of_another_request_brought_along_is_not_its_own() -> None:
    assert marks_on(raw(comments=[marked("inactivity/r/10077/e/3d")], properties={})) == ()
    assert marks_on(raw(comments=[marked("10088")])) == ()
    assert marks_on(raw(comments=[marked("inactivity/r/10088/" + "x" * 400)])) == ()


def test_what_was_done_for_a_customer_is_still_theirs() -> None:
    key = "by-hand/r/10088/1"
    words = {**marked(key), "properties": [{"key": "relance.mark", "value": {"key": key, "rule": "r", "by": "marie"}}]}
    metadata = {"type": "relance:r", "extraData": {"key": f"{key}/move"}, "actor": {"id": "marie"}}
    found = {
        mark.action: mark.result.get("by") for mark in marks_on(raw(comments=[words], histories=[moved(metadata)]))
    }
    assert found == {"AddComment": "marie", "MoveTo": "marie"}


def test_a_move_that_another_app_described_is_not_ours() -> None:
    for metadata in (None, {"type": "other:close", "extraData": {"key": "a/b/10088/c"}}, {"type": "relance:x"}):
        assert marks_on(raw(histories=[moved(metadata)])) == ()


def test_the_list_keeps_the_newest_within_what_a_property_holds() -> None:
    def told(number: int) -> Mark:
        at = INSTANT + timedelta(minutes=number)
        return Mark(key=f"notify/rule/10088/{number:06d}", rule="rule", action="Notify", since=at, at=at)

    written = listing(told(number) for number in range(1000))
    assert written[-1]["key"] == "notify/rule/10088/000999"
    assert LONGEST_LIST - 300 < len(json.dumps(written)) <= LONGEST_LIST
    assert listing([Mark(key="a/10088/b", rule="r", action="AddComment", since=None, at=INSTANT)]) == []


_keys = st.integers(0, 99).map(lambda number: f"notify/r/10088/{number}")
_instants = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - Hypothesis adds the zone


@given(st.dictionaries(_keys, st.tuples(_instants, st.sampled_from(["Notify", "Assign", "AddLabel"])), max_size=20))
def test_what_is_written_down_is_read_back(done: dict[str, tuple[datetime, str]]) -> None:
    marks = [Mark(key=k, rule="r", action=action, since=at, at=at) for k, (at, action) in done.items()]
    read = marks_on(raw(properties={"relance.state": {"done": listing(marks)}}))
    assert sorted(read, key=lambda m: m.key) == sorted(marks, key=lambda m: m.key)


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.sampled_from(["a/10088/b", AT, "Notify"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["key", "rule", "action", "at", "since", "done", "history", "id", "extraData", "type"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(_json, _json, _json, _json)
def test_nothing_that_somebody_writes_into_a_property_breaks_the_reading(
    state: Any, level: Any, move: Any, mark: Any
) -> None:
    properties = {"relance.state": state, "relance.level": level, "relance.move": move}
    found = marks_on(
        raw(properties=properties, comments=[{**marked(""), "properties": [{"key": "relance.mark", "value": mark}]}])
    )
    assert all("10088" in one.key for one in found)
    assert json.dumps(listing(found)) is not None
