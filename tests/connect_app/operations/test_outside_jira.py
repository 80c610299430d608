"""Where Jira shows no pages of ours: one internal comment, and sealed links to pages outside."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import requests
from click.testing import CliRunner, Result

from connect_app.doors.installation import State
from connect_app.errors import Misconfigured, NotFound
from connect_app.jira.adf import plain
from connect_app.operations.bind_project import bind_project
from connect_app.operations.mint_link import link_to_project, link_to_request
from scripts.desk.house import House
from scripts.desk.people import Ticket
from scripts.desk.token_site import TokenSite
from scripts.link import main as link_command
from tests.connect_app.operations.stage import DAY, Stage


def panels(stage: Stage, ticket: Ticket) -> list[dict[str, Any]]:
    """The comments that stand in for a panel."""
    path = f"rest/api/3/issue/{ticket.key}/comment"
    comments = stage.site.admin.jira.get(path, {"maxResults": 100, "expand": "properties"})["comments"]
    marked = {"key": "relance.mark", "value": {"key": f"panel/{ticket.id}", "rule": "panel"}}
    return [c for c in comments if marked in (c.get("properties") or ())]


def with_panel_comment(stage: Stage) -> None:
    """The project is bound as anybody binds one who says nothing about the comment."""
    bound = stage.runtime.store.bindings.of_project(stage.installation.id, "SUP")
    assert bound is not None
    bind_project(stage.parts, stage.installation.id, replace(bound.binding, parameters={}))


def test_one_internal_comment_says_what_comes_next_and_is_rewritten_only_when_that_changes(
    token_stage: Stage,
) -> None:
    stage = token_stage
    with_panel_comment(stage)
    ticket = stage.waiting()
    for _ in range(3):
        stage.run(ticket)
    (first,) = panels(stage, ticket)
    assert first["jsdPublic"] is False
    assert stage.marie.sees(ticket) == ["Quelles sont les dates du contrat ?"]
    text = plain(first["body"])
    assert "Prochaine étape : " in text
    href = str(first["body"]).partition("'href': '")[2].partition("'")[0]
    assert requests.get(href, timeout=20).status_code == 200
    edits = writes(stage, "PUT", "/comment/")
    for _ in range(2):
        stage.run(ticket)
    assert writes(stage, "PUT", "/comment/") == edits, "nothing changed, nothing is written"
    stage.later(3 * DAY)
    stage.run(ticket)
    (second,) = panels(stage, ticket)
    assert second["id"] == first["id"]
    assert plain(second["body"]) != text
    assert stage.reminded(ticket) == 2, "the reminder and the one comment"
    stage.later(3 * DAY)
    stage.run(ticket)
    assert stage.reminded(ticket) == 3, "our own edits restart nothing"


def writes(stage: Stage, method: str, part: str) -> int:
    log = stage.site.control.requests(stage.site.name)
    return sum(r["method"] == method and part in str(r["path"]) for r in log)


def test_a_panel_comment_somebody_deleted_stays_deleted(token_stage: Stage) -> None:
    stage = token_stage
    with_panel_comment(stage)
    ticket = stage.waiting()
    stage.run(ticket)
    (comment,) = panels(stage, ticket)
    stage.site.admin.jira.request("DELETE", f"rest/api/3/issue/{ticket.key}/comment/{comment['id']}")
    for _ in range(2):
        stage.later(3 * DAY)
        stage.run(ticket)
    assert panels(stage, ticket) == []


def test_where_jira_shows_our_pages_or_the_desk_wants_none_there_is_no_such_comment(
    stage: Stage, token_stage: Stage
) -> None:
    with_panel_comment(stage)
    for each in (stage, token_stage):
        ticket = each.waiting()
        each.run(ticket)
        assert panels(each, ticket) == []


def test_a_project_page_tells_the_next_steps_and_a_customers_page_no_reason(
    token_stage: Stage, token_site: TokenSite
) -> None:
    stage, ticket = token_stage, token_stage.waiting()
    stage.run(ticket)
    page = requests.get(link_to_project(stage.parts, stage.open, "SUP", days=1), timeout=20).text
    assert ticket.key in page
    assert "waiting-customer-follow-up" in page
    customer = link_to_request(stage.parts, stage.open, ticket.key, days=1, customer=stage.marie.account_id)
    page = requests.get(customer, timeout=20).text
    assert "En attente du client" in page
    assert "waiting-customer-follow-up" not in page
    with pytest.raises(NotFound):
        link_to_project(stage.parts, stage.open, "NOPE", days=1)
    with pytest.raises(Misconfigured):
        link_to_request(stage.parts, stage.open, ticket.key, days=91)
    token_site.token(token="")
    assert "Relance ne répond pas" in requests.get(customer, timeout=20).text
    assert token_site.installation.state is State.UNREACHABLE, "a visitor does not knock again and again"
    assert requests.get(customer, timeout=20).status_code == 404


def test_the_link_command_prints_an_address_that_opens(token_stage: Stage, house: House) -> None:
    stage, ticket = token_stage, token_stage.waiting()
    stage.run(ticket)

    def types(*words: str) -> Result:
        return CliRunner().invoke(link_command, [*words, "--site-url", stage.site.url], env=house.environment)

    for words in ((ticket.key,), ("--project", "SUP"), (ticket.key, "--customer", stage.marie.account_id)):
        printed = types(*words)
        assert printed.exit_code == 0, printed.output
        assert ticket.key in requests.get(printed.output.strip(), timeout=20).text
    for wrong in ((), (ticket.key, "--project", "SUP"), ("--project", "SUP", "--customer", "x")):
        assert types(*wrong).exit_code == 2
    assert types("SUP-999").exit_code == 1
    assert types(ticket.key, "--days", "91").exit_code == 2
