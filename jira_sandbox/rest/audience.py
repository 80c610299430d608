"""Who hears of an issue: its watchers, and the mails sent about it."""

from __future__ import annotations

from jira_sandbox.clock import iso
from jira_sandbox.errors import bad_request, forbidden, not_found
from jira_sandbox.rest.issues import read
from jira_sandbox.routing import Answer, Call, Routes, no_content
from jira_sandbox.views import basics

routes = Routes()


@routes.on("GET", "/rest/api/{v}/issue/{issueIdOrKey}/watchers")
def get_watchers(call: Call) -> Answer:
    """Who watches an issue."""
    issue = read(call)
    people = [basics.user(call.site, account_id, call.version) for account_id in issue.watchers]
    return Answer(
        body={
            "self": basics.link(call.site, call.version, f"issue/{issue.key}/watchers"),
            "isWatching": call.person.account_id in issue.watchers,
            "watchCount": len(people),
            "watchers": people,
        }
    )


@routes.on("POST", "/rest/api/{v}/issue/{issueIdOrKey}/watchers")
def add_watcher(call: Call) -> Answer:
    """Adds a watcher: the body is a bare accountId, or nothing for the caller."""
    issue = read(call)
    account_id = call.person.account_id if call.body is None else call.body
    if account_id not in call.site.people:
        raise bad_request(f"The user '{account_id}' does not exist.")
    if account_id not in issue.watchers:
        issue.watchers.append(account_id)
    return no_content()


@routes.on("DELETE", "/rest/api/{v}/issue/{issueIdOrKey}/watchers")
def remove_watcher(call: Call) -> Answer:
    """Removes a watcher."""
    issue = read(call)
    account_id = call.text("accountId")
    if account_id not in issue.watchers:
        raise not_found("The user is not watching this issue.")
    issue.watchers.remove(account_id)
    return no_content()


@routes.on("POST", "/rest/api/{v}/issue/{issueIdOrKey}/notify")
def notify(call: Call) -> Answer:
    """Queues a mail about an issue; it is kept in the snapshot. 400 when nobody but the caller would get it."""
    issue = read(call)
    body, site = call.json, call.site
    to = body.get("to") or {}
    people = {str(item.get("accountId")) for item in to.get("users") or []}
    for group in [*(to.get("groups") or []), *({"groupId": item} for item in to.get("groupIds") or [])]:
        named = [g for g in site.groups.values() if g.id == group.get("groupId") or g.name == group.get("name")]
        people |= {member for g in named for member in g.members}
    chosen: dict[str, list[str | None]] = {
        "assignee": [issue.assignee],
        "reporter": [issue.reporter],
        "watchers": [*issue.watchers],
    }
    people |= {str(item) for name, members in chosen.items() if to.get(name) for item in members if item}
    known = {item.account_id for item in site.people.values() if item.account_id in people and not item.deleted}
    known -= {call.person.account_id}
    if not known:
        raise bad_request("No recipients were defined for notification.")
    if any(not site.people[item].is_agent for item in known):
        raise forbidden("A recipient does not have permission to browse the issue.")
    site.mails.append(
        {
            "issue": issue.key,
            "from": call.person.account_id,
            "to": sorted(known),
            "subject": body.get("subject") or f"({issue.key}) {issue.summary}",
            "textBody": body.get("textBody"),
            "htmlBody": body.get("htmlBody"),
            "at": iso(site.now()),
        }
    )
    return no_content()
