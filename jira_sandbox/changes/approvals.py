"""The approvals that a workflow asks for while a request is in a status: who is asked, and what they answered."""

from __future__ import annotations

from jira_sandbox.state.configuration import Workflow
from jira_sandbox.state.issues import Approval, Issue
from jira_sandbox.state.shapes import Json
from jira_sandbox.state.site import Site


def configuration(workflow: Workflow, status_id: str) -> Json | None:
    """What the workflow asks for in a status; None when it asks for nothing."""
    for status in workflow.statuses:
        found: Json = status.get("approvalConfiguration") or {}
        if status["statusReference"] == status_id and found.get("active") == "true":
            return found
    return None


def approvers(site: Site, issue: Issue) -> list[str]:
    """The people asked now: those of the field, without whom the workflow excludes."""
    found = configuration(site.workflow_of(issue), issue.status_id)
    if found is None:
        return []
    value = issue.custom.get(str(found["fieldId"])) or []
    people = [str(item.get("accountId") or item.get("id")) for item in (value if isinstance(value, list) else [value])]
    barred = {"assignee": issue.assignee, "reporter": issue.reporter}
    excluded = {barred.get(str(word)) for word in found.get("exclude") or []}
    return [account_id for account_id in people if account_id not in excluded]


def current(site: Site, issue: Issue) -> Approval | None:
    """The approval of the present stay, begun as soon as somebody can be asked; None when nobody is."""
    stay = next(
        (entry.id for entry in reversed(issue.histories) if any(line.field_id == "status" for line in entry.changes)),
        "created",
    )
    found = next((item for item in issue.approvals if item.stay == stay), None)
    if found is None and approvers(site, issue):
        found = Approval(id=site.ids.id("approval"), stay=stay, created=site.now())
        issue.approvals.append(found)
    return found


def is_pending(site: Site, issue: Issue) -> bool:
    """Whether somebody still has to answer in the present stay."""
    found = current(site, issue)
    return found is not None and found.outcome == "pending"


def answer(site: Site, issue: Issue, account_id: str, *, approves: bool) -> str | None:
    """Notes an answer; the id of the transition it takes once everybody needed has answered, else None."""
    found, asked = current(site, issue), configuration(site.workflow_of(issue), issue.status_id)
    if found is None or asked is None:
        return None
    found.answers[account_id] = "approved" if approves else "declined"
    agreed = sum(decision == "approved" for decision in found.answers.values())
    enough = int(asked["conditionValue"])
    if asked["conditionType"] == "percent":
        enough = -(-enough * len(approvers(site, issue)) // 100)
    if approves and agreed < enough:
        return None
    found.outcome, found.completed = found.answers[account_id], site.now()
    return str(asked["transitionApproved" if approves else "transitionRejected"])
