"""People leave, requests move house, statuses get other names: the outcome is clear, and nothing is lost."""

from __future__ import annotations

from dataclasses import replace

import pytest

from connect_app.errors import NotFound
from connect_app.operations.bind_project import bind_project
from connect_app.operations.escalate import escalate
from connect_app.operations.explain_issue import explain_issue
from connect_app.operations.sweep_site import sweep_site
from scripts.desk.desk import Choice, Desk
from scripts.desk.people import Agent, Ticket
from tests.connect_app.operations.stage import DAY, Stage


def leaves(stage: Stage, person: str, *, deleted: bool = True) -> None:
    """An account is deleted, or only deactivated."""
    path = f"/sites/{stage.site.name}/people/{person}"
    if deleted:
        stage.site.control.call("DELETE", path)
    else:
        stage.site.control.call("PUT", path, {"active": False})


def asked_by(stage: Stage, agent: Agent) -> Ticket:
    """A request whose agent first moved it and then said what is asked."""
    ticket = stage.marie.opens("SUP", "Demande de service", "Arrivée de Jean MARTIN")
    stage.sebastien.moves(ticket, "Commencer")
    agent.takes(ticket)
    agent.moves(ticket, "Demander des informations")
    stage.later(DAY / 1440)
    agent.says(ticket, "Quelles sont les dates du contrat ?")
    return ticket


def a_field_of_theirs(stage: Stage) -> str:
    """An administrator makes a field the pack knows nothing of, and puts it on every screen; its id."""
    jira = stage.site.admin.jira
    body = {"name": "Météo", "type": "com.atlassian.jira.plugin.system.customfieldtypes:textfield"}
    made: str = jira.request("POST", "rest/api/3/field", body=body).body["id"]
    for screen in jira.get("rest/api/3/screens", {"maxResults": 100})["values"]:
        tabs = f"rest/api/3/screens/{screen['id']}/tabs"
        jira.request("POST", f"{tabs}/{jira.get(tabs)[0]['id']}/fields", body={"fieldId": made})
    return made


@pytest.mark.promise("C4", "C24", "C28", "C29")
def test_who_left_the_team_still_spoke_for_it_and_who_left_is_not_waited_for(stage: Stage) -> None:
    gone, away = stage.site.agent("Partie"), stage.site.agent("Absent")
    tickets = [asked_by(stage, gone), asked_by(stage, away)]
    leaves(stage, gone.account_id)
    leaves(stage, away.account_id, deleted=False)
    for ticket in tickets:
        stage.run(ticket)
        assert stage.status(ticket) == "En attente du client", "an agent's question is no customer's answer"
    lead = stage.runtime.store.bindings.of_project(stage.installation.id, "SUP")
    assert lead is not None
    leaves(stage, lead.binding.people["team-lead"][0])
    escalate(stage.parts, stage.open, tickets[0].id, stage.marie.account_id, "expertise")
    leaves(stage, stage.marie.account_id)
    stage.run(tickets[0])
    told = [entry for entry in stage.entries(tickets[0]) if entry.action == "Notify"]
    assert [(entry.result or {}).get("told") for entry in told] == [False], "nobody of those named is there any more"
    assert "No recipients" in str((told[0].result or {})["because"])
    before = [stage.reminded(ticket) for ticket in tickets]
    stage.later(4 * DAY)
    for ticket in tickets:
        stage.run(ticket)
    assert [stage.reminded(ticket) for ticket in tickets] == [count + 1 for count in before]


