"""The agents' panel by HTTP: what it tells and to whom, what its buttons do, what it costs Jira, and its lozenge."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
import requests

from connect_app.doors.jwt import sign
from connect_app.doors.qsh import query_string_hash
from connect_app.jira.marks import lozenge_property
from connect_app.operations.mint_link import link_to_request
from connect_app.operations.show_panel import show_panel
from scripts.desk.people import Ticket
from tests.connect_app.operations.stage import DAY, Stage

VERBS = ("postpone", "exempt", "resume", "run", "transfer")
FORMS: dict[str, dict[str, str]] = {"postpone": {"until": "2027-01-15"}, "transfer": {"level": "n2"}}


@dataclass
class Viewer:
    """Somebody's browser on the panel of one request."""

    stage: Stage
    ticket: Ticket
    account: str

    def get(self, path: str = "/api/agent/panel") -> requests.Response:
        return self._send("GET", path, None)

    def press(self, name: str, **form: str) -> requests.Response:
        return self._send("POST", f"/api/agent/{name}", form)

    def load(self, path: str) -> requests.Response:
        """A page as Jira opens it in an iframe."""
        query = f"issueKey={self.ticket.key}"
        token = self._token(query_string_hash("GET", path, query))
        address = f"{self.stage.site.house.base_url}{path}?{query}&{urlencode({'jwt': token})}"
        return requests.get(address, headers={"Accept-Language": "fr"}, timeout=20, allow_redirects=False)

    def _send(self, method: str, path: str, body: dict[str, str] | None) -> requests.Response:
        headers = {"Authorization": f"JWT {self._token('context-qsh')}", "Accept-Language": "fr"}
        address = f"{self.stage.site.house.base_url}{path}"
        return requests.request(method, address, json=body, headers=headers, timeout=20, allow_redirects=False)

    def _token(self, qsh: str) -> str:
        """As Jira signs it for this viewer and this issue."""
        found = self.stage.runtime.store.installations.secrets_of(self.stage.site.client_key)
        assert found is not None
        now = int(self.stage.runtime.clock.host_time())
        claims = {"iss": self.stage.site.client_key, "sub": self.account, "iat": now, "exp": now + 180, "qsh": qsh}
        about = {"jira": {"issue": {"id": self.ticket.id, "key": self.ticket.key}}}
        return sign(claims | {"context": about}, found[1].shared)


def agent(stage: Stage, ticket: Ticket) -> Viewer:
    return Viewer(stage, ticket, stage.sebastien.account_id)


def asked_of_jira(stage: Stage) -> int:
    return sum(stage.site.called(one) for one in stage.site.control.requests(stage.site.name))


def in_days(stage: Stage, count: int) -> str:
    day: date = stage.parts.clock.now().date() + count * DAY
    return day.isoformat()


@pytest.mark.promise("C24", "C26")
def test_an_agent_reads_what_comes_next_when_and_why_at_no_more_than_two_questions_to_jira(stage: Stage) -> None:
    ticket = stage.waiting()
    stage.run(ticket)
    seen = agent(stage, ticket)
    first = seen.get()
    assert first.status_code == 200, first.text
    before = asked_of_jira(stage)
    html: str = seen.get().json()["html"]
    assert asked_of_jira(stage) - before <= 2
    words = html.replace("\u202f", " ").replace("\xa0", " ")
    order = ("Relance 1 sur 2 du client", "Relance 2 sur 2 du client", "Clôture sans réponse")
    assert sorted(words.index(one) for one in order) == [words.index(one) for one in order]
    assert "parce que" in words
    assert "dans 3 j" in words
    assert "SLA de réponse" in words
    assert 'id="done"' not in html
    panel = show_panel(stage.parts, stage.open, ticket.key, stage.sebastien.account_id)
    assert panel.closes_at == panel.coming[-1].at
    stage.later(3 * DAY)
    stage.run(ticket)
    html = seen.get().json()["html"]
    assert html.replace("\xa0", " ").count("Relance 1 sur 2 du client") == 1, "it is done now"
    assert html.index('id="done"') < html.replace("\xa0", " ").index("Relance 1 sur 2 du client")
    assert panel.people[stage.sebastien.account_id] == "Sébastien Martin"


def test_customers_strangers_and_other_requests_are_not_found_alike_and_nothing_is_done(stage: Stage) -> None:
    ticket = stage.waiting()
    eva = stage.site.customer("Eva", "Globex")
    elsewhere = Ticket(id="99999", key="SUP-999")
    nobodies = [Viewer(stage, ticket, who) for who in (stage.marie.account_id, eva.account_id, "712020:nobody")]
    nobodies += [agent(stage, elsewhere), Viewer(stage, elsewhere, stage.site.admin.account_id)]
    for viewer in nobodies:
        answers = [viewer.get(), viewer.get("/api/panel/issue")]
        answers += [viewer.press(name, **FORMS.get(name, {})) for name in VERBS]
        assert {(a.status_code, a.text) for a in answers} == {(404, answers[0].text)}
        assert answers[0].json() == {"error": "not found"}
        for path in ("/connect/panels/issue", "/connect/dialogs/postpone", "/connect/dialogs/transfer"):
            page = viewer.load(path)
            assert page.status_code == 404
            assert "Relance ne suit pas cette demande" in page.text
            assert viewer.ticket.key not in page.text
    assert [e.action for e in stage.entries(ticket)] == []
    for account in (stage.sebastien.account_id, stage.site.admin.account_id):
        assert Viewer(stage, ticket, account).load("/connect/panels/issue").status_code == 200


