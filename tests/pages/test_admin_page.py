"""The administration in a browser: every part by keyboard and screen reader, a project bound, the audit saved."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser

from connect_app.operations.mint_link import link_to_administration
from scripts.desk.visiting import Browsing
from tests.pages.accessibility import grave_problems
from tests.pages.company import Company

MODULE = "administration"
PARTS = ("Santé", "Fermetures retenues", "Audit", "Travaux en échec", "Projets")


def test_every_part_is_read_in_light_and_dark(visits: Browsing, company: Company) -> None:
    visit = visits.visit(company.admin, MODULE)
    assert "SUP" in visit.find("tbody").inner_text()
    for part in PARTS:
        visit.find("nav").get_by_text(part, exact=True).press("Enter")
        visit.find("nav a[aria-current]").get_by_text(part, exact=True).wait_for()
        assert grave_problems(visit.frame) == [], part
    visit.goes_dark()
    for part in PARTS:
        visit.find("nav").get_by_text(part, exact=True).click()
        visit.find("nav a[aria-current]").get_by_text(part, exact=True).wait_for()
        assert grave_problems(visit.frame) == [], f"{part}, dark"


def test_a_project_is_bound_and_what_is_wrong_stands_above_what_was_typed(visits: Browsing, company: Company) -> None:
    company.site.admin.creates_project("ADM", "Bound by clicking")
    visit = visits.visit(company.admin, MODULE)
    visit.find("#project").fill("adm")
    visit.find("#pack").select_option("managed-operations")
    visit.find("form button").click()
    visit.find("#people-team-lead").fill("Personne")
    visit.find("#people-offer-owner").fill("Nadia Roux")
    assert grave_problems(visit.frame) == []
    with visits.forgiving("400"):
        visit.find("button[value='bind']").click()
        visit.find("[role='alert']").filter(has_text="Aucun compte ne s’appelle").wait_for()
    assert visit.find("#people-team-lead").input_value() == "Personne", "what was typed is still there"
    visit.find("#people-team-lead").fill("Paul Durand")
    visit.find("button[value='bind']").press("Enter")
    visit.flag().filter(has_text="ADM suit le pack").wait_for()
    row = visit.find("tbody tr").filter(has_text="ADM")
    assert "à l’essai" in row.inner_text()


def test_the_audit_is_filtered_and_saved(visits: Browsing, company: Company, tmp_path: Path) -> None:
    visit = visits.visit(company.admin, MODULE, language="en")
    visit.find("nav").get_by_text("Audit", exact=True).click()
    visit.find("#f-issue").fill("SUP-1")
    visit.find("form button").click()
    visit.find("#f-issue[value='SUP-1']").wait_for()
    with visit.page.expect_download() as saving:
        visit.find("[data-download]").click()
    saved = tmp_path / "audit.csv"
    saving.value.save_as(saved)
    assert saved.read_text("utf-8-sig").startswith("When,Request,Rule,What")


def test_who_does_not_administer_jira_is_shown_nothing(visits: Browsing, company: Company) -> None:
    with visits.forgiving("frame-ancestors 'none'"):
        visit = visits.visit(company.agent.account_id, MODULE, ready=False)
        visit.page.wait_for_load_state("networkidle")
        assert "SUP" not in visit.find("body").inner_text()


def test_outside_jira_the_same_buttons_work_without_a_script(browser: Browser, company: Company) -> None:
    installation = company.runtime.store.installations.by_client_key(company.site.client_key)
    address = link_to_administration(company.runtime.parts, installation, hours=1)
    context = browser.new_context(java_script_enabled=False, locale="fr-FR")
    page = context.new_page()
    page.goto(address)
    assert "SUP" in page.locator("tbody").inner_text()
    page.get_by_text("Sites", exact=True).click()
    page.get_by_role("button", name="Mettre en pause").click()
    assert "est en pause" in page.locator("[role='status']").inner_text()
    page.get_by_role("button", name="Reprendre").click()
    assert "reprend" in page.locator("[role='status']").inner_text()
    page.get_by_role("button", name="Retirer").click()
    assert "Cochez la case" in page.locator("[role='alert']").inner_text()
    context.close()
    looking = browser.new_page()
    for view in ("projects", "health", "held", "audit", "jobs", "sites"):
        looking.goto(f"{address}&view={view}")
        assert grave_problems(looking) == [], view
    looking.close()
