"""Says whether somebody may see a request, as its portal would: the customer's token alone proves nothing."""

from __future__ import annotations

from automation_rules.facts import Person, Side
from connect_app.jira.client import JiraClient
from connect_app.jira.people import JsonObject, People, held_on, listed


def may_see(
    client: JiraClient, people: People, viewer: Person, issue: JsonObject, organizations_field: str | None
) -> bool:
    """True for the reporter of a request, its participants, members of its organisations, and whoever may browse it.

    `issue` is Jira's JSON with its fields. A customer of the portal holds no permission that could be asked about,
    hence the lists (contract §2.6); of an agent Jira is asked at once.
    """
    account_id = viewer.account_id
    if viewer.side is Side.AGENT:
        return _may_browse(client, account_id, str(issue["id"]))
    fields = issue["fields"]
    if (fields.get("reporter") or {}).get("accountId") == account_id:
        return True
    companies = [str(one["id"]) for one in (fields.get(organizations_field) or () if organizations_field else ())]
    if companies and not people.companies_of(client, account_id).keys().isdisjoint(companies):
        return True
    lists = [f"request/{issue['key']}/participant", *(f"organization/{company}/user" for company in companies)]
    if any(person.get("accountId") == account_id for path in lists for person in listed(client, path)):
        return True
    return _may_browse(client, account_id, str(issue["id"]))


def _may_browse(client: JiraClient, account_id: str, issue_id: str) -> bool:
    return bool(held_on(client, account_id, ["BROWSE_PROJECTS"], "issues", issue_id))
