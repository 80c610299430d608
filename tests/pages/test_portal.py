"""The portal's pages in a browser: where a request stands, the customer's buttons, the escalation, the list."""

from __future__ import annotations

from playwright.sync_api import expect

from scripts.desk.people import Ticket
from scripts.desk.visiting import Browsing
from tests.pages.accessibility import grave_problems
from tests.pages.company import EVIL, HUGE, Company


def asked(company: Company, summary: str) -> Ticket:
    """A request of Marie's that waits for her answer."""
    ticket = company.opens(summary)
    company.agent.says(ticket, "Pour quelle agence ?")
    company.agent.moves(ticket, "Demander des informations")
    company.house.settle()
    return ticket


def test_a_customer_reads_where_the_request_stands_and_answers_by_the_keyboard(
    visits: Browsing, company: Company
) -> None:
    ticket = asked(company, EVIL)
    visit = visits.visit(company.customer.account_id, "standing", place=f"/portal/request/{ticket.key}")
    expect(visit.find("li[aria-current='step']")).to_contain_text("En attente du client")
    expect(visit.find("main")).to_contain_text("Sans réponse de votre part, la demande sera fermée le")
    assert grave_problems(visit.frame) == []
    visit.goes_dark()
    assert grave_problems(visit.frame) == []
    visit.find("#words-answer").focus()
    visit.page.keyboard.type("Pour Toulouse, le 1er août.")
    visit.page.keyboard.press("Tab")
    visit.page.keyboard.press("Enter")
    expect(visit.flag()).to_contain_text("votre réponse est enregistrée")
    expect(visit.find("li[aria-current='step']")).to_contain_text("En cours")
    expect(visit.find("main")).to_contain_text("Nous n’attendons rien de vous")
    assert company.support.status(ticket) == "En cours"
    assert sum("Pour Toulouse" in text for text in company.customer.sees(ticket)) == 1


def test_a_colleague_escalates_in_a_dialog_of_the_portal(visits: Browsing, company: Company) -> None:
    ticket = company.opens("Un écran de plus")
    company.agent.shares(ticket, company.colleague)
    viewer = company.colleague.account_id
    visit = visits.visit(viewer, "standing", place=f"/portal/request/{ticket.key}")
    visit.page.locator("[data-app-dialog='escalate']").click()
    dialog = visit.dialog("escalate")
    dialog.find("html[data-ready='true']").wait_for(state="attached")
    assert grave_problems(dialog.frame) == []
    dialog.find("#reason").select_option(index=1)
    dialog.find("#escalation-words").fill(HUGE)
    visit.page.locator("dialog footer [data-identifier='submit']").click()  # Jira's own button sends our form
    visit.has_closed_dialog()
    expect(visit.flag()).to_contain_text("les responsables sont prévenus")
    company.house.settle()
    again = visits.visit(viewer, "escalate", issue=ticket.key)
    expect(again.find("p[role='status']")).to_contain_text("Demande escaladée le")
    assert any("a été escaladée" in text for text in company.customer.sees(ticket))


def test_a_company_sees_its_requests_by_state_and_no_others(visits: Browsing, company: Company) -> None:
    ticket = asked(company, f"{EVIL} {HUGE[:150]}")
    visit = visits.visit(company.customer.account_id, "company-requests")
    expect(visit.find("h1")).to_have_text("Les requêtes de ma société")
    expect(visit.find("tbody tr").filter(has_text=f"{ticket.key} ")).to_contain_text(f"{ticket.key} {EVIL}")
    assert grave_problems(visit.frame) == []
    visit.find("#state").select_option("closed")
    visit.find("form button[type='submit']").press("Enter")
    expect(visit.find("p[role='status']")).to_have_text("Aucune requête dans cet état.")
    visit.find("#state").select_option("awaited")
    visit.find("form button[type='submit']").press("Enter")
    expect(visit.find("tbody tr").first).to_contain_text("Réponse requise")
    visit.goes_dark()
    assert grave_problems(visit.frame) == []
    other = visits.visit(company.stranger.account_id, "company-requests", language="en")
    expect(other.find("h1")).to_have_text("My company's requests")
    expect(other.find("p[role='status']")).to_have_text("No request yet.")


def test_another_companys_customer_and_nobody_learn_nothing_of_a_request(visits: Browsing, company: Company) -> None:
    key = company.waiting.key
    stranger = visits.visit(company.stranger.account_id, "standing", issue=key, ready=False)
    expect(stranger.find("main p[role='status']")).to_contain_text("ou elle ne vous est pas ouverte")
    assert key not in stranger.find("body").inner_text()
    nobody = visits.visit(None, "standing", issue=key, ready=False)
    expect(nobody.find("main p[role='status']")).to_contain_text("ou elle ne vous est pas ouverte")
    assert key not in nobody.find("body").inner_text()
