"""Document D on paper: its mails, its clocks, and what its statuses allow."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from automation_rules.actions import AddComment, AddParticipants, MoveTo, Notify
from automation_rules.decide import review
from automation_rules.decision import Outcome
from automation_rules.facts import Audience, Person
from tests.automation_rules.desk import MARIE, RELANCE, SEBASTIEN, START, Story, of, wanted
from tests.automation_rules.helpdesk import (
    COLLEAGUE,
    MINUTE,
    RH,
    SUMMARY,
    desk,
    mails,
    taken,
    ticket,
    waiting,
)
from workflows.catalog import load_catalog
from workflows.graph import Graph, StatusNames
from workflows.model import Actor

PACK = load_catalog().pack("internal-helpdesk")
HOUR = timedelta(hours=1)
ASKED = START + HOUR


def named(story: Story, rule: str) -> str:
    """What a rule of Jira Service Management's own mails says about the last event it looked at."""
    last = of(review(story.issue, desk(), START + 2 * HOUR), rule)[-1]
    assert last.outcome is Outcome.NOT_CONCERNED
    return last.reasons[0]


@pytest.mark.promise("D3")
def test_the_creation_is_told_under_the_documents_own_subject() -> None:
    story = ticket()
    [told] = review(story.issue, desk(), START).actions
    assert isinstance(told, AddComment)
    assert told.audience is Audience.PUBLIC
    assert told.text.startswith(f"**[FRAM][#1898][Nouveau] {SUMMARY}**\n\n")
    story.run(desk(), START)
    assert review(story.issue, desk(), START + MINUTE).actions == ()


@pytest.mark.promise("D3")
def test_the_brand_must_be_given_before_going_live() -> None:
    with pytest.raises(ValueError, match="brand"):
        desk(parameters={})
    assert mails(review(ticket().issue, desk(parameters={"brand": "ACME"}), START))[0].startswith("[ACME][#1898]")


@pytest.mark.promise("D3")
def test_markup_in_a_title_stays_a_title() -> None:
    [told] = review(ticket(summary="**gras** [lien](https://x.example)").issue, desk(), START).actions
    assert isinstance(told, AddComment)
    assert "**gras**" not in told.text
    assert "[lien](" not in told.text


@pytest.mark.promise("D30")
def test_the_articles_of_the_document_are_named_where_they_help() -> None:
    [told] = review(ticket().issue, desk(), START).actions
    assert isinstance(told, AddComment)
    assert "Comment créer un ticket ?" in told.text
    assert "Comment consulter et répondre à un ticket ?" in told.text


@pytest.mark.promise("D4", "D5", "D22")
def test_a_question_in_the_ticket_is_jiras_own_mail_note_reponse() -> None:
    story = taken().comment(SEBASTIEN, ASKED, "Quelles sont les dates du contrat ?")
    assert review(story.issue, desk(), ASKED).actions == ()
    assert f"“[FRAM][#1898][Note/Réponse] {SUMMARY}”" in named(story, "told-question")


@pytest.mark.promise("D20", "D21", "D22")
def test_a_question_with_copies_is_a_reponse() -> None:
    story = taken().edit("customfield_1", ASKED - MINUTE, known_as="participants").comment(SEBASTIEN, ASKED)
    assert "[Réponse]" in named(story, "told-answer-with-copies")
    assert "another kind" in named(story, "told-question")


@pytest.mark.promise("D22")
def test_who_adds_copies_long_before_or_for_somebody_else_writes_a_note() -> None:
    early = taken().edit("customfield_1", ASKED - HOUR, known_as="participants").comment(SEBASTIEN, ASKED)
    other = taken().edit("customfield_1", ASKED, RELANCE, known_as="participants").comment(SEBASTIEN, ASKED)
    field = taken().edit("priority", ASKED).comment(SEBASTIEN, ASKED)
    for story in (early, other, field):
        assert "another kind" in named(story, "told-answer-with-copies")
        assert "[Note/Réponse]" in named(story, "told-question")


