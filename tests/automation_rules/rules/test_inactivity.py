"""Days 3, 6 and 12: what restarts the clock, what does not, and what happens after an outage or a late start."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from automation_rules.actions import AddComment, MoveTo
from automation_rules.decide import review
from automation_rules.decision import Outcome
from automation_rules.facts import Audience
from automation_rules.policy import Policy
from tests.automation_rules.desk import (
    MARIE,
    OTHER_APP,
    RELANCE,
    SEBASTIEN,
    START,
    Story,
    day,
    of,
    policy,
    wanted,
    with_rules,
)

RULE = "waiting-customer-follow-up"
ON_TIME = [(3.0, "3d"), (6.0, "6d"), (12.0, "12d/comment"), (12.0, "12d/move")]


@pytest.fixture
def desk() -> Policy:
    return policy()


@pytest.mark.promise("C24", "C26")
def test_reminders_on_days_3_and_6_and_closure_on_day_12(desk: Policy) -> None:
    story = Story().waiting().live(desk, day(20))
    assert story.steps() == ON_TIME
    assert story.issue.status == "closed"


@pytest.mark.promise("C24", "C25")
def test_a_reminder_is_a_public_comment_with_how_to_answer_and_its_rule(desk: Policy) -> None:
    [reminder] = wanted(review(Story().waiting().issue, desk, day(3)), RULE)
    assert isinstance(reminder, AddComment)
    assert reminder.audience is Audience.PUBLIC
    assert reminder.message == "reminder-first"
    assert "SUP-88" in reminder.text
    assert "3 jours" in reminder.text
    assert "Pour répondre" in reminder.text
    assert reminder.text.endswith("~— Relance, règle waiting-customer-follow-up~")
    assert reminder.key == "inactivity/waiting-customer-follow-up/10088/20261102T090000.000Z/3d"


@pytest.mark.promise("C26", "C27")
def test_a_closure_comments_how_to_reopen_then_moves_with_the_resolution(desk: Policy) -> None:
    story = Story().waiting().live(desk, day(11))
    [comment, move] = wanted(review(story.issue, desk, day(12)), RULE)
    assert isinstance(comment, AddComment)
    assert comment.audience is Audience.PUBLIC
    assert "rouvrir cette demande à tout moment" in comment.text
    assert isinstance(move, MoveTo)
    assert (move.from_status, move.to_status) == ("waiting-customer", "closed")
    assert (move.transition, move.resolution) == ("auto-close", "no-response")
    assert comment.key.endswith("/12d/comment")
    assert move.key.endswith("/12d/move")


@pytest.mark.promise("C24")
def test_one_second_early_is_too_early_and_the_next_instant_is_named(desk: Policy) -> None:
    story = Story().waiting()
    early = review(story.issue, desk, day(3) - timedelta(seconds=1))
    assert early.actions == ()
    assert early.next_at == day(3)
    [decision] = of(early, RULE)
    assert decision.outcome is Outcome.WAIT
    assert decision.until == day(3)


@pytest.mark.promise("C24")
def test_the_last_reminder_says_when_the_request_will_be_closed(desk: Policy) -> None:
    story = Story().waiting().live(desk, day(5))
    [reminder] = wanted(review(story.issue, desk, day(6)), RULE)
    assert isinstance(reminder, AddComment)
    assert "14 novembre 2026" in reminder.text


@pytest.mark.promise("C24")
@pytest.mark.parametrize("somebody", [SEBASTIEN, MARIE])
def test_a_comment_by_a_human_restarts_the_episode(desk: Policy, somebody: object) -> None:
    person = SEBASTIEN if somebody is SEBASTIEN else MARIE
    story = Story().waiting().live(desk, day(4))
    # An internal note is a modification too, and does not reopen the request.
    story.comment(person, day(4), audience=Audience.INTERNAL).live(desk, day(30), since=day(4))
    assert story.steps() == [(3.0, "3d"), *[(4 + at, step) for at, step in ON_TIME]]


@pytest.mark.promise("C24", "C26")
def test_our_own_comments_do_not_restart_it_though_they_change_jiras_updated(desk: Policy) -> None:
    """The naive reading, `updated <= -12d`, would close on day 18: twelve days after our own reminder of day 6."""
    story = Story().waiting().live(desk, day(11))
    updated = max(comment.at for comment in story.issue.comments)
    assert updated == day(6)
    assert updated + timedelta(days=12) == day(18)
    story.live(desk, day(20), since=day(11))
    assert story.steps()[-1] == (12.0, "12d/move")


@pytest.mark.promise("C24")
def test_other_apps_never_restart_it(desk: Policy) -> None:
    story = Story().waiting().comment(OTHER_APP, day(2)).edit("customfield_10030", day(2, 1), OTHER_APP)
    assert story.live(desk, day(20)).steps() == ON_TIME


@pytest.mark.promise("C24")
@pytest.mark.parametrize("field", ["Rank", "Link", "issuelinks", "timespent", "WorklogId"])
def test_ranks_links_and_clocks_never_restart_it_even_by_a_human(desk: Policy, field: str) -> None:
    assert Story().waiting().edit(field, day(2)).live(desk, day(20)).steps() == ON_TIME


@pytest.mark.promise("C24")
def test_worklogs_do_not_restart_it_but_a_changed_field_does(desk: Policy) -> None:
    assert Story().waiting().worklog(day(2)).live(desk, day(20)).steps() == ON_TIME
    edited = Story().waiting().edit("priority", day(2)).live(desk, day(20))
    assert edited.steps() == [(2 + at, step) for at, step in ON_TIME]


@pytest.mark.promise("C24")
def test_after_an_outage_only_the_latest_reminder_leaves_and_closure_waits_its_full_delay(desk: Policy) -> None:
    story = Story().waiting().live(desk, day(1))
    [decision] = of(review(story.issue, desk, day(9)), RULE)
    assert any("skipped 3d" in reason for reason in decision.reasons)
    story.live(desk, day(30), since=day(9))
    assert story.steps() == [(9.0, "6d"), (15.0, "12d/comment"), (15.0, "12d/move")]


@pytest.mark.promise("C26")
def test_an_outage_over_day_12_never_goes_from_silence_to_closure(desk: Policy) -> None:
    story = Story().waiting().live(desk, day(40), since=day(13))
    assert story.steps() == [(13.0, "6d"), (19.0, "12d/comment"), (19.0, "12d/move")]


@pytest.mark.promise("C24", "C26")
def test_switched_on_after_30_days_of_silence_it_acts_on_days_30_33_and_39() -> None:
    late = policy(enabled_at=day(30))
    story = Story().waiting().live(late, day(60), since=day(30))
    assert story.steps() == [(30.0, "3d"), (33.0, "6d"), (39.0, "12d/comment"), (39.0, "12d/move")]


@pytest.mark.promise("C24")
def test_switched_on_late_the_first_reminder_tells_the_real_silence() -> None:
    late = policy(enabled_at=day(30))
    [reminder] = wanted(review(Story().waiting().issue, late, day(30)), RULE)
    assert isinstance(reminder, AddComment)
    assert "30 jours" in reminder.text


@pytest.mark.promise("C24")
def test_switched_on_on_day_4_the_next_steps_keep_their_distance() -> None:
    story = Story().waiting().live(policy(enabled_at=day(4)), day(40), since=day(4))
    assert story.steps() == [(4.0, "3d"), (7.0, "6d"), (13.0, "12d/comment"), (13.0, "12d/move")]


@pytest.mark.promise("C26")
def test_switched_off_after_the_last_reminder_and_on_again_closure_waits_its_full_delay_anew(desk: Policy) -> None:
    story = Story().waiting().live(desk, day(7))
    story.live(policy(enabled_at=day(30)), day(50), since=day(30))
    assert story.steps()[2:] == [(36.0, "12d/comment"), (36.0, "12d/move")]


@pytest.mark.promise("C26")
def test_a_crash_between_comment_and_move_leaves_only_the_move(desk: Policy) -> None:
    story = Story().waiting().live(desk, day(11))
    story.carry_out(review(story.issue, desk, day(12)).actions[0], day(12))
    [move] = review(story.issue, desk, day(12, 1)).actions
    assert isinstance(move, MoveTo)


@pytest.mark.promise("C26", "C4")
def test_a_customer_who_answers_between_comment_and_move_is_not_closed(desk: Policy) -> None:
    story = Story().waiting().live(desk, day(11))
    story.carry_out(review(story.issue, desk, day(12)).actions[0], day(12)).comment(MARIE, day(12, 0.5))
    story.run(desk, day(12, 1))
    assert story.issue.status == "in-progress"
    assert all(not key.endswith("12d/move") for _, key in story.carried)


@pytest.mark.promise("C4", "C24")
def test_a_customers_answer_goes_back_in_progress_and_a_new_wait_is_a_new_episode(desk: Policy) -> None:
    story = Story().waiting().live(desk, day(4)).comment(MARIE, day(4, 0.5))
    story.live(desk, day(5), since=day(4, 1))
    assert story.issue.status == "in-progress"
    story.comment(SEBASTIEN, day(5, 2)).move("waiting-customer", day(5, 2))
    story.live(desk, day(30), since=day(5, 2))
    again = 5 + 2 / 24
    assert [step for _, step in story.steps()] == ["3d", *(step for _, step in ON_TIME)]
    assert [at for at, _ in story.steps()] == pytest.approx([3.0, *(again + at for at, _ in ON_TIME)])


@pytest.mark.promise("C4", "C24", "C26")
def test_a_customer_who_had_the_last_word_is_neither_reminded_nor_closed_even_if_the_move_back_failed() -> None:
    story = Story().waiting().comment(MARIE, day(1))
    rule = {
        "id": "nag",
        "kind": "inactivity",
        "while": {"role": "waiting_customer"},
        "steps": [{"after": "3d", "comment": "reminder-first"}],
    }
    [decision] = review(story.issue, with_rules(rule), day(30)).decisions
    assert "the customer has the last word" in decision.reasons[0]
    assert review(story.issue, with_rules(rule | {"unless_answered": False}), day(30)).actions
    # The team asks again: the customer is awaited again.
    story.comment(SEBASTIEN, day(2))
    assert review(story.issue, with_rules(rule), day(4)).next_at == day(5)


def test_a_closed_request_and_an_unknown_status_concern_nobody(desk: Policy) -> None:
    story = Story().waiting().move("closed", day(1))
    assert of(review(story.issue, desk, day(30)), RULE)[0].outcome is Outcome.NOT_CONCERNED
    lost = Story().waiting().move(None, day(1), name="Chez le voisin")
    [decision] = of(review(lost.issue, desk, day(30)), RULE)
    assert decision.reasons == ("no status of the pack is “Chez le voisin”",)


def test_when_every_reminder_is_out_and_nothing_closes_nothing_follows() -> None:
    rule = {
        "id": "nag",
        "kind": "inactivity",
        "while": {"role": "waiting_customer"},
        "steps": [{"after": "48h", "comment": "reminder-first"}],
    }
    desk = with_rules(rule)
    story = Story().waiting().live(desk, day(9))
    assert story.steps() == [(2.0, "48h")]
    [decision] = review(story.issue, desk, day(10)).decisions
    assert "every step is done" in decision.reasons[-1]


@pytest.mark.promise("D25", "D26")
def test_a_clock_since_the_status_entry_is_not_restarted_by_anybody() -> None:
    rule = {
        "id": "answer-expected",
        "kind": "inactivity",
        "while": {"status": "waiting-customer"},
        "since": "status_entry",
        "steps": [
            {"after": "48h", "comment": "reminder-last"},
            {"after": "72h", "comment": "closed-no-answer", "move_to": "closed", "resolution": "no-response"},
        ],
    }
    story = Story().waiting().comment(SEBASTIEN, day(1)).live(with_rules(rule), day(9))
    assert story.steps() == [(2.0, "48h"), (3.0, "72h/comment"), (3.0, "72h/move")]


def test_reset_by_customer_only_ignores_the_teams_own_comments() -> None:
    rule = {
        "id": "customer-only",
        "kind": "inactivity",
        "while": {"role": "waiting_customer"},
        "reset_by": "customer_only",
        "steps": [{"after": "3d", "comment": "reminder-first"}],
    }
    story = Story().waiting().comment(SEBASTIEN, day(2)).live(with_rules(rule), day(9))
    assert story.steps() == [(3.0, "3d")]


@pytest.mark.promise("D25")
def test_a_send_window_moves_reminders_and_the_closure_keeps_its_full_delay() -> None:
    rule = {
        "id": "in-hours",
        "kind": "inactivity",
        "while": {"role": "waiting_customer"},
        "send_window": {"calendar": "support-fr"},
        "steps": [
            {"after": "5d", "comment": "reminder-last"},
            {"after": "6d", "move_to": "closed"},
        ],
    }
    desk = with_rules(rule)
    story = Story().waiting()
    # Day 5 is Saturday 7 November: the reminder leaves on Monday at 9:00 in Paris, day 6 would close on Sunday.
    assert review(story.issue, desk, day(5)).next_at == datetime(2026, 11, 9, 8, tzinfo=UTC)
    story.live(desk, day(12), every=1)
    assert [step for _, step in story.steps()] == ["5d", "6d/move"]
    assert [at for at, _ in story.steps()] == pytest.approx([7 - 1 / 24, 8 - 1 / 24])


@pytest.mark.promise("A15", "A28", "A46")
def test_x_days_after_the_answer_the_request_is_closed() -> None:
    desk = policy("tiered-support", parameters={"auto-close-after": "5d"})
    story = Story(issue_type="Support - Incident Applicatif", status="in-progress", status_name="En Cours")
    story.comment(SEBASTIEN, START).move("answered", START).live(desk, day(12))
    assert story.steps() == [(5.0, "5d/comment"), (5.0, "5d/move")]
    assert story.issue.status == "closed"


@pytest.mark.promise("A15")
def test_switched_on_late_a_closure_without_reminder_gives_its_full_delay() -> None:
    desk = policy("tiered-support", enabled_at=day(30), parameters={"auto-close-after": "10d"})
    story = Story(issue_type="Support - Incident Applicatif", status="in-progress", status_name="En Cours")
    story.comment(SEBASTIEN, START).move("answered", START).live(desk, day(60), since=day(30))
    assert story.steps() == [(40.0, "10d/comment"), (40.0, "10d/move")]


@pytest.mark.promise("C24")
def test_across_the_change_of_clock_a_day_keeps_its_hour_on_the_wall(desk: Policy) -> None:
    """25 October 2026 has 25 hours in Paris: three days after Friday 10:00 is Monday 10:00, 73 hours later."""
    friday = datetime(2026, 10, 23, 8, tzinfo=UTC)
    story = Story(created=friday - timedelta(days=2)).waiting(friday)
    assert review(story.issue, desk, friday + timedelta(hours=72)).next_at == friday + timedelta(hours=73)


def test_a_status_entered_by_our_own_move_starts_the_clock_too(desk: Policy) -> None:
    story = Story().move("in-progress", day(-0.5)).move("waiting-customer", START, RELANCE)
    assert story.live(desk, day(4)).steps() == [(3.0, "3d")]


def test_a_move_without_any_transition_is_asked_for_all_the_same() -> None:
    rule = {
        "id": "odd",
        "kind": "inactivity",
        "while": {"role": ["waiting_customer", "new"]},
        "steps": [{"after": "3d", "move_to": "waiting-third-party"}],
    }
    story = Story(created=START).move("submitted", START)
    desk = with_rules(rule | {"steps": [{"after": "3d", "move_to": "submitted"}]})
    [move] = review(story.issue, desk, day(3)).actions
    assert isinstance(move, MoveTo)
    assert (move.transition, move.resolution) == (None, None)
