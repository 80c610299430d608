"""What holds for every history and every moment Relance may run at."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from automation_rules.actions import AddComment, MoveTo
from automation_rules.decide import review
from automation_rules.facts import Audience
from tests.automation_rules.desk import MARIE, OTHER_APP, RELANCE, SEBASTIEN, START, Story, day, policy

DESK = policy()
RULE = "waiting-customer-follow-up"
HOUR = timedelta(hours=1)
hours = st.integers(0, 60 * 24)
happenings = st.lists(
    st.tuples(hours, st.sampled_from(["agent", "customer", "note", "app", "ours", "rank", "priority", "worklog"])),
    max_size=8,
)


def told(happened: list[tuple[int, str]]) -> Story:
    """A waiting request to which these things happened, so many hours after the start."""
    story = Story().waiting()
    for hour, what in happened:
        happen(story, what, START + hour * HOUR)
    return story


def happen(story: Story, what: str, at: datetime) -> None:
    match what:
        case "agent":
            story.comment(SEBASTIEN, at)
        case "customer":
            story.comment(MARIE, at)
        case "note":
            story.comment(SEBASTIEN, at, audience=Audience.INTERNAL)
        case "app":
            story.comment(OTHER_APP, at)
        case "ours":
            story.comment(RELANCE, at)
        case "worklog":
            story.worklog(at)
        case _:
            story.edit(what.capitalize(), at)


@settings(deadline=None)
@given(happenings, hours, st.randoms(use_true_random=False))
def test_the_order_and_repetition_of_what_was_read_change_nothing(
    happened: list[tuple[int, str]], now: int, chance: random.Random
) -> None:
    issue = told(happened).escalate(day(1)).escalate(day(3)).issue

    def shuffled(parts: tuple[object, ...]) -> tuple[object, ...]:
        again = [*parts, *chance.sample(parts, len(parts) // 2)]
        chance.shuffle(again)
        return tuple(again)

    names = ("moves", "edits", "comments", "worklogs", "escalations")
    mixed = replace(issue, **{name: shuffled(getattr(issue, name)) for name in names})  # type: ignore[arg-type]
    at = START + now * HOUR
    assert review(mixed, DESK, at) == review(issue, DESK, at)


@settings(deadline=None, max_examples=60)
@given(st.lists(hours, min_size=1, max_size=25), hours)
def test_run_at_any_moments_each_key_is_done_once_reminders_first_and_never_too_early(
    moments: list[int], enabled: int
) -> None:
    desk = policy(enabled_at=START + enabled * HOUR)
    story = Story().waiting()
    done: list[tuple[datetime, str]] = []
    for hour in sorted(m for m in moments if m >= enabled):
        at = START + hour * HOUR
        while actions := review(story.issue, desk, at).actions:
            assert sum(isinstance(action, MoveTo) for action in actions) <= 1
            story.carry_out(actions[0], at)  # refuses a key that was done before
            done.append((at, actions[0].key))
    closed = [at for at, key in done if key.endswith("/12d/move")]
    reminders = [at for at, key in done if key.endswith(("/3d", "/6d"))]
    for at in closed:
        assert reminders, "closed out of silence"
        assert at >= START + timedelta(days=12)
        assert at >= reminders[-1] + timedelta(days=6)
    assert all(reminder < at for reminder in reminders for at in closed)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(st.integers(1, 96), st.sampled_from(["run", "agent", "note", "app", "rank"])), max_size=25))
def test_whoever_acts_in_between_a_closure_comes_12_days_after_the_last_human(steps: list[tuple[int, str]]) -> None:
    story, at = Story().waiting(), START
    last_human, last_reminder = START, None
    for gap, what in steps:
        at += gap * HOUR
        if what != "run":
            happen(story, what, at)
            last_human, last_reminder = (at, None) if what in {"agent", "note"} else (last_human, last_reminder)
            continue
        while actions := review(story.issue, DESK, at).actions:
            action = actions[0]
            if action.rule == RULE and isinstance(action, AddComment) and action.message.startswith("reminder"):
                last_reminder = at
            if isinstance(action, MoveTo) and action.rule == RULE:
                assert at >= last_human + timedelta(days=12)
                assert last_reminder is not None
                assert at >= last_reminder + timedelta(days=6)
            story.carry_out(action, at)


@settings(deadline=None)
@given(happenings, hours)
def test_what_is_wanted_is_never_done_already_and_the_next_moment_lies_ahead(
    happened: list[tuple[int, str]], now: int
) -> None:
    story = told(sorted(happened))
    at = START + now * HOUR
    story.run(DESK, at)
    reviewed = review(story.issue, DESK, at)
    assert reviewed.actions == ()
    assert reviewed.next_at is None or reviewed.next_at > at
    assert {decision.rule for decision in reviewed.decisions} == {rule.id for rule in DESK.document.rules}


@settings(deadline=None, max_examples=50)
@given(happenings, hours)
def test_between_now_and_the_next_moment_nothing_changes(happened: list[tuple[int, str]], now: int) -> None:
    """The agenda may sleep until `next_at`: whatever it would find before is what it found already."""
    story = told(sorted(pair for pair in happened if pair[0] <= now))
    at = START + now * HOUR
    story.run(DESK, at)
    next_at = review(story.issue, DESK, at).next_at
    if next_at is not None:
        assert review(story.issue, DESK, next_at - timedelta(microseconds=1)).actions == ()
