"""`scripts.site`, told in the operator's language; secrets come from the environment or a prompt."""

from __future__ import annotations

import itertools
from string import Formatter

import pytest
from click.testing import CliRunner, Result

from automation_rules.checklist.writing import WEBHOOK_EVENTS
from connect_app.doors.installation import State
from connect_app.operations.site_words import LANGUAGES, SENTENCES, SPOKEN, STEPS, say
from connect_app.runtime import Runtime
from scripts.desk.house import House
from scripts.site.__main__ import main
from tests.connect_app.operations.newcomer import Newcomer

_numbers = itertools.count(1)


class Operator(Newcomer):
    """Somebody at the terminal of the machine Relance runs on."""

    def types(self, *words: str, says: str | None = None, token: str | None = None) -> Result:
        login = {"RELANCE_SITE_EMAIL": self.service.email, "RELANCE_SITE_TOKEN": token or self.service.token}
        environment = {**self.house.environment, **({} if says is not None else login)}
        return CliRunner().invoke(main, list(words), input=says, env=environment)


@pytest.fixture
def operator(house: House) -> Operator:
    return Operator(house)


def test_the_life_of_a_site_from_the_first_command_to_the_last(operator: Operator, runtime: Runtime) -> None:
    added = operator.types("add", operator.url, "--ends", "2026-11-20")
    assert added.exit_code == 0, added.output
    assert 'project in ("SUP")' in added.output
    for step in ("Secret : ", "jira:issue_updated", "comment_created", "/hooks/"):
        assert step in added.output
    assert operator.service.token not in added.output
    site = next(i for i in runtime.store.installations.all() if i.base_url == operator.url)
    assert site.token_ends is not None

    checked = operator.types("check", operator.url, "--locale", "en")
    assert checked.exit_code == 1, "no webhook was received yet"
    assert "✓ Jira accepts our credentials." in checked.output
    assert "✗ No webhook was received" in checked.output
    assert "The token ends on 2026-11-20" in checked.output or "The token ended on 2026-11-20" in checked.output

    assert "en service" in operator.types("list").output
    assert operator.types("pause", operator.url).exit_code == 0
    assert state(runtime, site.id) is State.DISABLED
    assert operator.types("resume", operator.url).exit_code == 0
    assert operator.types("resume", operator.url).exit_code == 1
    assert "New secret: " in operator.types("rotate", operator.url, "--webhook-secret", "--locale", "en").output
    assert operator.types("rotate", operator.url, token="nonsense").exit_code == 1  # noqa: S106 - made up
    assert operator.types("rotate", operator.url).exit_code == 0
    assert operator.types("move", operator.url).exit_code == 0
    assert operator.types("remove", operator.url, says="n\n").exit_code == 1
    assert operator.types("remove", operator.url, "--yes").exit_code == 0
    assert state(runtime, site.id) is State.UNINSTALLED
    assert runtime.store.installations.secrets_of(site.client_key) is None


@pytest.mark.parametrize("administrator", [True, False])
def test_the_webhook_is_made_by_itself_where_the_operator_agrees_and_jira_lets_us(
    operator: Operator, runtime: Runtime, *, administrator: bool
) -> None:
    if not administrator:
        operator.service = operator.house.control.add_person(
            operator.name, "Relance", kind="atlassian", roles=["agent"], organizations=[]
        )
    added = operator.types("add", operator.url, "--create-webhook", "--locale", "en")
    assert added.exit_code == 0, added.output
    site = next(i for i in runtime.store.installations.all() if i.base_url == operator.url)
    made = operator.admin.jira.get("rest/webhooks/1.0/webhook")
    if administrator:
        assert "✓ The webhook is made in Jira." in added.output
        assert "Secret" not in added.output, "nobody needs to know it"
        ((url, signed, events),) = [(hook["url"], hook["isSigned"], hook["events"]) for hook in made]
        assert url == f"{runtime.settings.base_url}/hooks/{site.hook_id}"
        assert signed
        assert set(events) == set(WEBHOOK_EVENTS)
    else:
        assert "· Jira did not let us make the webhook" in added.output
        assert "Now create the webhook in Jira:" in added.output
        assert made == []


def state(runtime: Runtime, installation_id: str) -> State:
    found = runtime.store.installations.by_id(installation_id)
    assert found is not None
    return found.state


def test_the_prompt_shows_nothing_of_the_token(operator: Operator) -> None:
    typed = operator.types("add", operator.url, says=f"{operator.service.email}\n{operator.service.token}\n")
    assert typed.exit_code == 0, typed.output
    assert operator.service.token not in typed.output


def test_what_is_wrong_is_one_line_and_exit_code_1(operator: Operator) -> None:
    for url, token, line in (
        ("https://acme.example.com", None, "hôte Jira autorisé"),
        (operator.url, "ATATT-wrong", f"{operator.url} : Jira refuse l'e-mail ou le jeton (faux, expiré ou révoqué)."),
    ):
        refused = operator.types("add", url, token=token)
        assert refused.exit_code == 1
        assert line in refused.output
        assert len(refused.output.strip().splitlines()) == 1
        assert operator.service.token not in refused.output


def test_every_sentence_exists_in_both_languages_with_the_same_facts() -> None:
    for code, texts in {**SENTENCES, **SPOKEN}.items():
        asked = [{name for _, name, _, _ in Formatter().parse(text) if name} for text in texts]
        assert asked[0] == asked[1], code
        assert say(code, "en", **dict.fromkeys(asked[0], "x"))
    assert set(STEPS) == set(LANGUAGES)


def test_an_unknown_site_is_named_with_those_that_are_known(operator: Operator) -> None:
    refused = operator.types("check", "http://127.0.0.1:9")
    assert refused.exit_code == 1
    assert "http://127.0.0.1:9" in refused.output
