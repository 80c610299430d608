"""Warnings of clocks: at each fraction once, under the goal and calendar of now, in working hours when so wished."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from automation_rules.actions import AddComment, Notify
from automation_rules.decide import review
from automation_rules.decision import Decision, Outcome
from automation_rules.facts import Audience, Person, Side
from automation_rules.forecast import forecast
from automation_rules.model import PolicyDocument
from automation_rules.policy import Policies, Policy
from automation_rules.sla.measure import Measure, measure
from tests.automation_rules.desk import SEBASTIEN, Story, binding, of, policies
from workflows.catalog import load_catalog

PARIS = ZoneInfo("Europe/Paris")
RESPONSE: dict[str, Any] = {
    "id": "response",
    "name": {"fr": "Délai de réponse", "en": "Response time"},
    "start": "submitted",
    "stop": ["planned", "waiting-customer", "closed"],
    "pause": ["waiting-third-party"],
    "calendar": "by_contract",
    "default_calendar": "support-fr",
    "goals": {"Haute": "2h", "default": "4h"},
    "warnings": [0.5],
}
WATCH: dict[str, Any] = {"id": "watch", "kind": "sla_watch", "sla": "response"}


def at(text: str) -> datetime:
    """`09 10:00` of November 2026 (the 9th is a Monday) in Paris, as an instant in UTC."""
    return datetime.fromisoformat(f"2026-11-{text}").replace(tzinfo=PARIS).astimezone(UTC)


def desk(rule: dict[str, Any] | None = None, sla: dict[str, Any] | None = None, **changes: Any) -> Policy:
    """Document C's desk with goals of its own and one rule that watches its response clock."""
    ours = policies().documents["managed-operations"]
    data = ours.model_dump(mode="json", by_alias=True, exclude={"rules", "calendars", "slas"})
    written = {"calendars": ours.calendars, "slas": [RESPONSE | (sla or {})], "rules": [WATCH | (rule or {})]}
    document = PolicyDocument.model_validate(data | written)
    return Policies(load_catalog(), {"managed-operations": document}, {}).bind(binding(**changes))


def story(created: str = "09 09:00", **facts: Any) -> Story:
    return Story(created=at(created), **facts)


def answer(told: Story, policy: Policy, now: str) -> Decision:
    [decision] = of(review(told.issue, policy, at(now)), "watch")
    return decision


def fractions(told: Story, policy: Policy, now: str) -> list[str]:
    return [action.key.split("/", 5)[5] for action in answer(told, policy, now).actions]


@pytest.mark.promise("B18", "C13")
def test_half_the_goal_and_the_breach_are_told_once_each() -> None:
    told, policy = story(), desk()
    before = answer(told, policy, "09 10:59")
    assert (before.outcome, before.until) == (Outcome.WAIT, at("09 11:00"))
    assert fractions(told, policy, "09 11:00") == ["0.5/comment"]
    told.live(policy, at("12 18:00"), since=at("09 09:00"), every=0.25)
    start = "sla/watch/10088/response/20261109T080000.000Z"
    assert told.carried == [(at("09 11:00"), f"{start}/0.5/comment"), (at("09 14:30"), f"{start}/1/comment")]


def test_until_is_when_the_next_fraction_will_be_used_up_if_nothing_pauses() -> None:
    told, policy = story(), desk({"at": [0.25, 0.5, 1]})
    assert answer(told, policy, "09 09:01").until == at("09 10:00")
    assert answer(told, policy, "09 10:00").until == at("09 11:00")  # with the warning itself
    told.run(policy, at("09 10:00"))
    assert answer(told, policy, "09 10:01").until == at("09 11:00")
    told.move("waiting-third-party", at("09 10:30"))
    paused = answer(told, policy, "09 12:00")
    assert (paused.outcome, paused.until) == (Outcome.NOT_CONCERNED, None)
    assert "paused: no fraction" in paused.reasons[-1]
    told.move("in-progress", at("09 16:00"))
    assert answer(told, policy, "09 16:00").until == at("09 16:30")


def test_a_review_at_each_until_tells_what_a_review_each_minute_tells() -> None:
    policy = desk({"at": [0.1, 0.33, 0.5, 0.8, 1]})
    often = story().live(policy, at("10 12:00"), since=at("09 09:00"), every=1 / 60)
    foreseen = forecast(story().issue, policy, at("09 09:00"), timedelta(days=3))
    assert [(step.at, step.action.key) for step in foreseen if step.action.rule == "watch"] != []
    carried = [(when.replace(second=0, microsecond=0), key) for when, key in often.carried]
    assert len(carried) == 5
    for (seen, key), step in zip(carried, foreseen, strict=True):
        assert key == step.action.key
        assert timedelta() <= seen + timedelta(minutes=1) - step.at <= timedelta(minutes=2)


