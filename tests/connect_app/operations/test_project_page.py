"""The project page: true figures for the desk's people from a bounded number of calls, nothing for anybody else."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import timedelta

import pytest
import requests

from automation_rules.binding import Mode
from connect_app.errors import Temporary
from connect_app.operations.mint_link import link_to_project, link_to_request
from connect_app.operations.process_issue import process_issue
from connect_app.operations.show_project import show_project
from connect_app.runtime import Runtime
from scripts.desk.desk import Choice, Desk, Site
from scripts.desk.people import Ticket
from scripts.desk.token_site import TokenSite
from tests.connect_app.operations.stage import DAY, Stage
from tests.houses import Models

FOREIGN = "Relance ne suit pas ce projet"
NOT_NOW = "Jira ne répond pas à Relance"
SECONDS = 20


class Looking:
    """Somebody who looks at a project through the app's pages in Jira."""

    def __init__(self, site: Site, account_id: str | None, project: str = "SUP") -> None:
        self.site, self.account_id, self.project = site, account_id, project
        self.app = f"/sites/{site.name}/apps/{site.house.settings.app_key}"

    def page(self, language: str = "fr") -> requests.Response:
        """The page as Jira puts it into its iframe."""
        wanted = {"module": "figures", "accountId": self.account_id, "projectKey": self.project}
        address = self.site.control.call("POST", f"{self.app}/page", wanted)["url"]
        return requests.get(address, headers={"Accept-Language": language}, timeout=SECONDS)

    def asks(self, path: str, *, signed: str | None = "SUP", language: str = "fr") -> requests.Response:
        """The front-end API with a token from Jira's bridge, about the project that Jira signs."""
        wanted = {"accountId": self.account_id, "projectKey": signed}
        token = self.site.control.call("POST", f"{self.app}/context-token", wanted)["token"]
        headers = {"Authorization": f"JWT {token}", "Accept-Language": language}
        return requests.get(f"{self.site.house.base_url}/api/project{path}", headers=headers, timeout=SECONDS)

    def sheet(self, name: str, query: str = "", language: str = "fr") -> list[list[str]]:
        answer = self.asks(f"/{name}.csv{query}", language=language)
        assert answer.status_code == 200, answer.text
        return rows(answer, language)


def rows(answer: requests.Response, language: str = "fr") -> list[list[str]]:
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";" if language == "fr" else ","))


def asked(stage: Stage, part: str = "search/jql") -> int:
    """How many times we asked Jira for that since the site was opened."""
    return sum(stage.site.called(r) and part in str(r["path"]) for r in stage.site.control.requests(stage.site.name))


@pytest.fixture
def agent(stage: Stage) -> Looking:
    return Looking(stage.site, stage.sebastien.account_id)


@pytest.mark.promise("C24", "C26")
def test_an_agent_sees_each_request_each_step_to_come_and_each_clock_once(stage: Stage, agent: Looking) -> None:
    waiting = stage.waiting()
    fresh = stage.marie.opens("SUP", "Demande de service", '=HYPERLINK("x") <script>alert(1)</script>')
    unseen = stage.marie.opens("SUP", "Demande de service", "Personne ne l'a regardée")
    for ticket in (waiting, fresh):
        stage.run(ticket)
    page = agent.page()
    assert page.status_code == 200, page.text
    assert "script-src 'self'" in page.headers["Content-Security-Policy"]
    for told in (waiting.key, "Relance", "1 demande ouverte n’a pas encore été examinée", "waiting-customer-follow-up"):
        assert told in page.text
    assert "<script>alert" not in page.text
    assert "style=" not in page.text
    assert "Temps et facturation" not in page.text, "document C logs no time"

    status = agent.sheet("status")
    assert [(row[0], row[1], row[-1]) for row in status[1:]] == [
        ("Soumise", "2", "2"),
        ("En attente du client", "1", "1"),
        ("Total", "3", "3"),
    ]
    forecast = agent.sheet("forecast")
    assert forecast[-1] == ["Total", "2", "1"]
    assert [(n, r[1:]) for n, r in enumerate(forecast[1:-1]) if r[1:] != ["0", "0"]] == [
        (3, ["1", "0"]),
        (6, ["1", "0"]),
        (12, ["0", "1"]),
    ]
    steps = agent.sheet("steps")
    assert [(row[1], row[3]) for row in steps[1:4]] == [(waiting.key, w) for w in ("Relance", "Relance", "Clôture")]
    assert not any(cell.startswith("=") for row in steps for cell in row)
    (clock,) = [row for row in agent.sheet("clocks")[1:] if row[5] != "0"]
    assert (clock[0], clock[2], clock[3], clock[5]) == ("SLA de réponse", "0", "0", "1")
    assert unseen.key not in page.text.partition("Les prochaines étapes")[2]
    assert agent.sheet("status", language="en")[0][0] == "Status"