def test_the_buttons_postpone_exempt_take_back_and_run_and_say_what_they_did(stage: Stage) -> None:
    ticket = stage.waiting()
    stage.run(ticket)
    seen = agent(stage, ticket)
    early = seen.press("postpone", until=in_days(stage, 5), reason="<script>alert(1)</script>")
    assert early.status_code == 400
    assert "plus tardif" in early.json()["flag"]["title"]
    assert 'role="alert"' in early.json()["html"]
    assert "&lt;script&gt;alert(1)" in early.json()["html"], "what was typed is still there, as text"
    for odd in ("", "demain", "2026-02-31", "9999-12-31", in_days(stage, 0)):
        refused = seen.press("postpone", until=odd)
        assert refused.status_code == 400
        assert refused.json()["flag"]["type"] == "error"
    done = seen.press("postpone", until=in_days(stage, 30), reason="<b>congés</b>")
    assert done.status_code == 200
    assert done.json()["flag"]["type"] == "success"
    html = seen.get().json()["html"]
    assert "Clôture reportée au" in html
    assert "par vous" in html
    assert "&lt;b&gt;congés&lt;/b&gt;" in html
    assert "<b>congés" not in html
    assert "tant qu’elle attend" in seen.press("exempt").json()["flag"]["title"]
    html = seen.get().json()["html"]
    assert "ni relancée ni clôturée" in html
    assert "Clôture sans réponse" not in html
    assert seen.press("resume").status_code == 200
    html = seen.get().json()["html"]
    assert "Clôture sans réponse" in html
    assert html.index("Délais prévus repris") < html.index("ni relancée ni clôturée"), "the newest first"
    assert seen.press("resume").status_code == 400, "nothing is left to take back"
    assert seen.press("transfer", level="n2").status_code == 400, "this pack has no levels"
    ran = seen.press("run")
    assert ran.json()["flag"]["type"] == "info", "no worker in this house: it will be looked at later"
    assert stage.runtime.jobs.waiting() > 0
    audit = [e.summary for e in stage.entries(ticket) if e.action == "SetReprieve"]
    assert len(audit) == 3


def test_what_jira_refuses_is_told_in_a_sentence(stage: Stage) -> None:
    ticket = stage.waiting()
    seen = agent(stage, ticket)
    seen.get()
    stage.site.control.faults(
        stage.site.name,
        {"webhooks": {"drop": 1.0}, "rest": [{"method": "PUT", "path": "/properties/", "status": 503}]},
    )
    answer = seen.press("exempt")
    stage.site.control.faults(stage.site.name, {"webhooks": {"drop": 1.0}})
    assert answer.status_code == 503
    assert "Jira ne répond pas" in answer.json()["flag"]["title"]


def test_the_lozenge_tells_the_next_step_and_is_written_only_when_it_changes(stage: Stage, token_stage: Stage) -> None:
    ticket = stage.waiting()
    name = lozenge_property(stage.site.house.settings.app_key)

    def held() -> dict[str, Any]:
        found: dict[str, Any] = stage.site.admin.jira.get(f"rest/api/3/issue/{ticket.key}/properties/{name}")["value"]
        return found

    def writes(of: Stage) -> int:
        log = of.site.control.requests(of.site.name)
        return sum(one["method"] == "PUT" and "promises:status" in str(one["path"]).replace("%3A", ":") for one in log)

    for _ in range(3):
        stage.run(ticket)
    assert writes(stage) == 1
    assert held()["type"] == "lozenge"
    assert held()["value"]["type"] == "inprogress"
    assert held()["value"]["label"].startswith("relance le ")
    agent(stage, ticket).press("exempt")
    stage.run(ticket)
    assert held()["value"] == {"label": "exemptée", "type": "default"}
    agent(stage, ticket).press("resume")
    for days in (3, 3):
        stage.later(days * DAY + timedelta(minutes=1))
        stage.run(ticket)
    assert held()["value"]["type"] == "moved"
    assert held()["value"]["label"].startswith("clôture le ")
    other = token_stage.waiting()
    token_stage.run(other)
    assert writes(token_stage) == 0, "Jira shows no panel of ours there"


def test_outside_jira_a_link_shows_the_same_without_buttons(token_stage: Stage) -> None:
    ticket = token_stage.waiting()
    token_stage.run(ticket)
    page = requests.get(link_to_request(token_stage.parts, token_stage.open, ticket.key, days=1), timeout=20)
    assert page.status_code == 200
    assert "Relance 1 sur 2 du client" in page.text.replace("\xa0", " ")
    assert "data-send" not in page.text
    assert "data-dialog" not in page.text
