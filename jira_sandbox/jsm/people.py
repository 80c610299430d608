"""Customers, organisations and the participants of requests."""

from __future__ import annotations

from jira_sandbox.changes.custom_fields import custom_setting
from jira_sandbox.changes.editing import edit
from jira_sandbox.changes.fields import Context
from jira_sandbox.errors import Refusal, bad_request, conflict, not_found
from jira_sandbox.jsm.desks import find_desk
from jira_sandbox.jsm.paging import cut, paged, request_of, require_agent
from jira_sandbox.routing import Answer, Call, Routes, no_content
from jira_sandbox.state.accounts import open_account, organization_named
from jira_sandbox.state.issues import Issue
from jira_sandbox.state.people import Organization, Person
from jira_sandbox.state.permissions import DESK_CUSTOMERS, is_customer_of, organizations_of
from jira_sandbox.views import desk

routes = Routes()
_API = "/rest/servicedeskapi"
_PARTICIPANT = _API + "/request/{issueIdOrKey}/participant"
_ORGANIZATION = _API + "/organization"
_MEMBERS = _ORGANIZATION + "/{organizationId}/user"
_DESK = _API + "/servicedesk/{serviceDeskId}"


def _people(call: Call, ids: list[str]) -> Answer:
    people = [call.site.people[item] for item in ids if item in call.site.people]
    return paged(call, [desk.person(call.site, item) for item in cut(call, people)], len(people))


def _accounts(call: Call) -> list[Person]:
    wanted = call.json.get("accountIds") or []
    if not wanted:
        raise bad_request("At least one accountId is required.")
    missing = [item for item in wanted if item not in call.site.people]
    if missing:
        raise bad_request(f"The user with account ID {missing[0]} does not exist.")
    return [call.site.people[item] for item in wanted]


@routes.on("GET", _PARTICIPANT)
def participants(call: Call) -> Answer:
    """Who takes part in a request besides its reporter."""
    return _people(call, request_of(call).participants)


def _set_participants(call: Call, issue: Issue, ids: list[str]) -> Answer:
    if not (call.person.is_agent or is_customer_of(call.site, call.person, issue)):
        raise Refusal(403, ["You do not have permission to manage the participants of the request."])
    field = call.site.field_of_kind("sd-request-participants")
    if field is not None:
        context = Context(site=call.site, issue=issue, version="3")
        edit(call.site, issue, call.actor, [custom_setting(context, field, [{"accountId": item} for item in ids])])
    return _people(call, issue.participants)


@routes.on("POST", _PARTICIPANT)
def add_participants(call: Call) -> Answer:
    """Adds participants."""
    issue = request_of(call)
    ids = [*issue.participants, *(item.account_id for item in _accounts(call))]
    return _set_participants(call, issue, [item for item in dict.fromkeys(ids) if item != issue.reporter])


@routes.on("DELETE", _PARTICIPANT)
def remove_participants(call: Call) -> Answer:
    """Removes participants."""
    issue, gone = request_of(call), {item.account_id for item in _accounts(call)}
    return _set_participants(call, issue, [item for item in issue.participants if item not in gone])


def _organization(call: Call, given: str) -> Organization:
    try:
        return call.site.organizations[given]
    except KeyError:
        raise not_found(f"The organization {given} does not exist.") from None


@routes.on("GET", _ORGANIZATION)
def organizations(call: Call) -> Answer:
    """The organisations; customers see their own."""
    wanted = call.text("accountId")
    found = list(call.site.organizations.values())
    if not call.person.is_agent:
        found = organizations_of(call.site, call.person.account_id)
    if wanted:
        found = [item for item in found if wanted in item.members]
    return paged(call, [desk.organization(call.site, item) for item in cut(call, found)], len(found))


@routes.on("POST", _ORGANIZATION)
def create_organization(call: Call) -> Answer:
    """Creates an organisation, or finds the one of that name."""
    require_agent(call)
    name = str(call.json.get("name") or "").strip()
    if not name:
        raise bad_request("The organization name is required.")
    return Answer(status=201, body=desk.organization(call.site, organization_named(call.site, name)))


@routes.on("GET", _ORGANIZATION + "/{organizationId}")
def get_organization(call: Call) -> Answer:
    """Reads an organisation."""
    require_agent(call)
    return Answer(body=desk.organization(call.site, _organization(call, call.param("organizationId"))))


