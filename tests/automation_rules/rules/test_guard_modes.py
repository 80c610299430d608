"""Each thing a guard asks for, in each of its modes: observed, flagged, or put back after the grace period."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest

from automation_rules.actions import AddComment, MoveTo
from automation_rules.decide import review
from automation_rules.decision import Decision, Outcome
from automation_rules.facts import Audience
from automation_rules.policy import Policy
from tests.automation_rules.desk import MARIE, SEBASTIEN, START, Story, day, of, with_rules

RULE = "guarded"
LATE = START + timedelta(minutes=10)
GRACE = LATE + timedelta(hours=24)


def c(status: str) -> Callable[[], Story]:
    return lambda: Story(status="in-progress", status_name="En cours").move(status, START)


def a(issue_type: str, old: str, new: str, **facts: Any) -> Callable[[], Story]:
    return lambda: Story(issue_type=issue_type, status=old, status_name=old, **facts).move(new, START)


INCIDENT, CHANGE = "Support - Incident Applicatif", "Support - Evolution Applicatif"
HELD: dict[str, Any] = {"assignee": SEBASTIEN, "priority": "Haute", "fields": {"component": ("Paie",)}}


@dataclass(frozen=True)
class Case:
    """One requirement that a move lacks, and what makes it good."""

    pack: str
    told: Callable[[], Story]
    missing: str
    good: Callable[[Story], Story]
    binding: dict[str, Any] = field(default_factory=dict)


def having(**facts: Any) -> Callable[[Story], Story]:
    def made(story: Story) -> Story:
        story.issue = replace(story.issue, **facts)
        return story

    return made


C, A, B, D = "managed-operations", "tiered-support", "client-support", "internal-helpdesk"
PLAN = {"planned-date": "2026-12-01", "responsible": "sebastien"}
CASES = {
    "public_comment": Case(C, c("waiting-customer"), "visible du client", lambda s: s.comment(SEBASTIEN, START)),
    "third_party": Case(
        C, c("waiting-third-party"), "«\u00a0Tiers\u00a0»", having(fields={"third-party": "Éditeur d'add-on"})
    ),
    "third_party_of_the_three": Case(
        C,
        lambda: having(fields={"third-party": "Un cousin"})(c("waiting-third-party")()),
        "«\u00a0Tiers\u00a0» (Atlassian / Éditeur d'add-on / Société d'hébergement)",
        having(fields={"third-party": "societe d'hebergement"}),
    ),
    "planned_date": Case(
        C,
        lambda: having(fields={**PLAN, "planned-date": None})(c("planned")().comment(SEBASTIEN, START)),
        "«\u00a0Date de l'opération\u00a0»",
        having(fields=PLAN),
    ),
    "responsible": Case(
        C,
        lambda: having(fields={**PLAN, "responsible": None})(c("planned")().comment(SEBASTIEN, START)),
        "«\u00a0Responsable de l'opération\u00a0»",
        having(fields=PLAN),
    ),
    "reason": Case(
        D,
        lambda: Story(issue_type="Ticket de support", status="resolved").move("in-progress", START, MARIE),
        "dit pourquoi",
        lambda s: s.comment(MARIE, START),
        {"parameters": {"brand": "FRAM"}},
    ),
    "assignee": Case(
        A,
        a(INCIDENT, "acknowledged", "in-progress", **{**HELD, "assignee": None}),
        "une personne assignée",
        having(**HELD),
    ),
    "component": Case(
        A,
        a(INCIDENT, "acknowledged", "in-progress", **{**HELD, "fields": {}}),
        "«\u00a0Composants\u00a0»",
        having(**HELD),
    ),
    "estimate": Case(
        A, a(CHANGE, "in-progress", "waiting-estimate"), "«\u00a0Chiffrage\u00a0»", having(fields={"estimate": 3.0})
    ),
    "priority": Case(
        B,
        a("Demande de support", "open", "taken", assignee=SEBASTIEN, priority="Urgente"),
        "une priorité",
        having(priority="Haute"),
    ),
    "resolution": Case(
        B,
        lambda: a("Demande de support", "taken", "resolved")().comment(SEBASTIEN, START),
        "une résolution",
        having(resolution="Résolution apportée"),
    ),
    "outside": Case(
        C, lambda: Story(status="closed", status_name="Fermée").move("planned", START), "n'est pas prévu", lambda s: s
    ),
    "level": Case(
        A, a(INCIDENT, "open", "acknowledged"), "Support Niveau 2", lambda s: s, {"people": {"n2": ("ann",)}}
    ),
}
MENDABLE = [name for name, case in CASES.items() if name not in {"outside", "level"}]


def desk(name: str, mode: str) -> Policy:
    rule = {"id": RULE, "kind": "workflow_guard", "mode": mode, "message": "guard-missing", "outside": "guard-outside"}
    parameters = {"auto-close-after": "10d"} if CASES[name].pack == A else {}
    return with_rules(
        rule | {"level": "guard-level"}, pack=CASES[name].pack, **{"parameters": parameters} | CASES[name].binding
    )


def answer(story: Story, policy: Policy, hours: float = 0) -> Decision:
    return of(review(story.issue, policy, LATE + timedelta(hours=hours)), RULE)[-1]


@pytest.mark.promise("A7", "A13", "A36", "A42", "B8", "B13", "B17", "C4", "C6", "C8", "C11", "D28")
@pytest.mark.parametrize("name", CASES)
def test_observe_only_says_so_in_the_audit(name: str) -> None:
    decision = answer(CASES[name].told(), desk(name, "observe"))
    assert (decision.outcome, decision.actions, decision.reasons[-1]) == (Outcome.VIOLATION, (), "observed only")


@pytest.mark.promise("A7", "A13", "A36", "A42", "B8", "B13", "B17", "C4", "C6", "C8", "C11", "D28")
@pytest.mark.parametrize("name", CASES)
def test_flag_names_what_is_missing_once_and_to_the_team_alone(name: str) -> None:
    story, policy = CASES[name].told(), desk(name, "flag")
    [flag] = answer(story, policy).actions
    assert isinstance(flag, AddComment)
    assert flag.audience is Audience.INTERNAL
    assert CASES[name].missing in flag.text
    story.live(policy, day(3), since=LATE)
    assert [key for _, key in story.carried] == [flag.key]


@pytest.mark.promise("A7", "A13", "A36", "A42", "B8", "B13", "B17", "C4", "C6", "C8", "C11", "D28")
@pytest.mark.parametrize("name", CASES)
def test_revert_flags_and_puts_back_after_the_grace_period_not_before(name: str) -> None:
    story, policy = CASES[name].told(), desk(name, "revert")
    old = story.issue.moves[-1].old
    first = answer(story, policy)
    assert [type(action) for action in first.actions] == [AddComment]
    assert first.until == GRACE
    story.carry_out(first.actions[0], LATE)
    assert answer(story, policy, 23.99).actions == ()
    [back] = answer(story, policy, 24).actions
    assert isinstance(back, MoveTo)
    assert (back.from_status, back.to_status) == (story.issue.status, old)


@pytest.mark.promise("A7", "A13", "A36", "A42", "B8", "B13", "B17", "C4", "C6", "C8", "C11", "D28")
@pytest.mark.parametrize("mode", ["observe", "flag", "revert"])
@pytest.mark.parametrize("name", MENDABLE)
def test_what_came_in_time_is_no_violation(name: str, mode: str) -> None:
    assert answer(CASES[name].good(CASES[name].told()), desk(name, mode)).outcome is Outcome.NOT_CONCERNED


@pytest.mark.parametrize("name", ["third_party", "planned_date", "responsible", "estimate", "component"])
def test_a_field_the_site_does_not_have_is_said_to_be_unchecked(name: str) -> None:
    story = CASES[name].told()
    absent = frozenset({name.replace("_", "-")})
    decision = answer(having(absent_fields=absent)(story), desk(name, "revert"))
    assert decision.outcome is Outcome.NOT_CONCERNED
    assert f"requires {name}, which is not checked: the site has no field for it" in decision.reasons[-1]


def test_what_is_unchecked_is_said_beside_what_is_missing() -> None:
    story = having(fields={"responsible": "sebastien"}, absent_fields=frozenset({"planned-date"}))(c("planned")())
    decision = answer(story, desk("planned_date", "flag"))
    assert decision.outcome is Outcome.VIOLATION
    assert (
        "requires public_comment, which did not come; “schedule” requires planned_date, which is" in decision.reasons[0]
    )


def test_what_cannot_be_put_back_by_the_pack_is_said() -> None:
    story, policy = CASES["outside"].told(), desk("outside", "revert")
    story.carry_out(answer(story, policy).actions[0], LATE)
    assert "no transition of the pack leads back" not in " ".join(answer(story, policy, 24).reasons)
    story, policy = CASES["assignee"].told(), desk("assignee", "revert")
    story.carry_out(answer(story, policy).actions[0], LATE)
    assert answer(story, policy, 24).reasons[-2].startswith("no transition of the pack leads back")