@pytest.mark.promise("D14", "D24")
@pytest.mark.parametrize("kind", ["with a wait", "by a third person"])
def test_a_note_is_what_comes_with_a_wait_or_from_a_third_person(kind: str) -> None:
    story = waiting() if kind == "with a wait" else taken().comment(RH, ASKED)
    assert f"“[FRAM][#1898][Note] {SUMMARY}”" in named(story, "told-note")
    assert mails(review(waiting().issue, desk(), ASKED)) == []


@pytest.mark.promise("D11", "D15")
@pytest.mark.parametrize("by", [MARIE, RH, COLLEAGUE])
def test_the_agent_is_told_of_each_note_of_others_and_never_of_the_teams(by: Person) -> None:
    story = taken().comment(by, ASKED, "Le contrat court du 01/08 au 31/12.")
    [told] = review(story.issue, desk(), ASKED).actions
    assert isinstance(told, Notify)
    assert (told.subject, told.to_assignee) == (f"[FRAM][#1898][Note] {SUMMARY}", True)
    story.carry_out(told, ASKED)
    story.comment(SEBASTIEN, ASKED + MINUTE, audience=Audience.INTERNAL).comment(SEBASTIEN, ASKED + MINUTE)
    assert review(story.issue, desk(), ASKED + MINUTE).actions == ()


@pytest.mark.promise("D6", "D7", "D12", "D16")
def test_a_transfer_makes_the_third_person_a_participant_once() -> None:
    story = taken().edit("customfield_2", ASKED, known_as="third-person")
    story.issue = replace(story.issue, fields={"third-person": "rh"})
    [shared] = review(story.issue, desk(), ASKED).actions
    assert isinstance(shared, AddParticipants)
    assert shared.account_ids == ("rh",)
    [decision] = of(review(story.issue, desk(), ASKED), "transferred")
    assert f"[FRAM][#1898][Transfert] {SUMMARY}" in decision.reasons[-1]
    story.carry_out(shared, ASKED).edit("customfield_2", ASKED + HOUR, known_as="third-person")
    assert review(story.issue, desk(), ASKED + HOUR).actions == ()
    assert story.issue.status == "in-progress"
    assert story.issue.assignee == SEBASTIEN


@pytest.mark.promise("D6")
@pytest.mark.parametrize(("by", "held"), [(MARIE, "rh"), (RELANCE, "rh"), (SEBASTIEN, None), (SEBASTIEN, "marie")])
def test_nobody_is_added_without_an_agent_naming_somebody_else(by: Person, held: str | None) -> None:
    story = taken().edit("customfield_2", ASKED, by, known_as="third-person")
    story.issue = replace(story.issue, fields={"third-person": held})
    assert review(story.issue, desk(), ASKED).actions == ()


@pytest.mark.promise("D6")
def test_another_field_transfers_nothing() -> None:
    story = taken().edit("priority", ASKED)
    story.issue = replace(story.issue, fields={"third-person": "rh"})
    assert review(story.issue, desk(), ASKED).actions == ()


@pytest.mark.promise("D17", "D18", "D19")
def test_a_closure_with_its_comment_is_two_mails() -> None:
    story = taken().comment(SEBASTIEN, ASKED, "Compte et PC prêts.").move("closed", ASKED)
    assert "[Note/Réponse]" in named(story, "told-question")
    [told] = review(story.issue, desk(), ASKED).actions
    assert isinstance(told, AddComment)
    assert told.text.startswith(f"**[FRAM][#1898][Résolu/Clôturé] {SUMMARY}**")


@pytest.mark.promise("D18")
def test_a_closure_that_says_nothing_is_flagged_to_the_team() -> None:
    story = taken().move("closed", ASKED)
    story.run(desk(), ASKED)
    [flag] = wanted(review(story.issue, desk(), ASKED + 11 * MINUTE), "moves-as-documented")
    assert isinstance(flag, AddComment)
    assert flag.audience is Audience.INTERNAL


