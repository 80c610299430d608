"""People who act in Jira as themselves, in the desk's own verbs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from connect_app.jira.adf import document, plain
from connect_app.jira.client import JiraClient, admin_client
from scripts.desk.control import Member

Json = dict[str, Any]


@dataclass(frozen=True)
class Ticket:
    """One request, by its key."""

    key: str
    id: str

    def __str__(self) -> str:
        return self.key


class Actor:
    """Somebody with an account on a site."""

    def __init__(self, site_url: str, member: Member) -> None:
        self.member = member
        self.name = member.name
        self.account_id = member.account_id
        self.jira: JiraClient = admin_client(site_url, member.email, member.token)

    def read(self, ticket: Ticket, *fields: str, expand: str = "") -> Json:
        """The request as this person sees it."""
        params = {"fields": ",".join(fields) or "*all", "expand": expand}
        found: Json = self.jira.get(f"rest/api/3/issue/{ticket.key}", params)
        return found


class Customer(Actor):
    """A customer, who only knows the portal."""

    def opens(self, desk: str, request_type: str, summary: str, description: str = "") -> Ticket:
        """Opens a request on the portal of a service desk (by project key), by the name of its request type."""
        types = self.jira.get(f"rest/servicedeskapi/servicedesk/{desk}/requesttype", {"limit": 50})["values"]
        chosen = next(t for t in types if t["name"] == request_type)
        body = {
            "serviceDeskId": str(chosen["serviceDeskId"]),
            "requestTypeId": str(chosen["id"]),
            "requestFieldValues": {"summary": summary, **({"description": description} if description else {})},
        }
        made = self.jira.request("POST", "rest/servicedeskapi/request", body=body).body
        return Ticket(made["issueKey"], str(made["issueId"]))

    def answers(self, ticket: Ticket, text: str) -> None:
        """Comments on the portal; always public."""
        body = {"body": text, "public": True}
        self.jira.request("POST", f"rest/servicedeskapi/request/{ticket.key}/comment", body=body)

    def presses(self, ticket: Ticket, button: str, text: str | None = None) -> None:
        """Takes a transition the portal offers, by its name, with a comment when asked for one."""
        offered = self.jira.get(f"rest/servicedeskapi/request/{ticket.key}/transition")["values"]
        chosen = next(t for t in offered if t["name"] == button)
        body: Json = {"id": str(chosen["id"])}
        if text is not None:
            body["additionalComment"] = {"body": text}
        self.jira.request("POST", f"rest/servicedeskapi/request/{ticket.key}/transition", body=body)

    def sees(self, ticket: Ticket) -> list[str]:
        """The comments the portal shows, oldest first."""
        path = f"rest/servicedeskapi/request/{ticket.key}/comment"
        found = self.jira.get(path, {"limit": 100})["values"]
        return [plain(comment["body"]) for comment in found]


class Agent(Actor):
    """An agent of the desk."""

    def moves(self, ticket: Ticket, button: str, *, fields: Json | None = None) -> None:
        """Takes a transition by its name."""
        path = f"rest/api/3/issue/{ticket.key}/transitions"
        offered = self.jira.get(path)["transitions"]
        chosen = next((t for t in offered if t["name"] == button), None)
        if chosen is None:
            raise LookupError(f"{button}: Jira offers only {[t['name'] for t in offered]}")
        body: Json = {"transition": {"id": chosen["id"]}}
        if fields:
            body["fields"] = fields
        self.jira.request("POST", path, body=body)

    def says(self, ticket: Ticket, text: str) -> None:
        """Comments so that the customer reads it."""
        self._comments(ticket, text, internal=False)

    def notes(self, ticket: Ticket, text: str) -> None:
        """Comments among agents."""
        self._comments(ticket, text, internal=True)

    def takes(self, ticket: Ticket) -> None:
        """Assigns the request to themselves."""
        body = {"accountId": self.account_id}
        self.jira.request("PUT", f"rest/api/3/issue/{ticket.key}/assignee", body=body)

    def fills(self, ticket: Ticket, field: str, value: Any) -> None:
        """Sets a field, by Jira's id."""
        self.jira.request("PUT", f"rest/api/3/issue/{ticket.key}", body={"fields": {field: value}})

    def shares(self, ticket: Ticket, *people: Actor) -> None:
        """Makes people participants: they are in copy of what is said."""
        body = {"accountIds": [one.account_id for one in people]}
        self.jira.request("POST", f"rest/servicedeskapi/request/{ticket.key}/participant", body=body)

    def logs(self, ticket: Ticket, *, seconds: int, started: str) -> None:
        """Logs time; `started` as Jira writes instants (`2026-11-22T13:00:00.000+0100`)."""
        body = {"started": started, "timeSpentSeconds": seconds}
        self.jira.request("POST", f"rest/api/3/issue/{ticket.key}/worklog", body=body)

    def _comments(self, ticket: Ticket, text: str, *, internal: bool) -> None:
        properties = [{"key": "sd.public.comment", "value": {"internal": internal}}]
        body = {"body": document(text), "properties": properties}
        self.jira.request("POST", f"rest/api/3/issue/{ticket.key}/comment", body=body)


class Administrator(Actor):
    """A Jira administrator."""

    def creates_project(self, key: str, name: str) -> None:
        """Makes a company-managed service project."""
        body = {
            "key": key,
            "name": name,
            "projectTypeKey": "service_desk",
            "projectTemplateKey": "com.atlassian.servicedesk:simplified-external-service-desk",
            "leadAccountId": self.account_id,
        }
        self.jira.request("POST", "rest/api/3/project", body=body)

    def finds_field(self, name: str) -> str:
        """Jira's id of a custom field, by its name."""
        fields = self.jira.get("rest/api/3/field")
        return next(str(field["id"]) for field in fields if field["custom"] and field["name"] == name)