def test_nobody_else_sees_anything_and_all_are_told_the_same(stage: Stage, agent: Looking) -> None:
    stage.run(stage.waiting())
    stranger = stage.site.customer("Eva Stranger", "Globex")
    shut = [
        Looking(stage.site, stage.marie.account_id),
        Looking(stage.site, stranger.account_id),
        Looking(stage.site, None),
        Looking(stage.site, stage.sebastien.account_id, project="DESK"),
    ]
    stage.site.admin.creates_project("DESK", "Not bound")
    bodies = set()
    for viewer in shut:
        page = viewer.page()
        assert (page.status_code, FOREIGN in page.text) == (404, True)
        bodies.add(page.text.partition("<main")[2].partition("</main>")[0].partition(">")[2])
        for path in ("", "/time?month=2026-11", "/status.csv", "/time.csv?month=2026-11"):
            refused = viewer.asks(path, signed=viewer.project)
            assert (refused.status_code, refused.json()) == (404, {"error": "not found"})
    assert len(bodies) == 1, "no hint of which it was"
    for path in ("?projectKey=DESK", "?projectKey=SUP&projectKey=DESK", "?projectKey=../x"):
        assert agent.asks(path).status_code == 404, "Jira signed another project"
    assert agent.asks("/nothing.csv").status_code == 404
    assert agent.asks("/time?month=2026-11").status_code == 404, "document C logs no time"


def test_where_jira_signs_no_project_it_is_asked_about_the_viewer(stage: Stage, agent: Looking) -> None:
    assert agent.asks("?projectKey=SUP", signed=None).status_code == 200
    assert agent.asks("", signed=None).status_code == 404
    assert Looking(stage.site, stage.marie.account_id).asks("?projectKey=SUP", signed=None).status_code == 404


def test_reloading_asks_jira_nothing_for_a_minute(stage: Stage, agent: Looking) -> None:
    stage.waiting()
    assert "Aucune étape" in agent.page().text
    before = asked(stage, "")
    for _ in range(3):
        assert agent.page().status_code == agent.asks("").status_code == 200
    assert asked(stage, "") == before
    stage.later(timedelta(minutes=2))
    agent.page()
    assert asked(stage, "") - before == 3, "two searches, and whether the viewer is still an agent"


def refuse(stage: Stage, status: int, times: int) -> None:
    """Jira does not answer searches, so many times."""
    rule = {"principal": "app", "path": "search/jql", "status": status, "times": times}
    waiting = {"retryAfter": 60} if status == 429 else {}
    stage.site.control.faults(stage.site.name, {"webhooks": {"drop": 1.0}, "rest": [{**rule, **waiting}]})


def test_when_jira_wants_us_to_wait_the_page_says_so_and_does_not_knock(stage: Stage, agent: Looking) -> None:
    stage.waiting()
    refuse(stage, 429, 99)
    page = agent.page()
    assert (page.status_code, NOT_NOW in page.text) == (200, True)
    known = asked(stage)
    assert NOT_NOW in agent.asks("").json()["html"]
    assert agent.asks("/status.csv").status_code == 503
    assert asked(stage) == known, "nobody's reloading knocks at a site that wants to be left alone"


def test_the_last_figures_stand_while_jira_does_not_answer(stage: Stage, agent: Looking) -> None:
    stage.waiting()
    refuse(stage, 503, 1)
    assert NOT_NOW in agent.page().text
    stage.later(timedelta(minutes=2))
    assert "En attente du client" in agent.page().text
    refuse(stage, 503, 99)
    stage.later(timedelta(minutes=2))
    page = agent.page()
    assert "En attente du client" in page.text
    assert "voici les derniers chiffres connus" in page.text


def test_the_page_says_when_relance_is_on_trial_or_off(stage: Stage, agent: Looking) -> None:
    ticket = stage.waiting()
    stage.switch(Mode.DRY_RUN)
    stage.run(ticket)
    page = agent.page().text
    assert "Relance est ici à l’essai" in page
    assert ">1 relance<" in page, "what a rule would do is foreseen before it is switched on"
    stage.later(4 * DAY)
    assert "1 étape est déjà due et compte pour aujourd’hui" in agent.page().text
    stage.switch(Mode.OFF)
    assert "Relance est arrêtée dans ce projet" in agent.page().text


def test_a_link_outside_jira_shows_the_same_without_the_time_and_its_sheets(
    token_stage: Stage, token_site: TokenSite
) -> None:
    stage, ticket = token_stage, token_stage.waiting()
    stage.run(ticket)
    address = link_to_project(stage.parts, stage.open, "SUP", days=1)
    page = requests.get(address, timeout=SECONDS, headers={"Accept-Language": "fr"})
    assert page.status_code == 200
    for told in (ticket.key, "Demandes ouvertes par statut", "Délais par mois"):
        assert told in page.text
    assert "<script" not in page.text
    assert "Temps" not in page.text
    base, _, query = address.partition("?")
    assert f"{base.removeprefix(token_site.house.base_url)}/status.csv?{query}" in page.text.replace("&amp;", "&")
    sheet = requests.get(f"{base}/forecast.csv?{query}", timeout=SECONDS, headers={"Accept-Language": "fr"})
    assert rows(sheet)[-1] == ["Total", "2", "1"]
    assert requests.get(f"{base}/time.csv?{query}", timeout=SECONDS).status_code == 404
    for wrong in ("", "?token=x", f"?{link_to_request(stage.parts, stage.open, ticket.key, days=1).partition('?')[2]}"):
        assert requests.get(f"{base}/status.csv{wrong}", timeout=SECONDS).status_code == 404


