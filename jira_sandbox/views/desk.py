"""JSM's values: request types, SLA clocks, dates and durations in four writings."""

from __future__ import annotations

from datetime import datetime, timedelta
from urllib.parse import quote

from jira_sandbox.clock import epoch_ms
from jira_sandbox.state import sla as clocks
from jira_sandbox.state.configuration import Field, Project, RequestType, Sla
from jira_sandbox.state.issues import Issue
from jira_sandbox.state.people import Organization, Person
from jira_sandbox.state.shapes import Json, Value
from jira_sandbox.state.site import Site
from jira_sandbox.views import basics


def desk_link(site: Site, path: str) -> str:
    """An absolute address under the JSM API."""
    return f"{site.base_url}/rest/servicedeskapi/{path}"


def date(site: Site, instant: datetime) -> Json:
    """An instant in JSM's four writings."""
    local = instant.astimezone(site.zone)
    return {
        "iso8601": f"{local:%Y-%m-%dT%H:%M:%S%z}",
        "jira": basics.stamp(site, instant),
        "friendly": f"{local:%d/%b/%y %H:%M}",
        "epochMillis": epoch_ms(instant),
    }


def span(value: timedelta) -> Json:
    """A duration, negative when a goal is breached."""
    seconds = int(value.total_seconds())
    sign = "-" if seconds < 0 else ""
    hours, rest = divmod(abs(seconds), 3600)
    return {"millis": seconds * 1000, "friendly": f"{sign}{hours}h {rest // 60}m"}


def sla_view(site: Site, issue: Issue, sla: Sla) -> Json:
    """SlaInformation: completed cycles and the ongoing one."""
    view: Json = {
        "id": sla.id,
        "name": sla.name,
        "slaDisplayFormat": "NEW_SLA_FORMAT",
        "completedCycles": [],
        "_links": {"self": desk_link(site, f"request/{issue.id}/sla/{sla.id}")},
    }
    for cycle in clocks.cycles(site, issue, sla):
        shown: Json = {
            "startTime": date(site, cycle.start),
            "breached": cycle.breached,
            "goalDuration": span(cycle.goal),
            "elapsedTime": span(cycle.elapsed),
            "remainingTime": span(cycle.remaining),
        }
        if cycle.breach is not None:
            shown["breachTime"] = date(site, cycle.breach)
        if cycle.stop is not None:
            view["completedCycles"].append(shown | {"stopTime": date(site, cycle.stop)})
        else:
            view["ongoingCycle"] = shown | {"paused": cycle.paused, "withinCalendarHours": True}
    return view


def request_type(site: Site, project: Project, item: RequestType) -> Json:
    """A request type."""
    return {
        "_expands": ["field"],
        "id": item.id,
        "_links": {"self": desk_link(site, f"servicedesk/{project.desk_id}/requesttype/{item.id}")},
        "name": item.name,
        "description": item.description,
        "helpText": item.help_text,
        "issueTypeId": item.issue_type_id,
        "serviceDeskId": project.desk_id,
        "portalId": project.desk_id,
        "groupIds": list(item.group_ids),
        "icon": {"id": "10000", "_links": {"iconUrls": basics.avatars(site, "requesttype")}},
    }


def person(site: Site, item: Person) -> Json:
    """A person in JSM's words."""
    return {
        "accountId": item.account_id,
        "emailAddress": item.email,
        "displayName": item.display_name,
        "active": item.active,
        "timeZone": item.time_zone,
        "_links": {
            "self": basics.link(site, "2", f"user?accountId={quote(item.account_id, safe='')}"),
            "jiraRest": basics.link(site, "2", f"user?accountId={quote(item.account_id, safe='')}"),
            "avatarUrls": basics.avatars(site, item.account_id),
        },
    }


def organization(site: Site, item: Organization) -> Json:
    """An organisation."""
    return {
        "id": item.id,
        "name": item.name,
        "_links": {"self": desk_link(site, f"organization/{item.id}")},
        "uuid": site.ids.named_uuid("organization", item.id),
        "scimManaged": False,
        "created": date(site, site.now()),
    }


def status_word(site: Site, issue: Issue) -> Json:
    """The current status as the portal shows it."""
    status = site.statuses[issue.status_id]
    return {
        "status": status.name,
        "statusCategory": {"TODO": "NEW", "IN_PROGRESS": "INDETERMINATE", "DONE": "DONE"}[status.category],
        "statusDate": date(site, clocks.status_periods(site, issue)[-1][0]),
    }


def field_value(site: Site, issue: Issue, field: Field, kind: str) -> Value:
    """The value of one of JSM's own custom fields on an issue."""
    project = site.project_of(issue)
    if kind == "vp-origin":
        found = next((item for item in project.request_types if item.id == issue.request_type_id), None)
        if found is None:
            return None
        return {
            "_links": {
                "jiraRest": basics.link(site, "2", f"issue/{issue.id}"),
                "web": f"{site.base_url}/servicedesk/customer/portal/{project.desk_id}/{issue.key}",
                "self": desk_link(site, f"request/{issue.id}"),
                "agent": f"{site.base_url}/browse/{issue.key}",
            },
            "requestType": request_type(site, project, found),
            "currentStatus": status_word(site, issue),
        }
    if kind == "sd-customer-organizations":
        return [organization(site, site.organizations[item]) for item in issue.organizations]
    if kind == "sd-request-participants":
        return [basics.user(site, account_id) for account_id in issue.participants]
    if kind == "sd-sla-field" and project.desk_id:
        sla = next((item for item in site.slas if item.field_id == field.id), None)
        return sla_view(site, issue, sla) if sla else None
    return None
