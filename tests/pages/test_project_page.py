"""The project page in a browser: read by eye, by keyboard and by screen reader, saved as a sheet, closed to others."""

from __future__ import annotations

import re
from pathlib import Path

from scripts.desk.visiting import Browsing
from tests.pages.accessibility import grave_problems
from tests.pages.company import EVIL, Company

MODULE = "figures"


def test_a_manager_reads_the_pictures_and_their_numbers_in_light_and_dark(visits: Browsing, company: Company) -> None:
    company.opens(EVIL)
    visit = visits.visit(company.agent.account_id, MODULE, project="SUP", dark=False)
    assert "où en sont les engagements" in visit.find("h1").inner_text()
    coming = visit.find("section[aria-labelledby='forecast-title'] figure li")
    assert coming.count() == 14
    assert (
        visit.find("section[aria-labelledby='forecast-title'] figure").get_by_text(re.compile("[1-9] clôture")).count()
        >= 1
    )
    for details in visit.find("details").all():
        if details.get_attribute("open") is None:
            details.locator("summary").press("Enter")
    assert visit.find("details:not([open])").count() == 0, "each table opens by the keyboard"
    assert company.waiting.key in visit.find("table").filter(has_text="Règle").inner_text()
    assert visit.find("b").filter(has_text="gras").count() == 0, "customers' words are words"
    assert grave_problems(visit.frame) == []
    visit.goes_dark()
    assert grave_problems(visit.frame) == []


def test_a_sheet_is_saved_with_a_token_of_that_moment(visits: Browsing, company: Company, tmp_path: Path) -> None:
    visit = visits.visit(company.agent.account_id, MODULE, project="SUP")
    section = visit.find("section[aria-labelledby='forecast-title']")
    section.locator("summary", has_text="Les chiffres").click()
    with visit.page.expect_download() as saving:
        section.locator("[data-download*='forecast.csv']").click()
    saved = tmp_path / "forecast.csv"
    saving.value.save_as(saved)
    assert saving.value.suggested_filename == "SUP-forecast.csv"
    lines = saved.read_text("utf-8-sig").splitlines()
    assert (lines[0], len(lines)) == ("Jour;Relances;Clôtures", 16)


def test_an_administrator_asks_for_the_time_of_a_month(visits: Browsing, company: Company) -> None:
    company.desk("tiered-support", "UNC")
    visit = visits.visit(company.admin, MODULE, project="UNC", language="en")
    visit.find("select#month").select_option(index=1)
    chosen = visit.find("select#month").input_value()
    visit.find("form button[type='submit']").press("Enter")
    visit.find("p[role='status']").filter(has_text="No time is logged in this month").wait_for()
    assert visit.find("select#month").input_value() == chosen
    assert grave_problems(visit.frame) == []


def test_a_customer_is_told_that_it_is_not_theirs(visits: Browsing, company: Company) -> None:
    for viewer in (company.customer.account_id, company.stranger.account_id, None):
        visit = visits.visit(viewer, MODULE, project="SUP", ready=False)
        visit.find("main p[role='status']").filter(has_text="ne suit pas ce projet").wait_for()
        assert company.waiting.key not in visit.find("body").inner_text()
