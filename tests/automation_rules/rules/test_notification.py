"""Who is told of what, by which channel, once; and when nobody needs to be told."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from automation_rules.actions import AddComment, Notify
from automation_rules.decide import review
from automation_rules.decision import Decision, Outcome
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
    with_rules,
)

MINUTE = timedelta(minutes=1)


@pytest.fixture
def desk() -> Policy:
    return policy()


def last(story: Story, desk: Policy, rule: str, minutes: float = 10) -> Decision:
    return of(review(story.issue, desk, START + minutes * MINUTE), rule)[-1]


def posted(decision: Decision) -> AddComment:
    [action] = decision.actions
    assert isinstance(action, AddComment)
    assert action.audience is Audience.PUBLIC
    return action


@pytest.mark.promise("C17")
@pytest.mark.parametrize("channel", ["email", "jira", None])
def test_a_request_created_elsewhere_than_on_the_portal_is_acknowledged(desk: Policy, channel: str | None) -> None:
    story = Story(created=START, created_channel=channel)
    assert "SUP-88" in posted(last(story, desk, "told-created", 0)).text


@pytest.mark.promise("C17")
def test_a_request_created_on_the_portal_is_not(desk: Policy) -> None:
    story = Story(created=START, created_channel="Portal")
    assert last(story, desk, "told-created", 0).outcome is Outcome.NOT_CONCERNED


@pytest.mark.promise("C19", "C20", "C22")
@pytest.mark.parametrize(
    ("status", "rule", "words"),
    [
        ("in-progress", "told-taken-on", "prise en compte"),
        ("waiting-customer", "told-waiting-customer", "attend une réponse"),
        ("waiting-third-party", "told-waiting-third-party", "sollicité un tiers"),
        ("planned", "told-planned", "opération planifiée"),
        ("closed", "told-closed", "rouvrir cette demande"),
    ],
)
def test_each_documented_status_is_told_by_one_public_comment(desk: Policy, status: str, rule: str, words: str) -> None:
    story = Story().move(status, START)
    comment = posted(last(story, desk, rule))
    assert words in comment.text
    assert comment.key == f"notify/{rule}/10088/move/101"
    story.live(desk, day(2), since=START + 10 * MINUTE)
    assert [key for _, key in story.carried if key.startswith("notify/told")] == [comment.key]


@pytest.mark.promise("A39")
def test_an_estimate_that_is_ready_is_told() -> None:
    story = Story(issue_type="Support - Evolution Applicatif", status="in-progress", status_name="En Cours")
    comment = posted(last(story.move("waiting-estimate", START), policy("tiered-support"), "told-estimate-ready"))
    assert "chiffrage" in comment.text


@pytest.mark.promise("C19")
def test_coming_back_in_progress_has_words_of_its_own(desk: Policy) -> None:
    story = Story().waiting(day(-1)).move("in-progress", START, MARIE)
    assert "de nouveau en cours" in posted(last(story, desk, "told-back-in-progress")).text
    assert last(story, desk, "told-taken-on").outcome is Outcome.NOT_CONCERNED


@pytest.mark.promise("C20", "C23")
@pytest.mark.parametrize("minutes", [-10, 0, 9])
def test_a_move_that_came_with_a_public_comment_of_the_team_is_one_message(desk: Policy, minutes: int) -> None:
    story = Story().move("waiting-customer", START).comment(SEBASTIEN, START + minutes * MINUTE)
    decision = last(story, desk, "told-waiting-customer")
    assert decision.outcome is Outcome.NOT_CONCERNED
    assert "came with the move" in decision.reasons[0]


@pytest.mark.promise("C20", "C23")
def test_the_comment_may_still_come_so_the_message_waits_for_it(desk: Policy) -> None:
    story = Story().move("waiting-customer", START)
    decision = last(story, desk, "told-waiting-customer", 9)
    assert (decision.outcome, decision.until) == (Outcome.WAIT, START + 10 * MINUTE)


@pytest.mark.promise("C20")
@pytest.mark.parametrize("case", ["internal", "customer", "before"])
def test_an_internal_note_or_the_customers_own_word_tells_nobody(desk: Policy, case: str) -> None:
    story = Story().move("waiting-third-party", START)
    match case:
        case "internal":
            story.comment(SEBASTIEN, START, audience=Audience.INTERNAL)
        case "customer":
            story.comment(MARIE, START)
        case _:
            story.comment(SEBASTIEN, START - 11 * MINUTE)
    assert posted(last(story, desk, "told-waiting-third-party"))


@pytest.mark.promise("C22", "C26")
def test_our_closure_is_told_by_its_own_comment_only(desk: Policy) -> None:
    story = Story().waiting().live(desk, day(14))
    assert story.issue.status == "closed"
    assert not any("told-closed" in key for _, key in story.carried)


@pytest.mark.promise("C20")
def test_a_comment_of_ours_does_not_speak_for_an_agents_move(desk: Policy) -> None:
    story = Story().comment(RELANCE, START).move("waiting-third-party", START)
    assert posted(last(story, desk, "told-waiting-third-party"))


@pytest.mark.promise("C20")
def test_a_status_already_left_is_not_told_any_more(desk: Policy) -> None:
    story = Story().move("in-progress", START).move("waiting-third-party", START + MINUTE)
    overtaken = of(review(story.issue, desk, START + 11 * MINUTE), "told-taken-on")[0]
    assert overtaken.reasons[-1] == "the request has moved on since"
    assert posted(last(story, desk, "told-waiting-third-party", 11))


@pytest.mark.promise("C20")
def test_switching_on_or_an_outage_never_floods(desk: Policy) -> None:
    story = Story(created_channel="email").move("waiting-third-party", START)
    reviewed = review(story.issue, desk, day(2))
    assert reviewed.actions == ()
    assert "too long ago" in of(reviewed, "told-waiting-third-party")[0].reasons[0]
    assert review(story.issue, policy(enabled_at=day(0.01)), day(0.02)).actions == ()


@pytest.mark.promise("C21")
@pytest.mark.parametrize("by_comment", [True, False])
def test_the_team_is_told_when_a_customer_reopens(by_comment: bool) -> None:  # noqa: FBT001 -- a pytest parameter
    desk = policy(people={"team-lead": ("lise",), "offer-owner": ("omar",)}, groups={"support-team": ("g-1",)})
    story = Story().waiting(day(-3)).move("closed", day(-2))
    if by_comment:
        story.comment(MARIE, START).carry_out(review(story.issue, desk, START).actions[0], START)
    else:
        story.move("in-progress", START, MARIE)
    [notify] = last(story, desk, "team-told-reopened", 0).actions
    assert isinstance(notify, Notify)
    assert notify.groups == ("g-1",)
    assert notify.subject == "[SUP-88] Demande rouverte par le client"
    assert notify.to_assignee


@pytest.mark.promise("C21")
def test_the_team_is_not_told_of_its_own_reopening_and_unnamed_teams_fall_back_on_the_assignee(desk: Policy) -> None:
    story = Story().waiting(day(-3)).move("closed", day(-2)).move("in-progress", START)
    assert last(story, desk, "team-told-reopened", 0).outcome is Outcome.NOT_CONCERNED
    theirs = Story().waiting(day(-3)).move("closed", day(-2)).move("in-progress", START, MARIE)
    [notify] = last(theirs, desk, "team-told-reopened", 0).actions
    assert isinstance(notify, Notify)
    assert (notify.account_ids, notify.groups, notify.to_assignee) == ((), (), True)


@pytest.mark.promise("C21")
def test_a_closure_that_a_guard_puts_back_is_no_reopening_by_the_customer(desk: Policy) -> None:
    story = Story().waiting(day(-3)).move("closed", day(-2)).move("in-progress", START, RELANCE)
    decision = last(story, desk, "team-told-reopened", 0)
    assert decision.outcome is Outcome.NOT_CONCERNED
    assert "not on a customer's word" in decision.reasons[0]


@pytest.mark.promise("C23", "C25")
def test_a_public_comment_of_the_team_is_told_by_jsm_itself(desk: Policy) -> None:
    story = Story().comment(SEBASTIEN, START)
    assert "tells the customer itself" in last(story, desk, "told-commented").reasons[0]
    story.comment(OTHER_APP, START + MINUTE)
    assert last(story, desk, "told-commented").reasons == ("not a public comment of the team",)


@pytest.mark.promise("C10", "C11")
def test_on_the_day_of_the_operation_its_responsible_is_told_at_the_first_working_moment(desk: Policy) -> None:
    fields = {"planned-date": "2026-11-09", "responsible": "omar"}
    story = Story(fields=fields).move("in-progress", day(-0.1)).move("planned", START)
    morning = datetime(2026, 11, 9, 8, tzinfo=UTC)
    waiting = of(review(story.issue, desk, day(1)), "operation-day")[0]
    assert (waiting.outcome, waiting.until) == (Outcome.WAIT, morning)
    [notify] = of(review(story.issue, desk, morning), "operation-day")[0].actions
    assert isinstance(notify, Notify)
    assert notify.account_ids == ("omar",)
    assert "9 novembre 2026" in notify.text
    assert notify.key == "notify/operation-day/10088/planned-date/2026-11-09"
    assert story.issue.status == "planned"


@pytest.mark.promise("C11")
@pytest.mark.parametrize(("written", "told"), [(None, "is empty"), ("bientôt", "holds no date")])
def test_without_a_date_there_is_no_day(desk: Policy, written: str | None, told: str) -> None:
    story = Story(fields={"planned-date": written}).move("planned", START)
    assert told in last(story, desk, "operation-day").reasons[0]
    assert "Date prévue\u00a0: à préciser." in posted(last(story, desk, "told-planned")).text


def test_by_whom_and_from_where_narrow_a_rule() -> None:
    rule = {
        "id": "narrow",
        "kind": "notification",
        "on": {"enters": "in-progress", "by": "customer"},
        "channel": "notify",
        "subject": "team-reopened-subject",
        "message": "team-reopened",
        "to_assignee": True,
    }
    desk = with_rules(rule)
    assert last(Story().move("in-progress", START), desk, "narrow").reasons == ("it was moved by agent",)
    assert last(Story().move("in-progress", START, MARIE), desk, "narrow").outcome is Outcome.ACT
    other = Story().move("closed", START, MARIE)
    assert last(other, desk, "narrow").reasons == ("the request did not enter in-progress",)


def test_customers_words_are_neither_markup_nor_format() -> None:
    rule = {
        "id": "tell",
        "kind": "notification",
        "on": {"created": True},
        "channel": "public_comment",
        "message": "team-reopened",
    }
    story = Story(created=START, summary="{rule} **gras** [x](http://y)\n~z~ {0.__class__}")
    text = posted(last(story, with_rules(rule), "tell", 0)).text
    assert "{rule} *\u2060*\u2060gras" in text
    assert "{0.__class__}" in text
    assert "](http" not in text


def test_an_event_of_the_future_waits_for_its_time(desk: Policy) -> None:
    story = Story(created=START, created_channel="email")
    assert last(replace_created(story), desk, "told-created", -5).until == START


def replace_created(story: Story) -> Story:
    story.issue = replace(story.issue, created=START)
    return story
