"""Agents use the panel in Jira: they read it, postpone, exempt, transfer and run, in both languages and both themes."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from scripts.desk.people import Ticket
from scripts.desk.visiting import Browsing
from tests.pages.accessibility import grave_problems
from tests.pages.company import EVIL, HUGE, Company

PANEL = "promises"


@pytest.fixture(scope="module")
def silent(company: Company) -> Ticket:
    """A request of these tests alone that waits for its customer."""
    ticket = company.opens(f"{EVIL} {HUGE}"[:240])
    company.agent.moves(ticket, "Commencer")
    company.agent.says(ticket, "Quelles sont les dates du contrat ?")
    company.agent.moves(ticket, "Demander des informations")
    company.house.settle()
    return ticket


@pytest.mark.promise("C24", "C26")
def test_the_panel_tells_what_comes_next_and_everybody_can_read_it(
    visits: Browsing, company: Company, silent: Ticket
) -> None:
    visit = visits.visit(company.agent.account_id, PANEL, place=f"/agent/issue/{silent.key}")
    expect(visit.find("#next li[aria-current=step]")).to_contain_text("Relance 1 sur 2")
    expect(visit.find("#next ol li").last).to_contain_text("Clôture sans réponse")
    expect(visit.find("#because")).to_contain_text("parce que")
    expect(visit.find("#clocks")).to_contain_text("SLA de réponse")
    english = visits.visit(company.agent.account_id, PANEL, issue=silent.key, language="en")
    expect(english.find("#next h2")).to_have_text("Next step")


@pytest.mark.promise("C26")
def test_a_closure_is_postponed_in_a_dialog_and_the_panel_shows_it_at_once(
    visits: Browsing, company: Company, silent: Ticket
) -> None:
    visit = visits.visit(company.agent.account_id, PANEL, issue=silent.key)
    visit.find("button[data-dialog=postpone-closure]").click()
    dialog = visit.dialog("postpone-closure")
    dialog.find('html[data-ready="true"]').wait_for(state="attached")
    assert grave_problems(dialog.frame) == []
    alone = visits.visit(company.agent.account_id, "postpone-closure", issue=silent.key, dark=True)
    assert grave_problems(alone.frame) == []
    day = (company.runtime.clock.now() + timedelta(days=30)).date().isoformat()
    dialog.find("#until").fill(day)
    dialog.find("#reason").fill(f"congés {EVIL}")
    dialog.find("button.primary").click()
    visit.has_closed_dialog()
    expect(visit.find("#word")).to_contain_text("Clôture reportée au")
    expect(visit.find("#word")).to_contain_text(f"congés {EVIL}")
    expect(visit.find("#word b")).to_have_count(0)


@pytest.mark.promise("C26")
def test_a_request_is_exempted_and_taken_back_by_the_keyboard_and_run_at_once(
    visits: Browsing, company: Company, silent: Ticket
) -> None:
    visit = visits.visit(company.agent.account_id, PANEL, issue=silent.key)
    visit.find("form[data-send$=exempt] button").press("Enter")
    expect(visit.flag().last).to_contain_text("exemptée")
    expect(visit.find("#word")).to_contain_text("ni relancée ni clôturée")
    visit.find("form[data-send$=resume] button").press("Enter")
    expect(visit.find("#word")).to_have_count(0)
    visit.find("form[data-send$=run] button").press("Enter")
    expect(visit.flag().last).to_contain_text("relire la demande")


@pytest.mark.promise("A11", "A24")
def test_a_request_goes_to_the_next_level_in_a_dialog(visits: Browsing, company: Company) -> None:
    company.desk("tiered-support", "UNC")
    ticket = company.opens("Un utilisateur de plus", project="UNC", kind="Assistance Utilisateur")
    visit = visits.visit(company.agent.account_id, PANEL, issue=ticket.key)
    expect(visit.find("#level")).to_contain_text("Support Niveau 1")
    visit.find("button[data-dialog=transfer-level]").click()
    dialog = visit.dialog("transfer-level")
    dialog.find("#reason").fill("il faut un développeur")
    expect(dialog.find("#level option").first).to_have_text("Support Niveau 2")
    dialog.find("button.primary").click()
    visit.has_closed_dialog()
    expect(visit.find("#level")).to_contain_text("Support Niveau 2")


def test_customers_and_nobody_are_told_nothing(visits: Browsing, company: Company, silent: Ticket) -> None:
    for viewer in (company.customer.account_id, company.stranger.account_id):
        visit = visits.visit(viewer, PANEL, issue=silent.key, ready=False)
        expect(visit.find("#page")).to_contain_text("Relance ne suit pas cette demande")
        expect(visit.find("button")).to_have_count(0)
    with visits.forgiving("frame-ancestors"):
        nobody = visits.visit(None, PANEL, issue=silent.key, ready=False)
        expect(nobody.find("body")).not_to_contain_text(silent.key)
