"""What every new Jira site has before anybody touches it."""

from __future__ import annotations

from jira_sandbox.state.configuration import (
    Field,
    IssueType,
    IssueTypeScheme,
    LinkType,
    Named,
    Screen,
    Status,
    Tab,
    Workflow,
    WorkflowScheme,
)
from jira_sandbox.state.permissions import ADDONS, ADMINISTRATORS, DESK_CUSTOMERS, DESK_TEAM
from jira_sandbox.state.shapes import Json
from jira_sandbox.state.site import Site

SYSTEM_SCHEME = 10000
DEFAULT_SCREEN = 1

_PRIORITIES = ("Highest", "High", "Medium", "Low", "Lowest")
_RESOLUTIONS = ("Done", "Won't Do", "Duplicate", "Cannot Reproduce")
_SYSTEM_STATUSES = (
    ("1", "Open", "TODO"),
    ("3", "In Progress", "IN_PROGRESS"),
    ("4", "Reopened", "TODO"),
    ("5", "Resolved", "DONE"),
    ("6", "Closed", "DONE"),
)
_TYPES = (
    ("10001", "Incident", False),
    ("10002", "Service Request", False),
    ("10003", "Task", False),
    ("10004", "Sub-task", True),
)
EDIT_FIELDS = (
    "summary", "description", "issuetype", "reporter", "assignee", "priority", "labels", "duedate", "environment",
    "components", "fixVersions", "versions", "timetracking", "issuelinks", "parent", "attachment", "comment",
    "security",
)  # fmt: skip
_SYSTEM_FIELDS: tuple[tuple[str, str, str, str | None], ...] = (
    ("summary", "Summary", "string", None),
    ("description", "Description", "string", None),
    ("environment", "Environment", "string", None),
    ("issuetype", "Issue Type", "issuetype", None),
    ("project", "Project", "project", None),
    ("status", "Status", "status", None),
    ("statusCategory", "Status Category", "statusCategory", None),
    ("statuscategorychangedate", "Status Category Changed", "datetime", None),
    ("priority", "Priority", "priority", None),
    ("resolution", "Resolution", "resolution", None),
    ("resolutiondate", "Resolved", "datetime", None),
    ("assignee", "Assignee", "user", None),
    ("reporter", "Reporter", "user", None),
    ("creator", "Creator", "user", None),
    ("created", "Created", "datetime", None),
    ("updated", "Updated", "datetime", None),
    ("duedate", "Due date", "date", None),
    ("labels", "Labels", "array", "string"),
    ("components", "Components", "array", "component"),
    ("fixVersions", "Fix versions", "array", "version"),
    ("versions", "Affects versions", "array", "version"),
    ("issuelinks", "Linked Issues", "array", "issuelinks"),
    ("subtasks", "Sub-tasks", "array", "issuelinks"),
    ("parent", "Parent", "issuelink", None),
    ("attachment", "Attachment", "array", "attachment"),
    ("comment", "Comment", "comments-page", None),
    ("worklog", "Log Work", "array", "worklog"),
    ("timetracking", "Time tracking", "timetracking", None),
    ("timespent", "Time Spent", "number", None),
    ("timeestimate", "Remaining Estimate", "number", None),
    ("timeoriginalestimate", "Original estimate", "number", None),
    ("aggregatetimespent", "Σ Time Spent", "number", None),
    ("aggregatetimeestimate", "Σ Remaining Estimate", "number", None),
    ("aggregatetimeoriginalestimate", "Σ Original Estimate", "number", None),
    ("progress", "Progress", "progress", None),
    ("aggregateprogress", "Σ Progress", "progress", None),
    ("workratio", "Work Ratio", "number", None),
    ("watches", "Watchers", "watches", None),
    ("votes", "Votes", "votes", None),
    ("security", "Security Level", "securitylevel", None),
    ("lastViewed", "Last Viewed", "datetime", None),
)
_DESK_FIELDS = (
    (10002, "Organizations", "sd-customer-organizations", "array", "sd-customerorganization"),
    (10010, "Request Type", "vp-origin", "sd-customerrequesttype", None),
    (10020, "Request participants", "sd-request-participants", "array", "user"),
    (10003, "Approvals", "sd-approvals", "sd-approvals", None),
)