@pytest.mark.promise("C4", "C24", "C26")
def test_a_request_that_moves_house_is_followed_where_we_are_and_told_where_we_are_not(stage: Stage) -> None:
    lead = stage.site.agent("Lise").account_id
    people = {"team-lead": (lead,), "offer-owner": (lead,)}
    other = Desk(stage.site, Choice(project="OPS", pack="managed-operations", name="Exploitation"), people=people)
    other.provision()
    other.bind(stage.runtime)
    stage.site.admin.jira.request(
        "POST",
        "rest/api/3/project",
        body={
            "key": "ARC",
            "name": "Archives",
            "projectTypeKey": "business",
            "leadAccountId": stage.site.admin.account_id,
        },
    )

    def moved(ticket: Ticket, project: str) -> Ticket:
        path = f"/sites/{stage.site.name}/issues/{ticket.key}/move"
        body = {"project": project, "accountId": stage.sebastien.account_id}
        return Ticket(stage.site.control.call("POST", path, body)["key"], ticket.id)

    old = stage.waiting()
    stage.run(old)
    stage.later(2 * DAY)
    ticket = moved(old, "OPS")
    assert ticket.key == "OPS-1"
    swept = {sweep.project_key: sweep.issues for sweep in sweep_site(stage.parts, stage.installation.id)}
    assert swept == {"OPS": (ticket.id,), "SUP": ()}
    stage.run(ticket)
    assert stage.status(old) == "En attente du client", "the old key leads to it"
    before = stage.reminded(ticket)
    stage.later(3 * DAY)
    stage.run(old)
    assert stage.reminded(ticket) == before + 1
    assert stage.entries(ticket)[-1].issue_key == "OPS-1"

    ticket = moved(ticket, "ARC")
    stage.run(ticket)
    assert stage.due_at(ticket) is None
    last = stage.entries(ticket)[-1]
    assert (last.action, last.summary) == ("Parted", "OPS-1: ARC-1 is in ARC, which no policy follows")
    count = len(stage.entries(ticket))
    stage.run(ticket)
    assert len(stage.entries(ticket)) == count, "told once"
    with pytest.raises(NotFound, match="ARC-1 is in ARC, which no policy follows"):
        explain_issue(stage.parts, stage.open, "SUP-1")

    gone = stage.waiting()
    stage.run(gone)
    stage.site.admin.jira.request("DELETE", f"rest/api/3/issue/{gone.key}")
    stage.run(gone)
    assert stage.entries(gone)[-1].summary == f"{gone.id}: it is gone, or hidden from us"


@pytest.mark.promise("C24")
def test_a_project_whose_key_is_changed_is_followed_under_the_new_one(stage: Stage) -> None:
    seen, unseen = stage.waiting(), stage.waiting()
    for ticket in (seen, unseen):
        stage.run(ticket)
    before = [stage.reminded(ticket) for ticket in (seen, unseen)]
    stage.site.admin.jira.request("PUT", "rest/api/3/project/SUP", body={"key": "HELP"})
    (swept,) = sweep_site(stage.parts, stage.installation.id)
    assert swept.project_key == "HELP"
    stage.later(3 * DAY)
    stage.site.admin.jira.request("PUT", "rest/api/3/project/HELP", body={"key": "DESK"})
    stage.run(seen)
    assert stage.entries(seen)[-1].issue_key == "DESK-1"
    stage.sweep()
    assert [stage.reminded(ticket) for ticket in (seen, unseen)] == [count + 1 for count in before]
    assert stage.runtime.store.bindings.of_project(stage.installation.id, "SUP") is None


@pytest.mark.promise("C24", "C26")
def test_statuses_with_other_names_and_unknown_fields_change_nothing(stage: Stage) -> None:
    ticket = stage.waiting()
    stage.run(ticket)
    jira = stage.site.admin.jira
    found = {s["name"]: s for s in jira.get("rest/api/3/statuses/search", {"maxResults": 200})["values"]}
    renamed = [
        {"id": found[old]["id"], "name": new, "statusCategory": found[old]["statusCategory"]}
        for old, new in (("En attente du client", "Au client de jouer"), ("Fermée", "Terminée 🎉"))
    ]
    jira.request("PUT", "rest/api/3/statuses", body={"statuses": renamed})
    stage.sebastien.fills(ticket, a_field_of_theirs(stage), "pluie")
    bound = stage.runtime.store.bindings.of_project(stage.installation.id, "SUP")
    assert bound is not None
    bind_project(stage.parts, stage.installation.id, bound.binding)
    before = stage.reminded(ticket)
    for days in (3, 3, 6):
        stage.later(days * DAY)
        stage.run(ticket)
    assert stage.reminded(ticket) == before + 3
    assert stage.status(ticket) == "Terminée 🎉"

    # A status the pack has no word for at all: nothing is done, and it is said why.
    known = {jira_id: status for jira_id, status in bound.vocabulary.statuses.items() if status != "closed"}
    stranger = replace(bound, vocabulary=replace(bound.vocabulary, statuses=known))
    stage.runtime.store.bindings.put(stage.installation.id, stranger)
    told = explain_issue(stage.parts, stage.open, ticket.key)
    reasons = {decision["rule"]: decision["reasons"] for decision in told["decisions"]}
    assert reasons["waiting-customer-follow-up"] == ["no status of the pack is “Terminée 🎉”"]
