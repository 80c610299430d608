"""A request is given to its first level; a transfer keeps its status and its imputation, and clears its assignee."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from automation_rules.actions import Action, AddComment, AddWatcher, Assign, CreateSubtask, MoveTo, SetLevel
from automation_rules.binding import Mode
from automation_rules.decide import review
from automation_rules.decision import Outcome
from automation_rules.facts import Audience, Person, Side
from automation_rules.policy import Policy
from tests.automation_rules.desk import MARIE, OTHER_APP, RELANCE, SEBASTIEN, START, Story, day, of, policy, wanted

RULE = "levels"
N1, N2, N3 = (f"Support Niveau {number}" for number in (1, 2, 3))
ANNA = Person("anna", Side.AGENT)
ASSISTANCE = "Support - Assistance Utilisateur"


@pytest.fixture
def desk() -> Policy:
    return policy("tiered-support")


def story(level: str | None = N1, issue_type: str = ASSISTANCE, **facts: Any) -> Story:
    held = {"level": level} if level else {}
    return Story(issue_type=issue_type, status="open", status_name="Ouvert", fields=held, **facts)


def transferred(told: Story, old: str, new: str, hours: float = 1, by: Person = ANNA) -> Story:
    """Somebody gives the request to another level in Jira."""
    told.edit("customfield_10030", day(0, hours), by, old=old, new=new, known_as="level")
    told.issue = replace(told.issue, fields={**told.issue.fields, "level": new})
    return told


def taken(told: Story, hours: float = 0, by: Person = ANNA) -> Story:
    before = told.issue.assignee
    told.edit("assignee", day(0, hours), by, old=before.account_id if before else "", new=by.account_id)
    told.issue = replace(told.issue, assignee=by)
    return told


def kinds(actions: list[Action]) -> list[str]:
    return [type(action).__name__ for action in actions]


@pytest.mark.promise("A5", "A18", "A31")
@pytest.mark.parametrize(
    ("issue_type", "level"),
    [
        (ASSISTANCE, "n1"),
        ("Support Utilisateur", "n1"),
        ("Support - Incident Applicatif", "n2"),
        ("Support - Evolution Applicatif", "n2"),
    ],
)
def test_each_request_type_has_its_first_level(desk: Policy, issue_type: str, level: str) -> None:
    told = story(None, issue_type)
    [give] = wanted(review(told.issue, desk, START), RULE)
    assert isinstance(give, SetLevel)
    assert (give.level, give.option) == (level, f"Support Niveau {level[1]}")
    told.carry_out(give, START)
    assert of(review(told.issue, desk, day(1)), RULE)[-1].outcome is Outcome.NOT_CONCERNED


@pytest.mark.promise("A5")
def test_a_level_given_by_hand_and_a_closed_request_are_left_alone(desk: Policy) -> None:
    assert wanted(review(story(N3).issue, desk, START), RULE) == []
    closed = story(None).move("answered", day(-0.2)).move("closed", day(-0.1))
    assert wanted(review(closed.issue, desk, START), RULE) == []
    chosen = story(None).edit("customfield_10030", START, old="", new=N2, known_as="level")
    chosen.issue = replace(chosen.issue, fields={"level": N2})
    assert wanted(review(chosen.issue, desk, day(1)), RULE) == []


def test_a_request_type_without_a_first_level_is_given_to_nobody(desk: Policy) -> None:
    types = tuple(one.model_copy(update={"entry_level": None}) for one in desk.pack.request_types)
    bare = replace(desk, pack=desk.pack.model_copy(update={"request_types": types}))
    [*_, decision] = of(review(story(None).issue, bare, START), RULE)
    assert decision.reasons == ("its request type has no first level",)


@pytest.mark.promise("A11", "A24", "A37")
@pytest.mark.parametrize(
    ("issue_type", "old", "new"),
    [
        (ASSISTANCE, N1, N2),
        ("Support - Incident Applicatif", N2, N3),
        ("Support - Evolution Applicatif", N2, N3),
        ("Support - Evolution Applicatif", N3, N2),
    ],
    ids=["assistance to N2", "incident to N3", "change to N3", "and back, once estimated"],
)
def test_a_transfer_keeps_status_and_imputation_clears_the_assignee_and_is_told(
    desk: Policy, issue_type: str, old: str, new: str
) -> None:
    told = taken(story(old, issue_type).move("acknowledged", START, ANNA))
    told.run(desk, day(0, 0.5))
    [subtask] = told.issue.subtasks
    transferred(told, old, new)
    actions = wanted(review(told.issue, desk, day(0, 1)), RULE)
    watch, note, clear = actions
    assert isinstance(watch, AddWatcher)
    assert watch.account_id == ANNA.account_id
    assert isinstance(note, AddComment)
    assert note.audience is Audience.INTERNAL
    assert f"de «\u00a0{old}\u00a0» à «\u00a0{new}\u00a0»" in note.text
    assert isinstance(clear, Assign)
    assert clear.account_id is None
    told.run(desk, day(0, 1))
    assert (told.issue.status, told.issue.subtasks) == ("acknowledged", (subtask,))
    assert not any(isinstance(a, MoveTo | CreateSubtask) for a in review(told.issue, desk, day(2)).actions)
    assert "n1 to n2" in " ".join(of(review(told.issue, desk, day(2)), RULE)[-2].reasons) or old != N1


@pytest.mark.promise("A11")
def test_whoever_logged_time_before_the_transfer_goes_on_following_and_customers_do_not_watch(desk: Policy) -> None:
    told = story().move("acknowledged", START, ANNA).worklog(day(0, 0.5)).worklog(day(0, 0.6), MARIE)
    transferred(told, N1, N2).worklog(day(0, 2), Person("later", Side.AGENT))
    watchers = [a.account_id for a in wanted(review(told.issue, desk, day(1)), RULE) if isinstance(a, AddWatcher)]
    assert watchers == [SEBASTIEN.account_id]


@pytest.mark.promise("A11")
def test_who_was_chosen_with_the_transfer_or_after_it_keeps_the_request(desk: Policy) -> None:
    together = taken(story().move("acknowledged", START, ANNA))
    transferred(together, N1, N2)
    [*_, level] = together.issue.edits
    chosen = replace(level, field="assignee", known_as=None, old=ANNA.account_id, new="nora")
    together.issue = replace(together.issue, edits=(*together.issue.edits, chosen), assignee=SEBASTIEN)
    after = taken(transferred(taken(story().move("acknowledged", START, ANNA)), N1, N2), 2, SEBASTIEN)
    for told in (together, after):
        actions = wanted(review(told.issue, desk, day(0, 3)), RULE)
        assert kinds(actions) == ["AddWatcher", "AddComment"]
        assert isinstance(actions[0], AddWatcher)
        assert actions[0].account_id == ANNA.account_id


@pytest.mark.promise("A11", "A24")
def test_two_quick_transfers_are_each_told_once_and_the_assignee_cleared_once(desk: Policy) -> None:
    told = taken(story().move("acknowledged", START, ANNA))
    transferred(transferred(told, N1, N2), N2, N3, 1.001)
    at = day(0, 1.01)
    while actions := wanted(review(told.issue, desk, at), RULE):
        told.carry_out(actions[0], at)
        if isinstance(actions[0], Assign):
            told.edit("assignee", at, RELANCE, old=ANNA.account_id, new="")
            told.issue = replace(told.issue, assignee=None)
    done = [key.split("/")[0] + "/" + key.split("/")[4] for _, key in told.carried if key.startswith("transfer/")]
    assert sorted(done) == ["transfer/note", "transfer/note", "transfer/unassign", "transfer/watch", "transfer/watch"]
    assert wanted(review(told.issue, desk, day(3)), RULE) == []


@pytest.mark.promise("A11")
def test_a_transfer_of_nobodys_request_is_only_told(desk: Policy) -> None:
    told = transferred(story(), N1, N2)
    assert kinds(wanted(review(told.issue, desk, day(0, 1)), RULE)) == ["AddComment"]


@pytest.mark.parametrize("by", [SEBASTIEN, RELANCE, OTHER_APP])
def test_a_transfer_is_kept_whoever_made_it(desk: Policy, by: Person) -> None:
    told = transferred(taken(story()), N1, N2, by=by)
    decision = of(review(told.issue, desk, day(0, 1)), RULE)[-2]
    assert decision.outcome is Outcome.ACT
    assert f"by {by.side.value}" in decision.reasons[0]


@pytest.mark.parametrize(
    ("old", "new", "outcome"),
    [
        (N1, "Support Niveau 4", Outcome.VIOLATION),
        (N1, "", Outcome.NOT_CONCERNED),
        ("Hotline", N2, Outcome.NOT_CONCERNED),
        (N1, "support niveau 1", Outcome.NOT_CONCERNED),
        (N1, "SUPPORT LEVEL 2", Outcome.ACT),
        (N1, "n2", Outcome.ACT),
    ],
)
def test_only_levels_of_the_pack_are_transferred_to_and_an_unknown_one_is_told(
    desk: Policy, old: str, new: str, outcome: Outcome
) -> None:
    told = transferred(taken(story(old)), old, new)
    decision = of(review(told.issue, desk, day(0, 1)), RULE)[-2]
    assert decision.outcome is outcome
    if outcome is Outcome.VIOLATION:
        assert decision.reasons == ("“Support Niveau 4” is no level of the pack",)
        assert decision.actions == ()


def test_a_closed_request_and_other_fields_are_not_transferred(desk: Policy) -> None:
    closed = taken(story()).move("answered", day(-0.2)).move("closed", day(-0.1))
    assert wanted(review(transferred(closed, N1, N2).issue, desk, day(1)), RULE) == []
    other = taken(story()).edit("summary", day(0, 1), old=N1, new=N2)
    assert wanted(review(other.issue, desk, day(1)), RULE) == []


def test_a_transfer_before_the_project_was_switched_on_is_history() -> None:
    late = policy("tiered-support", enabled_at=day(1))
    told = transferred(taken(story()), N1, N2)
    assert wanted(review(told.issue, late, day(2)), RULE) == []


@pytest.mark.promise("A5", "A18", "A31")
@pytest.mark.parametrize(
    ("people", "groups", "held", "flagged"),
    [
        ({}, {}, N1, False),
        ({"n1": ("sebastien",)}, {}, N1, False),
        ({"n1": ("anna",)}, {}, N1, True),
        ({}, {"n1": ("g1",)}, N1, False),
        ({}, {"n1": ("g2",)}, N1, True),
        ({"n1": ("anna",)}, {"n1": ("g1",)}, N1, False),
        ({"n1": ("anna",), "n2": ("sebastien",)}, {}, N2, False),
        ({"n1": ("anna",), "n2": ("omar",)}, {}, N2, True),
        ({"n1": ("anna",)}, {}, N2, False),
        ({"n1": ("anna",)}, {}, None, True),
    ],
)
def test_a_levels_transition_by_somebody_of_another_level_is_flagged_where_the_binding_tells_them_apart(
    people: dict[str, tuple[str, ...]],
    groups: dict[str, tuple[str, ...]],
    held: str | None,
    flagged: bool,  # noqa: FBT001 -- a column of the table
) -> None:
    desk = policy("tiered-support", people=people, groups=groups)
    told = story(held, groups={"sebastien": frozenset({"g1"})}).move("acknowledged", START)
    decision = of(review(told.issue, desk, START + timedelta(minutes=1)), "moves-as-documented")[-1]
    assert decision.outcome is (Outcome.VIOLATION if flagged else Outcome.NOT_CONCERNED)
    if flagged:
        [flag] = decision.actions
        assert isinstance(flag, AddComment)
        assert flag.audience is Audience.INTERNAL
        assert N1 in flag.text


def test_nobody_is_accused_whose_groups_jira_does_not_tell() -> None:
    desk = policy("tiered-support", groups={"n1": ("g2",)})
    told = story().move("acknowledged", START)
    assert of(review(told.issue, desk, day(0.1)), "moves-as-documented")[-1].outcome is Outcome.NOT_CONCERNED


def test_a_level_that_does_not_exist_cannot_be_given_to_people() -> None:
    with pytest.raises(ValueError, match='unknown role "n4"'):
        policy("tiered-support", people={"n4": ("anna",)})


def test_in_dry_run_levels_are_only_told() -> None:
    desk = policy("tiered-support", mode=Mode.DRY_RUN)
    assert kinds(wanted(review(story(None).issue, desk, START), RULE)) == ["SetLevel"]
