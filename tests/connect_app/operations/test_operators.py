"""The administration outside Jira: an operator's link does what the commands do, and a token never comes back."""

from __future__ import annotations

import html
import itertools
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import requests
from click.testing import CliRunner

from connect_app.doors.installation import Installation, State
from connect_app.doors.links import Link, Scope
from connect_app.errors import Misconfigured
from connect_app.operations.mint_link import address_of, link_to_administration, link_to_project
from connect_app.runtime import Runtime
from scripts.desk.house import House
from scripts.desk.token_site import TokenSite
from scripts.link import main as link_command
from tests.connect_app.operations.administering import Outside, problem_of
from tests.connect_app.operations.newcomer import Newcomer
from tests.connect_app.operations.stage import Stage

_numbers = itertools.count(1)


class Clicking(Newcomer):
    """Its administrator, who opens the administration in a browser."""

    def login(self, token: str | None = None) -> dict[str, str]:
        return {"email": self.service.email, "token": token or self.service.token}

    def known(self, runtime: Runtime) -> Installation:
        return next(i for i in runtime.store.installations.all() if i.base_url == self.url)


@pytest.fixture
def newcomer(house: House, runtime: Runtime) -> Iterator[Clicking]:
    found = Clicking(house)
    yield found
    for installation in runtime.store.installations.all():
        if installation.base_url == found.url:
            runtime.store.installations.erase(installation.id)


def test_the_life_of_a_site_by_clicking_and_its_token_is_never_seen_again(
    newcomer: Clicking, runtime: Runtime, house: House
) -> None:
    operator = Outside.over(runtime, None)
    assert "Ajouter un site" in operator.says()
    added = operator.post(do="add", address=newcomer.url, ends="2027-10-31", **newcomer.login())
    assert added.status_code == 200
    text = html.unescape(added.text)
    site = newcomer.known(runtime)
    for step in (f"/hooks/{site.hook_id}", "Secret : ", "jira:issue_updated", 'project in ("SUP")'):
        assert step in text
    pages = [added.text]
    operator = replace(operator, site=site.id)
    pages.append(checked := operator.post(do="check").text)
    assert "Jira accepte nos identifiants." in checked
    assert "Aucun webhook reçu" in html.unescape(checked)
    for verb, state in (("pause", State.DISABLED), ("resume", State.INSTALLED)):
        assert operator.post(do=verb).status_code == 200
        assert newcomer.known(runtime).state is state
    assert "n’est pas en pause" in problem_of(operator.post(do="resume"))
    renewed = operator.post(do="rotate-secret")
    assert "Nouveau secret : " in html.unescape(renewed.text)
    refused = operator.post(do="rotate-token", **newcomer.login("wrong-token"))
    assert "Jira refuse l’e-mail ou le jeton" in problem_of(refused)
    pages += [refused.text, operator.post(do="rotate-token", **newcomer.login()).text]
    assert operator.post(do="move").status_code == 200
    assert "Cochez la case" in problem_of(operator.post(do="remove"))
    assert newcomer.known(runtime).state is State.INSTALLED
    assert operator.post(do="remove", agreed="on").status_code == 200
    assert newcomer.known(runtime).state is State.UNINSTALLED
    assert "a été retiré" in problem_of(operator.post(do="remove", agreed="on"))
    assert operator.post(do="remove", agreed="on", erase="on").status_code == 200
    assert newcomer.url not in {i.base_url for i in runtime.store.installations.all()}
    logs = "".join(path.read_text("utf-8", "replace") for path in Path(house.folder).glob("*.log"))
    for secret in (newcomer.service.token, newcomer.service.email, "wrong-token"):
        assert secret not in logs
        assert all(secret not in page for page in pages)


def test_the_webhook_may_be_made_by_itself(newcomer: Clicking, runtime: Runtime) -> None:
    answer = Outside.over(runtime, None).post(
        do="add", address=newcomer.url, **{"create-webhook": "on"}, **newcomer.login()
    )
    assert "Le webhook est créé dans Jira." in html.unescape(answer.text)
    assert "Secret : " not in html.unescape(answer.text)
    assert len(newcomer.admin.jira.get("rest/webhooks/1.0/webhook")) == 1


@pytest.mark.parametrize(
    ("fields", "line"),
    [
        ({"address": "http://acme.atlassian.net", "email": "a@b.c", "token": "x"}, "seule une adresse https"),
        ({"address": "https://10.0.0.8", "email": "a@b.c", "token": "x"}, "adresse privée"),
        ({"address": "https://acme.example.com", "email": "a@b.c", "token": "x"}, "hôte Jira autorisé"),
        ({"address": "https://acme.atlassian.net", "email": "", "token": ""}, "Écrivez l’e-mail et le jeton"),
        ({"address": "x", "email": "a@b.c", "token": "x", "ends": "hier"}, "n’est pas une date"),
        ({"address": "x", "email": "a@b.c", "token": "x", "projects": "S-1"}, "n’est pas une clé de projet"),
    ],
)
def test_what_is_wrong_is_one_line_and_the_login_is_not_repeated(
    runtime: Runtime, fields: dict[str, str], line: str
) -> None:
    answer = Outside.over(runtime, None).post(do="add", **fields)
    assert line in problem_of(answer)
    assert "a@b.c" not in answer.text
    if fields["address"] != "x":
        assert fields["address"] in answer.text, "what may be shown is still there"


