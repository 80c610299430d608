"""What every page keeps, tried on those beside a request: in Jira's own place, all day, whatever is in it."""

from __future__ import annotations

from collections.abc import Callable

import jwt
import pytest
import requests
from playwright.sync_api import Route

from connect_app.runtime import Runtime
from scripts.desk.visiting import Browsing, Visit
from tests.pages.accessibility import grave_problems
from tests.pages.company import EVIL, HUGE, Company

PANEL = "promises"
AN_HOUR = 3600


def expired_token(runtime: Runtime, company: Company) -> str:
    """What Jira gave this morning: rightly signed, and over."""
    found = runtime.store.installations.secrets_of(company.site.client_key)
    assert found is not None
    now = int(runtime.clock.host_time())
    claims = {"iss": company.site.client_key, "sub": company.agent.account_id, "qsh": "context-qsh", "context": {}}
    times = {"iat": now - AN_HOUR, "exp": now - AN_HOUR + 180}
    return jwt.encode(claims | times, found[1].shared, algorithm="HS256")


def looked_at_again(visit: Visit) -> None:
    """The page comes back into view after hours."""
    visit.frame.evaluate(
        """() => {
          const real = performance.now.bind(performance);
          performance.now = () => real() + 8 * 3600 * 1000;
          document.dispatchEvent(new Event("visibilitychange"));
        }"""
    )


def test_the_issue_panel_stands_beside_its_request_in_light_and_dark(visits: Browsing, company: Company) -> None:
    visit = visits.visit(company.agent.account_id, PANEL, place=f"/agent/issue/{company.waiting.key}")
    summary = visit.page.locator("details.panel summary").first
    assert "Relance" in summary.inner_text()
    assert summary.locator(".lozenge").inner_text().strip(), "how long until the next step"
    assert visit.frame.evaluate("document.documentElement.lang") == "fr"
    assert visit.grown(), "the frame becomes as high as what is in it"
    assert grave_problems(visit.frame) == []
    visit.goes_dark()
    assert grave_problems(visit.frame) == []
    assert grave_problems(visit.page) == [], "the local Jira's own page"


def test_a_panel_shows_flags_and_dialogs_of_jira(visits: Browsing, company: Company) -> None:
    visit = visits.visit(company.agent.account_id, PANEL, issue=company.waiting.key)
    visit.find("button[data-dialog='postpone-closure']").click()
    dialog = visit.dialog("postpone-closure")
    dialog.find('html[data-ready="true"]').wait_for(state="attached")
    assert dialog.find("form").count() >= 1
    visit.page.keyboard.press("Escape")
    visit.has_closed_dialog()
    visit.find("form[data-send$='/run'] button").click()
    visit.flag().first.wait_for()
    assert visit.flag().first.locator("strong").inner_text()
    visit.settled()
    assert visit.find("#problem").is_hidden()


def test_a_panel_left_open_all_day_asks_for_a_new_token_and_shows_no_error(
    visits: Browsing, company: Company, runtime: Runtime
) -> None:
    visit = visits.visit(company.agent.account_id, PANEL, issue=company.waiting.key)
    tokens: list[str] = []

    def first_the_old_one(route: Route) -> None:
        if not tokens:
            tokens.append(expired_token(runtime, company))
            route.fulfill(json={"token": tokens[0]})
            return
        answer = route.fetch()
        tokens.append(answer.json()["token"])
        route.fulfill(response=answer)

    visit.page.route("**/agent/bridge/token?*", first_the_old_one)
    with (
        visits.forgiving("401"),
        visit.page.expect_response(lambda answer: answer.status == 200 and "/api/" in answer.url),
    ):
        looked_at_again(visit)
    visit.settled()
    assert len(tokens) == 2, "the one that was over, and another"
    assert visit.find("#problem").is_hidden()
    assert visit.find("#next").is_visible()


def test_without_the_bridge_the_page_says_so_after_a_while(visits: Browsing, company: Company) -> None:
    visit = visits.visit(company.agent.account_id, PANEL, issue=company.waiting.key, ready=False, blocked=True)
    visit.find("#no-bridge").wait_for(state="visible")
    assert visit.find("#next").is_visible(), "what was rendered can still be read"
    assert grave_problems(visit.frame) == []


@pytest.fixture(scope="module")
def odd_request(company: Company) -> str:
    ticket = company.opens(f"{EVIL} {HUGE}"[:250])
    company.agent.moves(ticket, "Commencer")
    company.agent.says(ticket, f"{EVIL} {HUGE}")
    company.agent.moves(ticket, "Demander des informations")
    company.house.settle()
    return ticket.key


@pytest.mark.parametrize(
    ("module", "who"), [("promises", lambda company: company.agent), ("standing", lambda company: company.customer)]
)
def test_what_people_wrote_is_shown_as_text_and_breaks_no_page(
    visits: Browsing, company: Company, odd_request: str, module: str, who: Callable[[Company], object]
) -> None:
    account_id = who(company).account_id  # type: ignore[attr-defined]  # an agent or a customer
    visit = visits.visit(account_id, module, issue=odd_request, width=340)
    assert visit.find("#page script, #page b").count() == 0
    wide = visit.frame.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, "nothing sticks out of a narrow frame"


def test_pages_of_the_administration_are_refused_to_everybody_else(company: Company) -> None:
    """Atlassian's tester asks with a good token of somebody who does not administer (contract §7.6)."""
    control, name, app = company.house.control, company.site.name, company.house.settings.app_key
    modules = requests.get(f"{company.house.base_url}/atlassian-connect.json", timeout=10).json()["modules"]
    pages = [module["key"] for kind in ("adminPages", "configurePage") for module in _listed(modules.get(kind, []))]
    people = {
        company.admin: 200,
        company.agent.account_id: 403,
        company.customer.account_id: 403,
        None: 403,
    }
    for page in pages:
        for account_id, expected in people.items():
            body = {"module": page, "accountId": account_id}
            url = control.call("POST", f"/sites/{name}/apps/{app}/page", body)["url"]
            status = requests.get(url, timeout=10, allow_redirects=False).status_code
            assert status == expected or (expected != 200 and status >= 400), (page, account_id)


def _listed(value: object) -> list[dict[str, str]]:
    return value if isinstance(value, list) else [value]  # type: ignore[list-item]  # one object instead of an array