@pytest.mark.promise("D23", "D25", "D26")
def test_48_hours_after_the_question_a_reminder_and_at_72_the_closure() -> None:
    policy = desk()
    story = waiting()
    story.run(policy, ASKED)
    due = ASKED + 48 * HOUR
    assert review(story.issue, policy, due - MINUTE).actions == ()
    assert mails(review(story.issue, policy, due)) == [f"[FRAM][#1898][Attente réponse] {SUMMARY}"]
    story.run(policy, due)
    assert review(story.issue, policy, due + 24 * HOUR - MINUTE).actions == ()
    comment, move = review(story.issue, policy, due + 24 * HOUR).actions
    assert isinstance(comment, AddComment)
    assert comment.text.startswith(f"**[FRAM][#1898][Clôturé sans réponse] {SUMMARY}**")
    assert isinstance(move, MoveTo)
    assert (move.transition, move.to_status, move.resolution) == ("close-unanswered", "closed", "no-response")
    story.run(policy, due + 24 * HOUR)
    assert story.issue.status == "closed"
    assert review(story.issue, policy, due + 25 * HOUR).actions == (), "no second mail for the same closure"


@pytest.mark.promise("D26")
def test_the_72_hours_run_from_the_change_of_status_whatever_the_team_does_meanwhile() -> None:
    story = waiting().edit("priority", ASKED + 24 * HOUR).comment(SEBASTIEN, ASKED + 30 * HOUR)
    assert mails(review(story.issue, desk(), ASKED + 48 * HOUR)) == [f"[FRAM][#1898][Attente réponse] {SUMMARY}"]


@pytest.mark.promise("D25", "D26")
def test_a_reminder_due_at_night_leaves_in_the_morning_and_the_closure_waits_24_hours_after_it() -> None:
    policy = desk()
    night = START + timedelta(hours=13)  # 22:00 in Paris
    story = taken().comment(SEBASTIEN, night).move("waiting-customer", night)
    story.run(policy, night)
    morning = START + timedelta(days=2, hours=22)  # 8:00 on the morning after the 48 hours
    assert review(story.issue, policy, night + 48 * HOUR).actions == ()
    assert review(story.issue, policy, night + 48 * HOUR).next_at == morning
    [reminder] = review(story.issue, policy, morning).actions
    assert isinstance(reminder, AddComment)
    assert "depuis 57 heures" in reminder.text, "how long it really is"
    story.run(policy, morning)
    assert review(story.issue, policy, night + 72 * HOUR).actions == ()
    assert review(story.issue, policy, morning + 24 * HOUR).actions != ()


@pytest.mark.promise("D25")
def test_a_ticket_forgotten_for_weeks_is_told_of_its_days() -> None:
    late = desk(enabled_at=START + timedelta(days=20))
    [reminder] = review(waiting().issue, late, START + timedelta(days=21)).actions
    assert isinstance(reminder, AddComment)
    assert "depuis 20 jours" in reminder.text


@pytest.mark.promise("D10", "D16", "D23")
@pytest.mark.parametrize("by", [MARIE, COLLEAGUE])
def test_an_answer_by_marie_or_a_colleague_brings_the_ticket_back_and_stops_the_clock(by: Person) -> None:
    story = waiting().comment(by, ASKED + 47 * HOUR, "Le PC 12.")
    story.run(desk(), ASKED + 47 * HOUR)
    assert story.issue.status == "in-progress"
    assert review(story.issue, desk(), ASKED + 80 * HOUR).actions == ()