def seed(site: Site) -> None:
    """Fills a new site with Jira's own configuration."""
    for number, name in enumerate(_PRIORITIES, start=1):
        site.priorities[str(number)] = Named(id=str(number), name=name, is_default=name == "Medium")
    for name in _RESOLUTIONS:
        new = site.ids.id("resolution")
        site.resolutions[new] = Named(id=new, name=name)
    for role_id, name in (
        (ADMINISTRATORS, "Administrators"),
        (DESK_TEAM, "Service Desk Team"),
        (DESK_CUSTOMERS, "Service Desk Customers"),
        (ADDONS, "atlassian-addons-project-access"),
    ):
        site.roles[role_id] = Named(id=role_id, name=name)
    for type_id, name, subtask in _TYPES:
        site.issue_types[type_id] = IssueType(id=type_id, name=name, subtask=subtask)
        site.ids.number("issuetype")
    site.issue_type_schemes["10000"] = IssueTypeScheme(
        id="10000", name="Default Issue Type Scheme", type_ids=[row[0] for row in _TYPES], is_default=True
    )
    for link_id, name, inward, outward in (
        ("10000", "Blocks", "is blocked by", "blocks"),
        ("10001", "Cloners", "is cloned by", "clones"),
        ("10003", "Relates", "relates to", "relates to"),
    ):
        site.link_types[link_id] = LinkType(id=link_id, name=name, inward=inward, outward=outward)
    _seed_fields(site)
    site.screens[DEFAULT_SCREEN] = Screen(
        id=DEFAULT_SCREEN, name="Default Screen", tabs=[Tab(id=10000, name="Field Tab", fields=list(EDIT_FIELDS))]
    )
    _seed_workflow(site)


def _seed_fields(site: Site) -> None:
    for field_id, name, kind, items in _SYSTEM_FIELDS:
        schema: Json = {"type": kind, "system": field_id}
        if items:
            schema["items"] = items
        site.fields[field_id] = Field(id=field_id, name=name, schema=schema)
    for number, name, custom, kind, items in _DESK_FIELDS:
        field_id = f"customfield_{number}"
        schema = {"type": kind, "custom": f"com.atlassian.servicedesk:{custom}", "customId": number}
        if items:
            schema["items"] = items
        site.fields[field_id] = Field(id=field_id, name=name, schema=schema, custom=True)


def _seed_workflow(site: Site) -> None:
    for status_id, name, category in _SYSTEM_STATUSES:
        site.statuses[status_id] = Status(id=status_id, name=name, category=category)  # type: ignore[arg-type] # literals of the table above
    done: Json = {
        "ruleKey": "system:update-field",
        "parameters": {"field": "resolution", "value": "10000", "mode": "replace"},
    }
    cleared: Json = {
        "ruleKey": "system:update-field",
        "parameters": {"field": "resolution", "value": "", "mode": "replace"},
    }
    workflow = Workflow(
        id=site.ids.named_uuid("workflow", "jira"),
        name="jira",
        description="The default Jira workflow.",
        version_id=site.ids.uuid("version"),
        statuses=[{"statusReference": row[0], "properties": {}} for row in _SYSTEM_STATUSES],
        transitions=[
            transition("1", "Create Issue", "1", kind="INITIAL"),
            transition("4", "Start Progress", "3", sources=("1", "4")),
            transition("5", "Resolve Issue", "5", sources=("1", "3", "4"), actions=[done]),
            transition("2", "Close Issue", "6", sources=("1", "3", "4", "5"), actions=[done]),
            transition("3", "Reopen Issue", "4", sources=("5", "6"), actions=[cleared]),
            transition("301", "Stop Progress", "1", sources=("3",)),
        ],
        created=site.now(),
        updated=site.now(),
        editable=False,
    )
    site.workflows[workflow.id] = workflow
    site.workflow_schemes[SYSTEM_SCHEME] = WorkflowScheme(
        id=SYSTEM_SCHEME,
        name="Default Workflow Scheme",
        default_workflow=workflow.id,
        version_id=site.ids.uuid("version"),
    )


def transition(  # noqa: PLR0913 - a transition has that many parts
    number: str,
    name: str,
    target: str,
    *,
    kind: str = "DIRECTED",
    sources: tuple[str, ...] = (),
    actions: list[Json] | None = None,
    portal: bool = False,
) -> Json:
    """A transition in the words of the bulk workflow operations."""
    return {
        "id": number,
        "name": name,
        "description": "",
        "type": kind,
        "toStatusReference": target,
        "links": [{"fromStatusReference": source} for source in sources],
        "properties": {"servicedesk.customer.transition.active": "true"} if portal else {},
        "actions": actions or [],
        "validators": [],
        "triggers": [],
    }
