"""The history as one story: in order, nothing twice, and who did something that means something."""

from __future__ import annotations

from dataclasses import replace

import pytest

from automation_rules.chronology import entered, first_after, human_activity, means_something, orderly, status_at
from tests.automation_rules.desk import MARIE, OTHER_APP, RELANCE, SEBASTIEN, START, Story, day


def test_what_was_read_out_of_order_and_twice_is_put_right() -> None:
    story = Story().waiting().comment(MARIE, day(1)).edit("priority", day(2)).edit("labels", day(2)).issue
    mixed = replace(story, moves=(*story.moves[::-1], story.moves[0]), edits=story.edits[::-1] * 2)
    assert orderly(mixed) == story
    assert orderly(mixed).status_since == START


def test_ids_of_one_instant_are_numbers() -> None:
    story = Story()
    story.count = 98
    story.comment(MARIE, START).comment(MARIE, START).comment(MARIE, START)
    mixed = replace(story.issue, comments=story.issue.comments[::-1])
    assert [comment.id for comment in orderly(mixed).comments] == ["99", "100", "101"]


def test_the_status_at_a_moment_is_that_of_the_moves() -> None:
    issue = Story().waiting().issue
    assert [status_at(issue, at) for at in (day(-0.9), day(-0.02), START, day(1))] == [
        "submitted",
        "in-progress",
        "waiting-customer",
        "waiting-customer",
    ]


def test_the_history_after_an_instant_begins_with_what_comes_next() -> None:
    issue = Story().waiting().comment(MARIE, day(2)).edit("priority", day(1)).issue
    assert [first_after(issue, at) for at in (day(-99), day(0.5), day(1), day(2))] == [
        issue.created,
        day(1),
        day(2),
        None,
    ]


def test_a_stay_begins_when_the_statuses_that_belong_together_are_entered() -> None:
    issue = Story().waiting().move("waiting-third-party", day(1)).issue
    assert entered(issue, lambda status: status == "waiting-third-party") == day(1)
    assert entered(issue, lambda status: status in {"waiting-customer", "waiting-third-party"}) == START
    assert entered(issue, lambda _: True) == issue.created


@pytest.mark.promise("C24")
def test_only_humans_are_active_and_only_by_what_means_something() -> None:
    story = Story().comment(MARIE, day(1)).comment(RELANCE, day(2)).comment(OTHER_APP, day(3))
    story.edit("labels", day(4)).edit("Rank", day(5)).move("in-progress", day(6)).worklog(day(7))
    assert human_activity(story.issue) == [day(1), day(4), day(6)]
    assert human_activity(story.issue, customer_only=True) == [day(1)]
    assert human_activity(story.issue, ignored=frozenset({"labels"})) == [day(1), day(6)]


def test_a_rank_is_known_by_its_words_and_an_edit_that_changes_nothing_is_none() -> None:
    ranked = Story().edit("customfield_10019", START, SEBASTIEN, old="", new="").issue.edits[0]
    assert not means_something(replace(ranked, new_text="Ranked higher"))
    assert not means_something(ranked)
    assert means_something(replace(ranked, new_text="autre"))