@pytest.mark.promise("D27", "D28")
def test_resolu_is_told_and_closes_after_48_hours_of_silence() -> None:
    policy = desk()
    story = taken().comment(SEBASTIEN, ASKED, "C'est fait.").move("resolved", ASKED)
    assert mails(review(story.issue, policy, ASKED)) == [f"[FRAM][#1898][Résolu] {SUMMARY}"]
    story.run(policy, ASKED)
    assert review(story.issue, policy, ASKED + 48 * HOUR - MINUTE).actions == ()
    comment, move = review(story.issue, policy, ASKED + 48 * HOUR).actions
    assert isinstance(comment, AddComment)
    assert comment.text.startswith(f"**[FRAM][#1898][Résolu/Clôturé] {SUMMARY}**")
    assert isinstance(move, MoveTo)
    assert (move.transition, move.resolution) == ("close-unconfirmed", "treated")
    story.run(policy, ASKED + 48 * HOUR)
    assert review(story.issue, policy, ASKED + 49 * HOUR).actions == ()


@pytest.mark.promise("D28")
def test_a_denial_within_48_hours_brings_the_ticket_back() -> None:
    """By a note as well, as the mail says: whoever is content uses the button, or says nothing."""
    story = taken().comment(SEBASTIEN, ASKED).move("resolved", ASKED)
    [told] = review(story.issue, desk(), ASKED).actions
    assert isinstance(told, AddComment)
    assert "une note de votre part l'infirme aussi" in told.text
    story.run(desk(), ASKED)
    story.comment(MARIE, ASKED + 47 * HOUR, "Jean ne peut pas se connecter.").run(desk(), ASKED + 47 * HOUR)
    assert story.issue.status == "in-progress"


@pytest.mark.promise("D19", "D28")
def test_a_confirmation_by_button_closes_and_is_told() -> None:
    story = taken().comment(SEBASTIEN, ASKED).move("resolved", ASKED)
    story.run(desk(), ASKED)
    story.move("closed", ASKED + HOUR, MARIE)
    assert mails(review(story.issue, desk(), ASKED + HOUR)) == [f"[FRAM][#1898][Résolu/Clôturé] {SUMMARY}"]


@pytest.mark.promise("D29")
def test_nothing_reopens_a_closed_ticket_and_the_mail_offers_a_new_one() -> None:
    story = taken().comment(SEBASTIEN, ASKED).move("closed", ASKED)
    [told] = review(story.issue, desk(), ASKED).actions
    assert isinstance(told, AddComment)
    assert "ouvrez un nouveau ticket qui rappelle le numéro" in told.text
    story.run(desk(), ASKED)
    story.comment(MARIE, ASKED + HOUR, "Il manque l'imprimante.")
    assert all(isinstance(action, Notify) for action in review(story.issue, desk(), ASKED + HOUR).actions)
    assert not Graph(PACK.workflows[0]).outgoing("closed")


@pytest.mark.promise("D17", "D23", "D27", "D28")
def test_the_statuses_are_the_documents_and_the_customer_may_confirm_or_deny() -> None:
    names = StatusNames(PACK)
    assert names.find("Ticket clôturé") == names.find("Ticket a été clôturé") == "closed"
    assert names.find("Ticket résolu") == "resolved"
    assert names.find("En attente d'une réponse de votre part sous 72h") == "waiting-customer"
    assert [s.id for s in PACK.statuses if s.answer_expected] == ["waiting-customer", "resolved"]
    offered = {t.to for t in Graph(PACK.workflows[0]).outgoing("resolved") if Actor.CUSTOMER in t.by}
    assert offered == {"closed", "in-progress"}


@pytest.mark.promise("D2", "D8", "D10")
def test_the_portal_offers_the_documents_button_and_each_mail_says_where_to_answer() -> None:
    assert [request.name.fr for request in PACK.request_types] == ["Nouveau ticket de support"]
    story = waiting()
    [reminder] = review(story.issue, desk(), ASKED + 48 * HOUR).actions
    assert isinstance(reminder, AddComment)
    assert "ajoutez une note à ce ticket sur le portail" in reminder.text


@pytest.mark.promise("D1", "D3")
def test_in_english_the_same_mails_are_in_english() -> None:
    assert mails(review(ticket().issue, desk(locale="en"), START)) == [f"[FRAM][#1898][New] {SUMMARY}"]