@routes.on("DELETE", _ORGANIZATION + "/{organizationId}")
def delete_organization(call: Call) -> Answer:
    """Deletes an organisation."""
    require_agent(call)
    gone = _organization(call, call.param("organizationId"))
    del call.site.organizations[gone.id]
    for issue in call.site.issues.values():
        issue.organizations = [item for item in issue.organizations if item != gone.id]
    for project in call.site.projects.values():
        project.organizations = [item for item in project.organizations if item != gone.id]
    return no_content()


@routes.on("GET", _MEMBERS)
def members(call: Call) -> Answer:
    """The people of an organisation."""
    require_agent(call)
    return _people(call, _organization(call, call.param("organizationId")).members)


@routes.on("POST", _MEMBERS)
def add_members(call: Call) -> Answer:
    """Adds people to an organisation."""
    require_agent(call)
    organization = _organization(call, call.param("organizationId"))
    for person in _accounts(call):
        if person.account_id not in organization.members:
            organization.members.append(person.account_id)
    return no_content()


@routes.on("DELETE", _MEMBERS)
def remove_members(call: Call) -> Answer:
    """Removes people from an organisation."""
    require_agent(call)
    organization, gone = _organization(call, call.param("organizationId")), _accounts(call)
    organization.members = [item for item in organization.members if item not in {p.account_id for p in gone}]
    return no_content()


@routes.on("GET", _DESK + "/organization")
def desk_organizations(call: Call) -> Answer:
    """The organisations attached to a desk."""
    require_agent(call)
    found = [call.site.organizations[item] for item in find_desk(call, call.param("serviceDeskId")).organizations]
    return paged(call, [desk.organization(call.site, item) for item in cut(call, found)], len(found))


@routes.on("POST", _DESK + "/organization")
def attach_organization(call: Call) -> Answer:
    """Attaches an organisation to a desk; 204 also when it is attached already."""
    require_agent(call)
    project = find_desk(call, call.param("serviceDeskId"))
    organization = _organization(call, str(call.json.get("organizationId")))
    if organization.id not in project.organizations:
        project.organizations.append(organization.id)
    return no_content()


@routes.on("DELETE", _DESK + "/organization")
def detach_organization(call: Call) -> Answer:
    """Detaches an organisation from a desk."""
    require_agent(call)
    project = find_desk(call, call.param("serviceDeskId"))
    gone = str(call.json.get("organizationId"))
    project.organizations = [item for item in project.organizations if item != gone]
    return no_content()


@routes.on("POST", _API + "/customer")
def create_customer(call: Call) -> Answer:
    """Creates a portal-only customer; 400 when the address is taken, 409 when the caller prefers it."""
    require_agent(call)
    email, name = str(call.json.get("email") or ""), call.json.get("displayName") or call.json.get("fullName")
    if "@" not in email:
        raise bad_request("The e-mail address is not valid.")
    if any(person.email == email for person in call.site.people.values()):
        message = "An account already exists for this email."
        raise conflict(message) if call.flag("strictConflictStatusCode") else bad_request(message)
    person = open_account(call.site, str(name or email), "customer", roles=["customer"], email=email)
    return Answer(status=201, body=desk.person(call.site, person))


@routes.on("GET", _DESK + "/customer")
def customers(call: Call) -> Answer:
    """The customers of a desk: those added to it, and the members of its organisations."""
    require_agent(call)
    project, query = find_desk(call, call.param("serviceDeskId")), call.text("query").casefold()
    ids = [*project.customers, *project.role_actors.get(DESK_CUSTOMERS, [])]
    ids += [member for item in project.organizations for member in call.site.organizations[item].members]
    people = call.site.people
    return _people(
        call, [i for i in dict.fromkeys(ids) if query in f"{people[i].display_name} {people[i].email}".casefold()]
    )


@routes.on("POST", _DESK + "/customer")
def add_customers(call: Call) -> Answer:
    """Adds customers to a desk; 204 also when they are there already."""
    require_agent(call)
    project = find_desk(call, call.param("serviceDeskId"))
    for person in _accounts(call):
        if person.account_id not in project.customers:
            project.customers.append(person.account_id)
    return no_content()
