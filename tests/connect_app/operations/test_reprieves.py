"""Agents postpone and exempt on a real desk: written into Jira, honoured, taken back, and told to nobody else."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from click.testing import CliRunner

from automation_rules.binding import Mode
from automation_rules.facts import Word
from connect_app.errors import NotFound
from connect_app.jira.marks import REPRIEVES
from connect_app.operations.carry_out import Carried
from connect_app.operations.explain_issue import explain_issue
from connect_app.operations.grant_reprieve import NoReprieve, Refusal, Wish, grant_reprieve
from connect_app.store.ledger import EntryState
from scripts.desk.house import House
from scripts.desk.people import Ticket
from scripts.postpone import main as command
from tests.connect_app.operations.stage import DAY, Stage


def said(stage: Stage, ticket: Ticket, word: Word, until: date | None = None, *, by: str = "") -> Carried:
    wish = Wish(word=word, by=by or stage.sebastien.account_id, until=until, reason="congés du <client>\n")
    return grant_reprieve(stage.parts, stage.open, ticket.key, wish)[1]


def property_of(stage: Stage, ticket: Ticket) -> list[dict[str, Any]]:
    path = f"rest/api/3/issue/{ticket.key}/properties/{REPRIEVES}"
    found: list[dict[str, Any]] = stage.site.admin.jira.get(path)["value"]["list"]
    return found


def today(stage: Stage) -> date:
    return stage.parts.clock.now().date()


@pytest.mark.promise("C24", "C26")
def test_a_postponed_request_is_closed_on_that_day_and_an_exempted_one_not_at_all(stage: Stage) -> None:
    postponed, exempted = stage.waiting(), stage.waiting()
    start = stage.parts.clock.now()
    assert said(stage, postponed, Word.POSTPONED, today(stage) + 20 * DAY) is Carried.DONE
    assert said(stage, exempted, Word.EXEMPTED) is Carried.DONE
    for ticket in (postponed, exempted):
        stage.run(ticket)
    assert stage.due_at(postponed) is not None
    assert abs(stage.due_at(postponed) - (start + 11 * DAY)) < timedelta(minutes=5)  # type: ignore[operator]
    assert stage.due_at(exempted) is None
    stage.later(12 * DAY)
    before = stage.reminded(exempted)
    stage.run(postponed)
    stage.run(exempted)
    assert stage.status(postponed) == "En attente du client"
    assert stage.reminded(exempted) == before
    told = explain_issue(stage.parts, stage.open, postponed.key)["decisions"]
    assert any("congés du <client>" in reason for decision in told for reason in decision["reasons"])
    for passed in (3, 6):
        stage.later(passed * DAY)
        stage.run(postponed)
    assert stage.status(postponed) == "Fermée"
    assert stage.status(exempted) == "En attente du client"
    assert said(stage, exempted, Word.RESUMED) is Carried.DONE
    stage.run(exempted)
    due = stage.due_at(exempted)
    assert due is not None
    assert due - stage.parts.clock.now() > 2 * DAY, "three days of silence are counted from now on"


@pytest.mark.promise("C24")
def test_it_is_kept_in_jira_audited_once_and_survives_the_loss_of_our_database(stage: Stage) -> None:
    ticket = stage.waiting()
    day = today(stage) + 20 * DAY
    assert [said(stage, ticket, Word.POSTPONED, day) for _ in range(2)] == [Carried.DONE, Carried.DONE]
    [kept] = property_of(stage, ticket)
    assert (kept["word"], kept["until"], kept["by"]) == ("postponed", day.isoformat(), stage.sebastien.account_id)
    assert kept["reason"] == "congés du <client>"
    [entry] = [e for e in stage.entries(ticket) if e.action == "SetReprieve"]
    assert entry.state is EntryState.DONE
    assert entry.reasons == (f"asked by {stage.sebastien.account_id}: congés du <client>",)
    changelog = stage.site.admin.jira.get(f"rest/api/3/issue/{ticket.key}/changelog")["values"]
    assert all("relance.reprieves" not in str(one) for one in changelog), "nobody's activity"
    for odd in ({"list": "x"}, {"list": [1, {"id": 2}, {**kept, "until": "soon"}, {**kept, "word": "stay"}, kept]}):
        path = f"rest/api/3/issue/{ticket.key}/properties/{REPRIEVES}"
        stage.site.admin.jira.request("PUT", path, body=odd)
        stage.run(ticket)
    due = stage.due_at(ticket)
    assert due is not None
    assert due - stage.parts.clock.now() > 10 * DAY


def test_only_agents_and_only_days_that_make_sense(stage: Stage) -> None:
    ticket = stage.waiting()
    now = today(stage)
    wrong = {
        now: Refusal.PAST,
        now - DAY: Refusal.PAST,
        now + 12 * DAY: Refusal.NOT_LATER,
        now + 400 * DAY: Refusal.TOO_FAR,
        None: Refusal.PAST,
    }
    for day, why in wrong.items():
        with pytest.raises(NoReprieve) as refused:
            said(stage, ticket, Word.POSTPONED, day)
        assert refused.value.why is why
        assert (refused.value.closes_at is not None) is (why is Refusal.NOT_LATER)
    with pytest.raises(NoReprieve, match="nothing_holds"):
        said(stage, ticket, Word.RESUMED)
    for stranger in (stage.marie.account_id, "nobody"):
        with pytest.raises(NotFound):
            said(stage, ticket, Word.EXEMPTED, by=stranger)
    fresh = stage.marie.opens("SUP", "Demande de service", "Nouvelle")
    with pytest.raises(NoReprieve, match="not_waiting"):
        said(stage, fresh, Word.EXEMPTED)
    assert said(stage, ticket, Word.POSTPONED, now + 40 * DAY) is Carried.DONE
    assert said(stage, ticket, Word.POSTPONED, now + 20 * DAY) is Carried.DONE, "corrected to an earlier day"


def test_in_dry_run_it_is_only_told(stage: Stage) -> None:
    ticket = stage.waiting()
    stage.switch(Mode.DRY_RUN)
    assert said(stage, ticket, Word.EXEMPTED) is Carried.TOLD
    keys = stage.site.admin.jira.get(f"rest/api/3/issue/{ticket.key}/properties")["keys"]
    assert REPRIEVES not in [one["key"] for one in keys]


def test_the_command_says_what_it_did_or_what_is_wrong(token_stage: Stage, house: House) -> None:
    stage, ticket = token_stage, token_stage.waiting()

    def types(*words: str) -> tuple[int, str]:
        done = CliRunner().invoke(command, [ticket.key, *words, "--site-url", stage.site.url], env=house.environment)
        return done.exit_code, done.output

    later = (today(stage) + 20 * DAY).isoformat()
    assert types()[0] == 2
    assert types(later, "--exempt")[0] == 2
    assert types("soon")[0] == 2
    code, told = types(later, "--because", "congés")
    assert code == 0
    assert "is not closed before that day" in told
    [decision] = [d for d in explain_issue(stage.parts, stage.open, ticket.key)["decisions"] if "postponed" in str(d)]
    assert "by an operator" in decision["reasons"][1]
    assert types("--resume")[0] == 0
    code, told = types("--resume")
    assert code == 1
    assert "nothing is postponed" in told
    assert types(later, "--by", stage.marie.account_id)[0] == 1, "a customer cannot"