@pytest.mark.promise("B17")
def test_a_higher_priority_makes_a_warning_due_and_a_lower_one_puts_it_off() -> None:
    policy = desk()
    told = story(priority="Moyenne")
    assert fractions(told, policy, "09 10:30") == []
    told.edit("priority", at("09 10:30"), old="Moyenne", new="Haute")
    told.issue = replace(told.issue, priority="Haute")
    assert fractions(told, policy, "09 10:30") == ["0.5/comment"]  # an hour and a half of two
    assert fractions(told, policy, "09 11:00") == ["1/comment"]
    told.edit("priority", at("09 11:00"), old="Haute", new="Faible")
    told.issue = replace(told.issue, priority="Faible")
    assert fractions(told, policy, "09 11:00") == ["0.5/comment"]  # half of four hours; no breach any more
    told.run(policy, at("09 11:00"))
    waits = answer(told, policy, "09 11:01")
    assert (waits.outcome, waits.until) == (Outcome.WAIT, at("09 14:30"))


def test_a_fraction_is_told_once_whatever_the_goal_becomes() -> None:
    policy, told = desk(), story(priority="Haute")
    told.run(policy, at("09 10:00"))
    told.edit("priority", at("09 10:10"), old="Haute", new="Faible")
    told.issue = replace(told.issue, priority="Faible")
    told.live(policy, at("09 13:00"), since=at("09 10:10"), every=0.25)
    assert [key.rsplit("/", 2)[1] for _, key in told.carried] == ["0.5"]


def test_another_contract_moves_the_warnings() -> None:
    policy = desk(contracts={"Mairie de Lens": "round-the-clock"})
    told = story("09 18:30")
    assert answer(told, policy, "09 19:00").until == at("10 11:00")
    covered = story("09 18:30", organizations=("Mairie de Lens",))
    assert answer(covered, policy, "09 19:00").until == at("09 20:30")
    assert fractions(covered, policy, "09 22:31") == ["1/comment"]


def test_after_an_outage_only_the_highest_fraction_is_told() -> None:
    told, policy = story(), desk({"at": [0.25, 0.5, 0.75, 1]})
    assert fractions(told, policy, "09 12:10") == ["0.75/comment"]
    assert fractions(told, policy, "10 12:00") == ["1/comment"]
    told.run(policy, at("10 12:00"))
    assert "nothing is left to warn of" in answer(told, policy, "10 12:01").reasons


def test_what_was_used_up_before_the_rule_was_switched_on_is_not_told() -> None:
    told = story()
    late = desk(enabled_at=at("09 12:00"))
    waits = answer(told, late, "09 12:10")
    assert (waits.outcome, waits.until) == (Outcome.WAIT, at("09 14:30"))
    assert any("before the rule was switched on" in reason for reason in waits.reasons)
    told.edit("priority", at("09 12:05"), old="Faible", new="Haute")
    told.issue = replace(told.issue, priority="Haute")
    assert fractions(told, late, "09 12:10") == ["1/comment"]  # the new goal made it due after the switch


@pytest.mark.parametrize(
    ("deliver", "leaves"), [({}, "09 20:30"), ({"deliver": "working_hours", "calendar": "support-fr"}, "10 09:00")]
)
def test_a_warning_leaves_at_once_or_in_working_hours(deliver: dict[str, Any], leaves: str) -> None:
    policy = desk(deliver, contracts={"Lens": "round-the-clock"})
    told = story("09 18:30", organizations=("Lens",))
    assert answer(told, policy, "09 19:00").until == at(leaves)
    if deliver:
        held = answer(told, policy, "09 21:00")
        assert (held.outcome, held.until) == (Outcome.WAIT, at(leaves))
        assert fractions(told, policy, leaves) == ["1/comment"]  # used up in the meantime: the higher one
    else:
        assert fractions(told, policy, leaves) == ["0.5/comment"]


def test_a_clock_that_stopped_or_never_started_warns_nobody() -> None:
    stopped = story().move("closed", at("09 15:30"))
    assert "stopped on 2026-11-09 15:30" in answer(stopped, desk(), "09 16:00").reasons[0]
    idle = desk(sla={"start": "in-progress"})
    assert answer(story(), idle, "09 16:00").reasons[0] == "response has not started"


def test_a_clock_paused_at_the_very_limit_is_in_time() -> None:
    told = story().move("waiting-third-party", at("09 14:30"))
    assert fractions(told, desk(), "09 15:00") == ["0.5/comment"]
    told.move("in-progress", at("09 16:00"))
    assert fractions(told, desk(), "09 16:01") == ["1/comment"]


