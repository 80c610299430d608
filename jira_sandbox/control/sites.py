"""Control of one site: people, SLAs, faults, logs, snapshot."""

from __future__ import annotations

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from jira_sandbox.apps import WebhookFaults
from jira_sandbox.control.documents import NewPerson, NewSite, NewSla, PersonChange
from jira_sandbox.control.snapshot import snapshot
from jira_sandbox.errors import Refusal
from jira_sandbox.host import Host, RunningSite
from jira_sandbox.state.accounts import open_account, organization_named
from jira_sandbox.state.configuration import Field, Sla
from jira_sandbox.state.faults import Faults
from jira_sandbox.state.shapes import Json
from jira_sandbox.state.site import Site


def running_site(host: Host, name: str) -> RunningSite:
    """A site by name; 404 otherwise."""
    try:
        return host.sites[name]
    except KeyError:
        raise Refusal(404, [f"There is no site '{name}'."]) from None


def site_controls(host: Host) -> Blueprint:
    """The routes under /_sandbox/sites."""
    blueprint = Blueprint("sites", __name__)

    @blueprint.post("/_sandbox/sites")
    def open_site() -> ResponseReturnValue:
        new = NewSite.model_validate(request.get_json())
        if new.name in host.sites:
            raise Refusal(409, [f"The site '{new.name}' exists."])
        return host.open_site(new.name, zone=new.zone, locale=new.locale).overview(), 201

    @blueprint.get("/_sandbox/sites/<name>")
    def get_site(name: str) -> ResponseReturnValue:
        running = running_site(host, name)
        with running.site.lock:
            return running.overview()

    @blueprint.get("/_sandbox/sites/<name>/people")
    def people(name: str) -> ResponseReturnValue:
        site = running_site(host, name).site
        with site.lock:
            return [_person(site, account_id) for account_id in site.people]

    @blueprint.post("/_sandbox/sites/<name>/people")
    def add_person(name: str) -> ResponseReturnValue:
        site = running_site(host, name).site
        new = NewPerson.model_validate(request.get_json())
        with site.lock:
            return _open(site, new), 201

    @blueprint.put("/_sandbox/sites/<name>/people/<account_id>")
    def change_person(name: str, account_id: str) -> ResponseReturnValue:
        site = running_site(host, name).site
        change = PersonChange.model_validate(request.get_json())
        with site.lock:
            person = site.person(account_id)
            for field, value in change.model_dump(exclude_none=True).items():
                setattr(person, field, set(value) if field == "roles" else value)
            return _person(site, account_id)

    @blueprint.put("/_sandbox/sites/<name>/slas")
    def set_slas(name: str) -> ResponseReturnValue:
        site = running_site(host, name).site
        wanted = [NewSla.model_validate(item) for item in request.get_json()]
        with site.lock:
            site.slas = [_sla(site, item) for item in wanted]
            return [{"id": sla.id, "name": sla.name, "fieldId": sla.field_id} for sla in site.slas]

    @blueprint.get("/_sandbox/sites/<name>/snapshot")
    def take_snapshot(name: str) -> ResponseReturnValue:
        site = running_site(host, name).site
        with site.lock:
            return snapshot(site)

    @blueprint.get("/_sandbox/sites/<name>/deliveries")
    def deliveries(name: str) -> ResponseReturnValue:
        return running_site(host, name).apps.deliveries()

    @blueprint.get("/_sandbox/sites/<name>/requests")
    def requests(name: str) -> ResponseReturnValue:
        return running_site(host, name).door.records.requests(int(request.args.get("since", "0")))

    @blueprint.get("/_sandbox/sites/<name>/faults")
    def get_faults(name: str) -> ResponseReturnValue:
        return running_site(host, name).site.faults.model_dump(by_alias=True, exclude_none=True)

    @blueprint.put("/_sandbox/sites/<name>/faults")
    def set_faults(name: str) -> ResponseReturnValue:
        running = running_site(host, name)
        faults = Faults.model_validate(request.get_json())
        running.apps.faults = WebhookFaults.model_validate(faults.webhooks)
        with running.site.lock:
            running.site.faults = faults
        return faults.model_dump(by_alias=True, exclude_none=True)

    return blueprint


def _person(site: Site, account_id: str) -> Json:
    person = site.people[account_id]
    return {
        "accountId": person.account_id,
        "email": person.email,
        "token": person.token,
        "displayName": person.display_name,
        "accountType": person.account_type,
        "roles": sorted(person.roles),
        "active": person.active,
    }


def _open(site: Site, new: NewPerson) -> Json:
    roles = new.roles or (["customer"] if new.account_type == "customer" else [])
    person = open_account(site, new.display_name, new.account_type, roles=roles, email=new.email)
    if new.time_zone:
        person.time_zone = new.time_zone
    for name in new.organizations:
        organization_named(site, name).members.append(person.account_id)
    return _person(site, person.account_id)


def _sla(site: Site, new: NewSla) -> Sla:
    number = 10030 + sum(1 for field in site.fields.values() if str(field.schema.get("custom")).endswith("sd-sla-field"))
    known = next((field for field in site.fields.values() if field.name == new.name and field.custom), None)
    field = known or Field(
        id=f"customfield_{number}",
        name=new.name,
        custom=True,
        schema={
            "type": "sd-servicelevelagreement",
            "custom": "com.atlassian.servicedesk:sd-sla-field",
            "customId": number,
        },
    )
    site.fields[field.id] = field
    return Sla(
        id=field.id.removeprefix("customfield_"),
        name=new.name,
        goal_seconds=new.goal_seconds,
        start_statuses=_statuses(site, new.start_statuses),
        pause_statuses=_statuses(site, new.pause_statuses),
        stop_statuses=_statuses(site, new.stop_statuses),
        field_id=field.id,
    )


def _statuses(site: Site, wanted: list[str]) -> tuple[str, ...]:
    found: list[str] = []
    for word in wanted:
        match = next((s.id for s in site.statuses.values() if word in (s.id, s.name)), None)
        if match is None:
            raise Refusal(400, [f"There is no status '{word}'."])
        found.append(match)
    return tuple(found)
