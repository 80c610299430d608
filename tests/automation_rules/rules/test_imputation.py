"""The monthly imputation sub-task: when it is made, for which month, under which title, and when it is not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from automation_rules.actions import CreateSubtask
from automation_rules.decide import review
from automation_rules.decision import Outcome
from automation_rules.facts import Issue, Subtask
from automation_rules.policy import Policy
from automation_rules.titles import units
from tests.automation_rules.desk import MARIE, OTHER_APP, RELANCE, SEBASTIEN, START, Story, day, of, policy, wanted

ASSISTANCE = "Support - Assistance Utilisateur"
INCIDENT = "Support - Incident Applicatif"
EVOLUTION = "Support - Evolution Applicatif"


@pytest.fixture
def desk() -> Policy:
    return policy("tiered-support")


def opened(issue_type: str = ASSISTANCE, **facts: object) -> Story:
    return Story(issue_type=issue_type, status="open", status_name="Ouvert", **facts)


def subtask(issue: Issue, desk: Policy, at: datetime) -> CreateSubtask:
    [action] = wanted(review(issue, desk, at), "imputation")
    assert isinstance(action, CreateSubtask)
    return action


@pytest.mark.promise("A6", "A19", "A32")
@pytest.mark.parametrize("issue_type", [ASSISTANCE, INCIDENT, EVOLUTION])
def test_taking_a_request_in_charge_makes_the_sub_task_of_the_month(desk: Policy, issue_type: str) -> None:
    january = datetime(2022, 1, 12, 9, tzinfo=UTC)
    desk = policy("tiered-support", enabled_at=january - timedelta(days=1))
    story = opened(issue_type, created=january - timedelta(hours=2)).move("acknowledged", january)
    made = subtask(story.issue, desk, january)
    assert made.title == "#88 - Création de l'utilisateur Fabrice - Janvier 2022"
    assert (made.month, made.issue_type, made.billable) == ("2022-01", "Imputation", issue_type != EVOLUTION)
    assert made.key == "imputation/10088/2022-01"


@pytest.mark.promise("A6")
def test_it_is_made_once_however_often_the_issue_is_reviewed(desk: Policy) -> None:
    story = opened().move("acknowledged", START).worklog(day(1)).comment(SEBASTIEN, day(1, 1))
    story.live(desk, day(3))
    assert [key for _, key in story.carried if key.startswith("imputation")] == ["imputation/10088/2026-11"]


@pytest.mark.promise("A8", "A12", "A21", "A25", "A34", "A38", "A43")
@pytest.mark.parametrize("issue_type", [ASSISTANCE, INCIDENT, EVOLUTION])
@pytest.mark.parametrize("work", ["worklog", "comment", "edit", "customer"])
def test_the_first_work_of_a_new_month_makes_the_next_one(desk: Policy, work: str, issue_type: str) -> None:
    story = opened(issue_type).move("acknowledged", START)
    story.run(desk, START)
    december = datetime(2026, 12, 1, 9, tzinfo=UTC)
    match work:
        case "worklog":
            story.worklog(december)
        case "comment":
            story.comment(SEBASTIEN, december)
        case "edit":
            story.edit("priority", december)
        case _:
            story.comment(MARIE, december)
    made = subtask(story.issue, desk, december)
    assert (made.month, made.billable) == ("2026-12", issue_type != EVOLUTION)


@pytest.mark.promise("A6")
def test_a_month_without_work_and_the_work_of_machines_make_none(desk: Policy) -> None:
    story = opened().move("acknowledged", START)
    story.run(desk, START)
    december = datetime(2026, 12, 1, 9, tzinfo=UTC)
    assert review(story.issue, desk, december).actions == ()
    story.comment(OTHER_APP, december).comment(RELANCE, december).edit("Rank", december)
    assert wanted(review(story.issue, desk, december), "imputation") == []


@pytest.mark.promise("A6")
def test_31_january_23_30_utc_is_february_in_paris(desk: Policy) -> None:
    at = datetime(2027, 1, 31, 23, 30, tzinfo=UTC)
    story = opened(created=at - timedelta(hours=1)).move("acknowledged", at)
    made = subtask(story.issue, desk, at)
    assert made.month == "2027-02"
    assert made.title.endswith("Février 2027")


@pytest.mark.promise("A6")
def test_one_second_before_midnight_in_paris_is_still_january(desk: Policy) -> None:
    at = datetime(2027, 1, 31, 22, 59, 59, tzinfo=UTC)
    story = opened(created=at - timedelta(hours=1)).move("acknowledged", at)
    assert subtask(story.issue, desk, at).month == "2027-01"


@pytest.mark.promise("A34", "A38", "A43")
def test_an_evolution_is_internal_follow_up_not_billed_on_time(desk: Policy) -> None:
    story = opened(EVOLUTION).move("acknowledged", START)
    assert subtask(story.issue, desk, START).billable is False


@pytest.mark.promise("A6")
def test_work_before_the_request_is_taken_in_charge_makes_none(desk: Policy) -> None:
    story = opened().comment(SEBASTIEN, START)
    [decision] = of(review(story.issue, desk, START), "imputation")
    assert decision.outcome is Outcome.NOT_CONCERNED


@pytest.mark.promise("A6")
def test_an_existing_sub_task_of_the_month_is_enough(desk: Policy) -> None:
    theirs = Subtask(id="1", key="SUP-77", summary="faite à la main", imputation_month="2026-11")
    story = opened(subtasks=(theirs,)).move("acknowledged", START)
    [decision] = of(review(story.issue, desk, START), "imputation")
    assert decision.reasons == ("SUP-77 is the sub-task of 2026-11",)


@pytest.mark.promise("A6")
def test_a_sub_task_or_a_closed_request_gets_none(desk: Policy) -> None:
    child = opened(parent_key="SUP-1").move("acknowledged", START)
    assert wanted(review(child.issue, desk, START), "imputation") == []
    closed = opened().move("acknowledged", START).move("closed", day(1))
    assert wanted(review(closed.issue, desk, day(1)), "imputation") == []


def test_a_worklog_dated_next_month_waits_for_it(desk: Policy) -> None:
    story = opened().move("acknowledged", START)
    story.run(desk, START)
    december = datetime(2026, 12, 1, 9, tzinfo=UTC)
    reviewed = review(story.worklog(december).issue, desk, day(1))
    assert reviewed.actions == ()
    assert reviewed.next_at == december


@pytest.mark.promise("A6")
@pytest.mark.parametrize(
    "summary",
    [
        "a" * 255,
        "é" * 10_000,
        "👩‍👩‍👧‍👦" * 60,
        "مرحبا بالعالم " * 40,
        "\u202eenvers" * 50,
        "ligne\nsuivante\t" * 40,
        "@tous *gras* {code} [lien|http://x] " * 20,
        "e\u0301" * 200,
    ],
)
def test_whatever_the_summary_the_title_is_one_line_of_255_at_most(desk: Policy, summary: str) -> None:
    made = subtask(opened(summary=summary).move("acknowledged", START).issue, desk, START)
    assert units(made.title) <= 255
    assert made.title.startswith("#88 - ")
    assert made.title.endswith("… - Novembre 2026")
    assert not {"\n", "\t", "\u202e"} & set(made.title)


def test_in_english_the_month_is_english() -> None:
    desk = policy("tiered-support", locale="en")
    made = subtask(opened().move("acknowledged", START).issue, desk, START)
    assert made.title.endswith(" - November 2026")
