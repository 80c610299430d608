"""What a customer may know and do of a request, in every documented desk."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from automation_rules.customers_view import (
    Awaited,
    Place,
    alarm,
    approvers_asked,
    awaited,
    confirmed,
    offers,
    status_of,
    steps,
)
from automation_rules.facts import Issue
from automation_rules.policy import Policy
from tests.automation_rules.desk import MARIE, START, Story, day, policy

MARKS = {Place.PAST: "✓", Place.NOW: "●", Place.NEXT: "○"}

ISSUE_TYPES = {
    "client-support": "Demande de support",
    "internal-helpdesk": "Ticket de support",
    "managed-operations": "Incident",
    "software-delivery": "Incident",
    "tiered-support": "Support - Evolution Applicatif",
}
INITIAL = {"client-support": "open", "internal-helpdesk": "new", "software-delivery": "open", "tiered-support": "open"}


def story(pack: str) -> Story:
    return Story(issue_type=ISSUE_TYPES[pack], status=INITIAL.get(pack, "submitted"))


def told(issue: Issue, of: Policy) -> str:
    return " ".join(f"{MARKS[step.place]}{step.status.id}" for step in steps(issue, of))


def moved(pack: str, *statuses: str) -> Story:
    one = story(pack)
    for number, status in enumerate(statuses):
        one.move(status, day(number))
    return one


@pytest.mark.promise("A3", "B6", "C2", "D9", "E1")
@pytest.mark.parametrize(
    ("pack", "statuses", "shown"),
    [
        ("managed-operations", (), "●submitted ○in-progress ○closed"),
        ("managed-operations", ("in-progress",), "✓submitted ●in-progress ○closed"),
        ("managed-operations", ("waiting-customer",), "✓submitted ●waiting-customer ○in-progress ○closed"),
        (
            "managed-operations",
            ("in-progress", "waiting-third-party"),
            "✓submitted ✓in-progress ●waiting-third-party ○closed",
        ),
        ("managed-operations", ("in-progress", "planned"), "✓submitted ✓in-progress ●planned ○closed"),
        ("managed-operations", ("closed",), "✓submitted ●closed"),
        ("managed-operations", ("in-progress", "closed", "in-progress"), "✓submitted ●in-progress ○closed"),
        ("client-support", ("taken", "resolved"), "✓open ✓taken ●resolved ○closed"),
        ("internal-helpdesk", ("resolved",), "✓new ●resolved ○closed"),
        (
            "software-delivery",
            ("in-development",),
            "✓open ●in-development ○waiting-approval ○to-deliver ○closed",
        ),
        (
            "software-delivery",
            ("in-progress", "closed", "reopened"),
            "●reopened ○selected ○in-progress ○waiting-approval ○to-deliver ○closed",
        ),
        (
            "tiered-support",
            ("acknowledged", "in-progress", "waiting-estimate", "in-progress"),
            "✓open ✓acknowledged ●in-progress ○waiting-estimate ○in-realisation ○answered ○closed",
        ),
        (
            "tiered-support",
            ("acknowledged", "in-progress", "hold"),
            "✓open ✓acknowledged ✓in-progress ●hold ○waiting-estimate ○in-realisation ○answered ○closed",
        ),
    ],
)
def test_the_documented_steps_are_shown_with_the_present_one_marked(
    pack: str, statuses: tuple[str, ...], shown: str
) -> None:
    assert told(moved(pack, *statuses).issue, policy(pack)) == shown


def test_a_step_tells_when_it_was_entered_last() -> None:
    reopened = moved("managed-operations", "in-progress", "closed", "in-progress")
    assert [step.at for step in steps(reopened.issue, policy())] == [day(-1), day(2), None]


def test_a_status_outside_the_pack_has_no_steps_and_no_buttons() -> None:
    odd = story("managed-operations").move(None, START, name="Ailleurs").issue
    assert (steps(odd, policy()), offers(odd, policy()), awaited(odd, policy(), START)) == ((), (), None)
    assert status_of(odd, policy()) is None
    stranger = Story(issue_type="Tâche").issue
    assert (steps(stranger, policy()), offers(stranger, policy())) == ((), ())


OFFERED = {
    "client-support": {
        "open": "",
        "taken": "",
        "waiting-customer": "customer-answered(words)",
        "waiting-internal": "",
        "resolved": "accept refuse(words!)",
        "closed": "",
    },
    "internal-helpdesk": {
        "new": "",
        "in-progress": "",
        "waiting-customer": "answer(words)",
        "resolved": "confirm refuse(words!)",
        "closed": "",
    },
    "managed-operations": {
        "submitted": "",
        "in-progress": "",
        "waiting-customer": "answer(words)",
        "waiting-third-party": "",
        "planned": "",
        "closed": "reopen(words)",
    },
    "software-delivery": {
        "open": "",
        "selected": "",
        "in-development": "",
        "in-progress": "",
        "waiting-customer": "customer-answered(words!)",
        "resolved": "",
        "waiting-approval": "accepted refused(words!)",
        "to-deliver": "",
        "closed": "reopen(words!)",
        "reopened": "",
    },
    "tiered-support": {
        "open": "",
        "acknowledged": "",
        "in-progress": "",
        "hold": "",
        "waiting-estimate": "approve-estimate refuse-estimate(words!)",
        "in-realisation": "",
        "answered": "resume(words) confirm",
        "closed": "",
    },
}


@pytest.mark.promise("A14", "A40", "A42", "B14", "B15", "B16", "C9", "C27", "D28", "D29", "E21", "E26", "E27", "E29")
@pytest.mark.parametrize("pack", OFFERED)
def test_a_customer_has_the_buttons_of_the_document_and_no_other_in_every_status(pack: str) -> None:
    found = {}
    for status in policy(pack).pack.statuses:
        issue = moved(pack, status.id).issue if status.id != INITIAL.get(pack, "submitted") else story(pack).issue
        words = [
            offer.transition.id + ("(words!)" if offer.words_required else "(words)" if offer.words else "")
            for offer in offers(issue, policy(pack))
        ]
        found[status.id] = " ".join(words)
    assert found == OFFERED[pack]


@pytest.mark.promise("A39", "A40")
def test_an_estimate_that_named_approvers_decide_on_is_not_offered_twice() -> None:
    waiting = moved("tiered-support", "waiting-estimate")
    assert not approvers_asked(waiting.issue, policy("tiered-support"))
    named = replace(waiting.issue, fields={"approvers": ("marie",)})
    assert approvers_asked(named, policy("tiered-support"))
    assert offers(named, policy("tiered-support")) == ()


@pytest.mark.promise("A14")
def test_what_was_confirmed_is_not_asked_again_and_nothing_is_awaited_any_more() -> None:
    of, answered = policy("tiered-support"), moved("tiered-support", "answered")
    assert not confirmed(answered.issue, of)
    assert awaited(answered.issue, of, START) == Awaited(closes_at=day(10))
    done = replace(answered.issue, resolution="Confirmé par le client")
    assert confirmed(done, of)
    assert [offer.transition.id for offer in offers(done, of)] == ["resume"]
    assert awaited(done, of, START) is None


@pytest.mark.promise("C24", "C26", "E12")
def test_an_awaited_customer_reads_when_they_are_reminded_and_when_the_request_is_closed() -> None:
    waiting = Story().waiting()
    assert awaited(waiting.issue, policy(), START) == Awaited(reminder_at=day(3), closes_at=day(12))
    waiting.live(policy(), day(4))
    assert awaited(waiting.issue, policy(), day(4)) == Awaited(reminder_at=day(6), closes_at=day(12))
    waiting.live(policy(), day(7), since=day(4.25))
    assert awaited(waiting.issue, policy(), day(7)) == Awaited(closes_at=day(12))
    assert awaited(waiting.comment(MARIE, day(7)).move("in-progress", day(7)).issue, policy(), day(7)) is None


@pytest.mark.promise("D25", "D26", "D28")
def test_the_helpdesk_tells_its_48_and_72_hours() -> None:
    of = policy("internal-helpdesk")
    asked = moved("internal-helpdesk", "in-progress", "waiting-customer").issue
    assert awaited(asked, of, day(1)) == Awaited(reminder_at=day(3), closes_at=day(4))
    resolved = moved("internal-helpdesk", "in-progress", "resolved").issue
    assert awaited(resolved, of, day(1)) == Awaited(closes_at=day(3))


@pytest.mark.promise("B10", "B13", "E20", "E25")
@pytest.mark.parametrize(
    ("pack", "status"),
    [("client-support", "waiting-customer"), ("client-support", "resolved"), ("software-delivery", "waiting-approval")],
)
def test_where_the_document_gives_no_delay_an_answer_is_awaited_without_a_date(pack: str, status: str) -> None:
    assert awaited(moved(pack, status).issue, policy(pack), START) == Awaited()


@pytest.mark.promise("C28", "C30", "C31")
def test_an_open_request_of_document_c_can_be_escalated_once_in_24_hours() -> None:
    one, of = story("managed-operations"), policy()
    found = alarm(one.issue, of, START)
    assert found is not None
    assert (found.raised_at, found.phone_numbers) == (None, "page « Créer une demande de support »")
    assert [reason.id for reason in found.rule.reasons] == ["expertise", "slow-answers"]
    one.escalate(START)
    quiet, again = (alarm(one.issue, of, START + timedelta(hours=hours)) for hours in (23, 25))
    assert quiet is not None
    assert quiet.raised_at == START
    assert again is not None
    assert again.raised_at is None
    assert alarm(moved("managed-operations", "closed").issue, of, START) is None
    assert alarm(story("client-support").issue, policy("client-support"), START) is None