class Uncode:
    """Document A's desk, where time is logged and billed; its jobs run when the test says so."""

    def __init__(self, site: Site, runtime: Runtime, models: Models) -> None:
        self.site, self.runtime = site, runtime
        choice = Choice(project="SUP", pack="tiered-support", mode=Mode.ON, parameters={"auto-close-after": "10d"})
        desk = Desk(site, choice, people={})
        models.furnish(desk)
        desk.bind(runtime)
        self.anna = site.agent("Anna")
        found = runtime.store.installations.by_client_key(site.client_key)
        assert found is not None
        self.installation = found.id

    def worked(self, customer: str, seconds: int) -> Ticket:
        """A request of a customer with time on its imputation of this month."""
        person = self.site.customer(f"Client {customer} {seconds}", customer)
        known = self.site.admin.jira.get("rest/servicedeskapi/organization")["values"]
        served = {"organizationId": next(int(one["id"]) for one in known if one["name"] == customer)}
        self.site.admin.jira.request("POST", "rest/servicedeskapi/servicedesk/SUP/organization", body=served)
        ticket = person.opens("SUP", "Assistance Utilisateur", "Aide")
        self.anna.takes(ticket)
        self.anna.moves(ticket, "Prendre en charge")
        process_issue(self.runtime.parts, self.installation, ticket.id)
        (made,) = self.anna.read(ticket, "subtasks")["fields"]["subtasks"]
        started = f"{self.runtime.clock.now():%Y-%m-%dT%H:%M:%S}.000+0000"
        self.anna.logs(Ticket(made["key"], str(made["id"])), seconds=seconds, started=started)
        return ticket


@pytest.fixture
def uncode(site: Site, runtime: Runtime, models: Models) -> Uncode:
    return Uncode(site, runtime, models)


def test_time_by_customer_adds_up_and_is_for_administrators(uncode: Uncode) -> None:
    uncode.worked("=Acme", 5400)
    uncode.worked("Globex", 60)
    uncode.worked("Globex", 1800)
    month = f"{uncode.runtime.clock.now():%Y-%m}"
    administrator = Looking(uncode.site, uncode.site.admin.account_id)
    assert "Afficher le temps du mois" in administrator.page().text
    shown = administrator.asks(f"/time?month={month}").json()["html"]
    assert "1,5" in shown
    assert "Ce mois n’est pas encore facturé" in shown
    sheet = administrator.sheet("time", f"?month={month}")
    assert sheet[0][0] == "Client"
    assert sorted(sheet[1:-1]) == [["'=Acme", "1,5", "1,5", "0"], ["Globex", "0,5167", "0,5167", "0"]]
    assert sheet[-1] == ["Total", "2,0167", "2,0167", "0"]
    exports = uncode.runtime.store.exports.of_project(uncode.installation, "SUP")
    assert exports == [], "looking bills nothing"
    empty = administrator.asks("/time?month=2020-01").json()["html"]
    assert "Aucun temps n’est saisi ce mois-là" in empty
    for odd in ("", "2026-13", "x", "2026-1", "9999-12"):
        assert administrator.asks(f"/time?month={odd}").status_code == 400
        assert administrator.asks(f"/time.csv?month={odd}").status_code == 400
    agent = Looking(uncode.site, uncode.anna.account_id)
    assert "Temps et facturation" not in agent.page().text
    assert agent.asks(f"/time?month={month}").status_code == agent.asks(f"/time.csv?month={month}").status_code == 404
    # imputation sub-tasks are no requests
    assert agent.sheet("status")[-1][-1] == "3"


def test_more_requests_cost_a_call_a_hundred(stage: Stage) -> None:
    for number in range(3):
        stage.marie.opens("SUP", "Demande de service", f"n° {number}")
    bound = stage.runtime.store.bindings.of_project(stage.installation.id, "SUP")
    assert bound is not None
    before = asked(stage)
    told = show_project(stage.parts, stage.open, bound)
    assert (told.ages.total, told.unknown, asked(stage) - before) == (3, 3, 2)
    assert not told.read.open_left_out
    stage.site.control.faults(stage.site.name, {"rest": [{"path": "search/jql", "status": 503, "times": 9}]})
    elsewhere = replace(stage.open, figures=type(stage.open.figures)())
    with pytest.raises(Temporary):
        show_project(stage.parts, elsewhere, bound)