@pytest.mark.promise("B23")
def test_no_goal_no_warning_and_none_is_invented_in_our_packs() -> None:
    bare = answer(story(), desk(sla={"goals": {}}), "12 16:00")
    assert (bare.outcome, bare.until) == (Outcome.NOT_CONCERNED, None)
    assert "has no goal for priority none" in bare.reasons[0]
    for document in policies().documents.values():
        assert all(not sla.goals and not sla.contract_goals for sla in document.slas)


def test_the_team_is_told_by_internal_comment_and_by_mail() -> None:
    policy = desk({"channels": ["internal_comment", "notify"], "roles": ["team-lead"], "to_assignee": True})
    told = story(assignee=SEBASTIEN, summary="**Fabrice**\nest arrivé", priority="Basse")
    comment, notify = answer(told, policy, "09 11:00").actions
    assert isinstance(comment, AddComment)
    assert isinstance(notify, Notify)
    assert comment.audience is Audience.INTERNAL
    assert comment.text.startswith("Délai de réponse de la demande SUP-88, «\u00a0*\u2060*\u2060Fabrice")
    for part in (
        "50\u00a0% du délai de 4 heures",
        "(2 h 00 min)",
        "9 novembre 2026, 14:30",
        "priorité\u00a0: Basse",
        "watch",
    ):
        assert part in comment.text
    assert notify.subject == "[SUP-88] Délai de réponse\u00a0: 50\u00a0% du délai utilisés"
    assert (notify.account_ids, notify.to_assignee) == (("lise",), True)
    breach = answer(told, desk(locale="en"), "09 14:30").actions[0]
    assert isinstance(breach, AddComment)
    assert "the 4 hours allowed are used up since November 9, 2026, 14:30" in " ".join(breach.text.split())


def test_nobody_to_tell_is_said_and_the_warning_leaves_once_there_is_somebody() -> None:
    policy = desk({"channels": "notify", "to_assignee": True})
    alone = answer(story(), policy, "09 11:00")
    assert (alone.outcome, alone.until) == (Outcome.WAIT, at("09 14:30"))
    assert any("nobody is there to be told" in reason for reason in alone.reasons)
    [notify] = answer(story(assignee=Person("a", Side.AGENT)), policy, "09 11:00").actions
    assert notify.key.endswith("/0.5/notify")


def test_each_cycle_has_warnings_of_its_own() -> None:
    policy, told = desk(sla={"cycle": "each", "start": "in-progress"}), story()
    for day in ("09", "10"):
        told.move("in-progress", at(f"{day} 09:00"))
        told.run(policy, at(f"{day} 11:00"))
        told.move("closed", at(f"{day} 12:00"))
    assert [key.split("/")[4] for _, key in told.carried] == ["20261109T080000.000Z", "20261110T080000.000Z"]
    assert [when for when, _ in told.carried] == [at("09 11:00"), at("10 11:00")]


def test_a_doubtful_history_is_told_with_the_warning() -> None:
    told = story().move("in-progress", at("09 09:30"))
    told.issue = replace(told.issue, status="waiting-third-party")
    assert any(reason.startswith("doubtful: ") for reason in answer(told, desk(), "09 11:00").reasons)


HAPPENINGS = st.lists(
    st.tuples(st.integers(1, 300), st.sampled_from(["waiting-third-party", "in-progress", "Haute", "Faible"])),
    max_size=8,
)


@settings(max_examples=15)
@given(HAPPENINGS)
def test_whatever_happens_the_highest_fraction_used_up_is_told_once_and_never_early(
    happenings: list[tuple[int, str]],
) -> None:
    told, policy, now = story(priority="Faible"), desk({"at": [0.25, 0.5, 1]}), at("09 09:00")
    for minutes, what in [*happenings, (1, "in-progress"), (6000, "in-progress")]:
        until = now + timedelta(minutes=minutes)
        while now < until:
            following = told.run(policy, now).next_at
            highest_is_told(told, policy, now)
            now = min(until, following or until)
        if what in {"Haute", "Faible"}:
            told.edit("priority", now, old=told.issue.priority or "", new=what)
            told.issue = replace(told.issue, priority=what)
        elif what != told.issue.status:
            told.move(what, now)
    assert [key.split("/")[5] for _, key in told.carried][-1] == "1"


def clock_of(told: Story, policy: Policy, now: datetime) -> Measure:
    return measure(told.issue, policy.slas(told.issue)[0], now)


def highest_is_told(told: Story, policy: Policy, now: datetime) -> None:
    clock = clock_of(told, policy, now)
    assert clock.goal is not None
    fractions_told = [float(key.split("/")[5]) for key in told.issue.done]
    used = [f for f in (0.25, 0.5, 1) if clock.elapsed >= clock.goal * f and not (f == 1 and clock.paused)]
    if used and not (clock.paused and clock.breached):
        assert max(used) in fractions_told
    for when, key in told.carried:
        if when == now:
            assert clock.elapsed >= clock.goal * float(key.split("/")[5])