def test_a_link_over_one_site_opens_no_other(token_stage: Stage, token_site: TokenSite, newcomer: Clicking) -> None:
    runtime, mine = token_stage.runtime, Outside.over(token_stage.runtime, token_site.installation)
    Outside.over(runtime, None).post(do="add", address=newcomer.url, **newcomer.login())
    other = newcomer.known(runtime)
    text = mine.says(view="sites")
    assert token_site.url in text
    assert newcomer.url not in text
    assert "Ajouter un site" not in text
    asked = replace(mine, site=other.id)
    assert newcomer.url not in asked.says(view="sites"), "a parameter chooses nothing"
    assert asked.post(do="pause").status_code == 200
    assert newcomer.known(runtime).state is State.INSTALLED
    assert token_site.installation.state is State.DISABLED
    assert mine.post(do="add", address=newcomer.url, **newcomer.login()).status_code == 404
    assert replace(Outside.over(runtime, None), site="nonsense").get().status_code == 404
    assert mine.post(do="remove", agreed="on", erase="on").status_code == 200
    left = runtime.store.installations.in_state(State.UNINSTALLED)
    assert token_site.url in {i.base_url for i in left}, "what was done there stays on record"


def test_a_desk_behind_the_second_door_is_looked_after_by_clicking(token_stage: Stage, token_site: TokenSite) -> None:
    stage, page = token_stage, Outside.over(token_stage.runtime, token_site.installation)
    ticket = stage.waiting()
    stage.run(ticket)
    assert "SUP" in page.says(view="projects")
    assert "Paul Durand <" in page.says(view="project", project="SUP")
    bound = page.post(
        do="bind",
        project="SUP",
        pack="managed-operations",
        locale="fr",
        mode="off",
        **{"people.team-lead": "Paul Durand", "people.offer-owner": "Paul Durand"},
    )
    assert bound.status_code == 200
    assert "suit le pack" in html.unescape(bound.text)
    assert stage.mode().value == "off"
    assert "Santé" in page.says(view="health")
    assert page.get("/audit.csv").content.startswith(b"\xef\xbb\xbf")
    token_site.token(token="")
    assert "Jira refuse" in page.says(view="health")
    assert token_site.installation.state is State.UNREACHABLE
    assert "nous refuse" in problem_of(page.post(do="bind", project="SUP", pack="managed-operations", locale="fr"))
    assert page.says(view="projects"), "it opens while the site refuses us: this is where a new token is given"


def test_the_page_needs_no_script_keeps_its_link_and_belongs_to_nobodys_frame(
    token_site: TokenSite, runtime: Runtime
) -> None:
    page = Outside.over(runtime, token_site.installation)
    for view in ("projects", "health", "held", "audit", "jobs", "sites"):
        answer = page.get(view=view)
        assert "<script" not in answer.text
        assert "data-send" not in answer.text
        assert "data-get" not in answer.text
        for action in re.findall(r'<form method="post" action="([^"]*)"', answer.text):
            assert html.unescape(action).startswith("/links/admin?token=")
    policy = answer.headers["Content-Security-Policy"]
    assert "form-action 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "script-src" not in policy
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "Set-Cookie" not in answer.headers


def test_a_link_of_another_kind_or_none_opens_nothing(
    token_stage: Stage, token_site: TokenSite, runtime: Runtime, house: House
) -> None:
    now = runtime.clock.host_time()
    operators = link_to_administration(runtime.parts, token_site.installation, hours=1)
    project = link_to_project(runtime.parts, token_stage.open, "SUP", days=1)
    expired = Link(installation_id="", scope=Scope.OPERATOR, subject="", expires=now - 1)
    wrong = (
        operators.replace("/links/admin", "/links"),
        project.replace("/links?", "/links/admin?"),
        address_of(runtime.parts, expired),
        operators[:-3],
        f"{house.base_url}/links/admin",
        f"{operators}&{operators.partition('?')[2]}",
    )
    for address in wrong:
        assert requests.get(address, timeout=20, allow_redirects=False).status_code == 404, address
        assert requests.post(address, data={"do": "pause"}, timeout=20, allow_redirects=False).status_code == 404
    assert token_site.installation.state is State.INSTALLED


def test_the_link_command_prints_the_administration(house: House, runtime: Runtime, token_site: TokenSite) -> None:
    def types(*words: str) -> str:
        printed = CliRunner().invoke(link_command, words, env=house.environment)
        assert printed.exit_code == 0, printed.output
        return printed.output.strip()

    assert requests.get(types("admin"), timeout=20).status_code == 200
    runtime.store.installations.set_state(token_site.installation.id, State.UNREACHABLE)
    assert token_site.url in requests.get(types("admin", "--site-url", token_site.url), timeout=20).text
    runtime.store.installations.set_state(token_site.installation.id, State.INSTALLED)
    for words in (("admin", "--site-url", "https://nobody.atlassian.net"), ("admin", "--hours", "25")):
        assert CliRunner().invoke(link_command, words, env=house.environment).exit_code == 2
    with pytest.raises(Misconfigured):
        link_to_administration(runtime.parts, None, hours=0)
