"""An agent's word on a silent request: closed later, or left alone as long as it waits; never closed earlier."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from automation_rules.actions import AddComment
from automation_rules.decide import review
from automation_rules.decision import Outcome
from automation_rules.durations import parse
from automation_rules.facts import Audience, Word
from automation_rules.forecast import forecast
from automation_rules.policy import Policy
from automation_rules.reprieves import SetReprieve
from tests.automation_rules.desk import MARIE, SEBASTIEN, START, Story, day, of, policy, wanted, with_rules

RULE = "waiting-customer-follow-up"
TODAY = date(2026, 11, 2)
HOUR = timedelta(hours=1)


@pytest.fixture
def desk() -> Policy:
    return policy()


def on(count: int) -> date:
    return TODAY + timedelta(days=count)


@pytest.mark.promise("C24", "C26")
def test_postponed_the_closure_comes_on_that_day_at_its_hour_and_the_reminders_as_long_before(desk: Policy) -> None:
    story = Story().waiting().word(Word.POSTPONED, day(1), on(30)).live(desk, day(40))
    assert story.steps() == [(21.0, "3d"), (24.0, "6d"), (30.0, "12d/comment"), (30.0, "12d/move")]


@pytest.mark.promise("C24", "C26")
def test_postponed_after_the_reminders_only_the_closure_moves_and_the_customer_hears_of_the_new_day(
    desk: Policy,
) -> None:
    story = Story().waiting().live(desk, day(8)).word(Word.POSTPONED, day(8), on(30)).live(desk, day(40), since=day(8))
    assert story.steps() == [(3.0, "3d"), (6.0, "6d"), (30.0, "12d/comment"), (30.0, "12d/move")]
    between = Story().waiting().live(desk, day(4)).word(Word.POSTPONED, day(4), on(30))
    [reminder] = wanted(review(between.issue, desk, day(24)), RULE)
    assert isinstance(reminder, AddComment)
    assert "2 décembre 2026" in reminder.text


@pytest.mark.promise("C24")
def test_postponed_it_says_to_when_by_whom_and_why(desk: Policy) -> None:
    story = Story().waiting().word(Word.POSTPONED, day(1), on(30), "congés du client")
    [decision] = of(review(story.issue, desk, day(2)), RULE)
    assert decision.until == day(21)
    assert decision.reasons[1] == "postponed to 2026-12-02 by sebastien on 2026-11-03 10:00: congés du client"
    assert [step.at for step in forecast(story.issue, desk, day(2))] == [day(21), day(24), day(30), day(30)]


@pytest.mark.promise("C24", "C26")
def test_exempted_it_is_neither_reminded_nor_closed_and_says_who_said_so(desk: Policy) -> None:
    story = Story().waiting().word(Word.EXEMPTED, day(1)).live(desk, day(90))
    assert story.steps() == []
    [decision] = of(review(story.issue, desk, day(30)), RULE)
    assert decision.outcome is Outcome.NOT_CONCERNED
    assert decision.until is None
    assert decision.reasons[1] == "exempted from reminders and closure by sebastien on 2026-11-03 10:00"
    assert forecast(story.issue, desk, day(2)) == ()


@pytest.mark.promise("C26")
def test_taken_back_the_time_it_held_counts_as_no_silence(desk: Policy) -> None:
    story = Story().waiting().live(desk, day(8)).word(Word.EXEMPTED, day(8)).word(Word.RESUMED, day(50))
    story.live(desk, day(70), since=day(50))
    assert story.steps()[2:] == [(54.0, "12d/comment"), (54.0, "12d/move")], "four of the six days were left"
    early = Story().waiting().word(Word.EXEMPTED, day(1)).word(Word.RESUMED, day(50)).live(desk, day(80), since=day(50))
    assert early.steps() == [(52.0, "3d"), (55.0, "6d"), (61.0, "12d/comment"), (61.0, "12d/move")]


@pytest.mark.promise("C26")
def test_taken_back_at_once_it_changes_nothing(desk: Policy) -> None:
    story = Story().waiting().word(Word.POSTPONED, day(1), on(60)).word(Word.RESUMED, day(1)).live(desk, day(20))
    assert story.steps() == [(3.0, "3d"), (6.0, "6d"), (12.0, "12d/comment"), (12.0, "12d/move")]


@pytest.mark.promise("C26")
def test_the_last_word_holds(desk: Policy) -> None:
    story = Story().waiting().word(Word.POSTPONED, day(1), on(60)).word(Word.POSTPONED, day(2), on(20))
    assert [at for at, _ in story.live(desk, day(30)).steps()] == [11.0, 14.0, 20.0, 20.0]
    anew = Story().waiting().word(Word.EXEMPTED, day(1)).word(Word.POSTPONED, day(50), on(51))
    anew.live(desk, day(80), since=day(50))
    assert anew.steps() == [(50.0, "6d"), (56.0, "12d/comment"), (56.0, "12d/move")], "never from silence to closure"


@pytest.mark.promise("C4", "C24")
@pytest.mark.parametrize("word", [Word.EXEMPTED, Word.POSTPONED])
def test_it_ends_with_the_stay_in_the_waiting_status(desk: Policy, word: Word) -> None:
    until = on(60) if word is Word.POSTPONED else None
    story = Story().waiting().word(word, day(1), until).comment(MARIE, day(2))
    story.live(desk, day(3), since=day(2))
    assert story.issue.status == "in-progress"
    story.comment(SEBASTIEN, day(4)).move("waiting-customer", day(4)).live(desk, day(30), since=day(4))
    assert [at for at, _ in story.steps()] == [7.0, 10.0, 16.0, 16.0]


@pytest.mark.promise("C24")
def test_a_note_of_the_team_does_not_end_it(desk: Policy) -> None:
    story = Story().waiting().word(Word.POSTPONED, day(1), on(30))
    story.comment(SEBASTIEN, day(2), "En congés jusqu'au 2 décembre", audience=Audience.INTERNAL)
    assert story.live(desk, day(40)).steps()[-1] == (30.0, "12d/move")


@pytest.mark.parametrize("unit", ["h", "bh", "bd", "m"])
def test_in_each_unit_the_reminder_keeps_its_distance(unit: str) -> None:
    rule = {
        "id": "nag",
        "kind": "inactivity",
        "while": {"role": "waiting_customer"},
        "steps": [
            {"after": f"8{unit}", "comment": "reminder-last"},
            {"after": f"16{unit}", "comment": "closed-no-answer", "move_to": "closed", "resolution": "no-response"},
        ],
    }
    desk = with_rules(rule)
    foreseen = forecast(Story().waiting().word(Word.POSTPONED, day(0), on(35)).issue, desk, START)
    reminder, notice, move = (step.at for step in foreseen)
    assert notice == move == day(35)
    assert reminder == parse(f"8{unit}").before(day(35), desk.calendar())
    assert parse(f"8{unit}").after(reminder, desk.calendar()) == day(35)


def test_what_is_written_is_said_in_a_line() -> None:
    told = {"key": "k", "rule": "by-hand", "at": START, "by": "sebastien"}
    said = [SetReprieve(word=word, until=on(3) if word is Word.POSTPONED else None, **told) for word in Word]  # type: ignore[arg-type]
    assert [action.summary for action in said] == [
        "postpone the closure to 2026-11-05",
        "leave the request alone as long as it waits",
        "remind and close the request as documented again",
    ]


hours = st.integers(0, 24 * 60)
words = st.lists(st.tuples(hours, st.sampled_from(list(Word)), st.integers(0, 60)), max_size=5)


def closed_at(moments: list[int], said: list[tuple[int, Word, int]], enabled: int, noted: list[int]) -> datetime | None:
    """When Relance, run at these hours, closes a request about which these words were said; None for not yet."""
    desk = policy(enabled_at=START + enabled * HOUR)
    happened = [(hour, "note", None) for hour in noted] + [(hour, "word", (word, n)) for hour, word, n in said]
    story = Story().waiting()
    left = sorted(happened, key=lambda one: one[0])
    for hour in sorted(moments):
        while left and left[0][0] <= hour:
            at, what, told = left.pop(0)
            if what == "note":
                story.comment(SEBASTIEN, START + at * HOUR, audience=Audience.INTERNAL)
            elif told is not None:
                word, count = told
                story.word(word, START + at * HOUR, on(count) if word is Word.POSTPONED else None)
        if hour >= enabled:
            story.run(desk, START + hour * HOUR)
        if story.issue.status == "closed":
            return START + hour * HOUR
    return None


@pytest.mark.promise("C26")
@settings(deadline=None)
@given(st.lists(hours, min_size=1, max_size=20), words, hours, st.lists(hours, max_size=2))
def test_no_word_ever_closes_a_request_earlier(
    moments: list[int], said: list[tuple[int, Word, int]], enabled: int, noted: list[int]
) -> None:
    moments = [*moments, *range(0, 24 * 120, 24)]
    without, with_words = closed_at(moments, [], enabled, noted), closed_at(moments, said, enabled, noted)
    assert without is not None
    assert with_words is None or with_words >= without
