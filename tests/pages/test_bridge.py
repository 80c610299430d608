"""The local Jira's side of the host bridge, tried by an app that only tries it."""

from __future__ import annotations

import re
from collections.abc import Iterator

import jwt
import pytest
from playwright.sync_api import expect

from scripts.desk.visiting import PATIENCE, Browsing
from tests.pages.company import Company
from tests.pages.probe import APP_KEY, probe_app
from tests.pages.watching import watched


@pytest.fixture(scope="module")
def probing(browsing: Browsing, company: Company) -> Iterator[Browsing]:
    with probe_app() as address:
        company.house.control.install(company.site.name, address)
        yield Browsing(browsing.browser, company.site, APP_KEY)
        company.house.control.uninstall(company.site.name, APP_KEY)


@pytest.fixture
def probe(probing: Browsing) -> Iterator[Browsing]:
    with watched(probing) as found:
        yield found


def test_an_app_learns_where_it_is_and_who_looks(probe: Browsing, company: Company) -> None:
    visit = probe.visit(company.agent.account_id, "probe-panel", issue=company.waiting.key)
    promised, called = visit.frame.evaluate(
        "async () => [await AP.context.getToken(), await new Promise((told) => AP.context.getToken(told))]"
    )
    for token in (promised, called):
        claims = jwt.decode(token, options={"verify_signature": False})
        assert (claims["sub"], claims["qsh"]) == (company.agent.account_id, "context-qsh")
        assert claims["context"]["jira"]["issue"]["key"] == company.waiting.key
    context = visit.frame.evaluate("() => AP.context.getContext()")
    assert context["jira"]["project"]["key"] == "SUP"
    user = visit.frame.evaluate(
        "async () => [await AP.user.getCurrentUser(), await AP.user.getLocale(), await AP.user.getTimeZone()]"
    )
    assert user == [{"atlassianAccountId": company.agent.account_id}, "fr_FR", "Europe/Paris"]
    mine = visit.frame.evaluate("async () => JSON.parse((await AP.request('/rest/api/3/myself')).body).accountId")
    assert mine == company.agent.account_id, "Jira's REST as whoever looks"
    refused = visit.frame.evaluate("() => AP.request('/rest/api/3/issue/NO-1').catch((error) => error.xhr.status)")
    assert refused == 404


def test_a_frame_grows_shows_flags_and_follows_the_theme(probe: Browsing, company: Company) -> None:
    visit = probe.visit(company.agent.account_id, "probe-panel", place=f"/agent/issue/{company.waiting.key}")
    box = visit.page.locator("iframe[id*='__probe-panel']")
    visit.frame.evaluate("() => AP.resize('100%', '735px')")
    visit.page.wait_for_function("(frame) => frame.getBoundingClientRect().height === 735", arg=box.element_handle())
    visit.frame.evaluate(
        """() => new Promise((closed) => {
          AP.events.on('flag.close', () => { document.getElementById('told').textContent = 'closed'; });
          AP.flag.create({title: 'Done <b>', body: 'all', type: 'success', close: 'manual'}, closed);
        })"""
    )
    assert visit.flag().locator("strong").inner_text() == "Done <b>"
    visit.flag().locator("button").click()
    visit.find(
        "#told",
    ).get_by_text("closed").wait_for()
    visit.goes_dark()


def test_a_dialog_has_its_opener_s_subject_and_closes_with_an_answer(probe: Browsing, company: Company) -> None:
    visit = probe.visit(company.agent.account_id, "probe-panel", issue=company.waiting.key)
    visit.frame.evaluate(
        """() => {
          AP.events.on('dialog.close', (data) => { document.getElementById('told').textContent = data.said; });
          AP.dialog.create({key: 'probe-dialog', chrome: true, header: 'Why?', customData: {step: 2}});
        }"""
    )
    inside = visit.dialog("probe-dialog")
    inside.find('html[data-ready="true"]').wait_for(state="attached")
    assert f"dialog={company.waiting.key}" in inside.frame.url
    assert inside.frame.evaluate("() => new Promise((told) => AP.dialog.getCustomData(told))") == {"step": 2}
    inside.frame.evaluate("() => AP.dialog.getButton('submit').disable()")
    visit.page.locator("dialog footer button[data-identifier='submit'][disabled]").wait_for(state="attached")
    inside.frame.evaluate("() => AP.dialog.close({said: 'because'})")
    visit.has_closed_dialog()
    visit.find("#told").get_by_text("because").wait_for()


def test_a_page_that_is_looked_at_again_after_hours_gets_a_new_address(probe: Browsing, company: Company) -> None:
    """The host sees that the token of the address has expired, and asks for another one."""
    visit = probe.visit(company.admin, "probe-admin", place=f"/agent/admin/{APP_KEY}/probe-admin")
    old = visit.frame.url
    visit.page.evaluate(
        """(url) => {
          const real = Date.now;
          Date.now = () => real() + 3600000;
          document.querySelector('.app-frame').replaceChildren();
          connectHost.create({addon_key: 'com.example.probe', key: 'probe-admin', url,
            options: {hostOrigin: location.origin, productContext: {}}}).appendTo('.app-frame');
        }""",
        old,
    )
    again = visit.page.locator("iframe[id*='__probe-admin']")
    # The frame may be there with its old address for a moment, while the host asks for another one.
    expect(again).to_have_attribute("src", re.compile(f"^(?!{re.escape(old)}$)http"), timeout=PATIENCE)
