"""Control of the people of a site: accounts, roles, tokens."""

from __future__ import annotations

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from jira_sandbox.control.documents import NewPerson, PersonChange
from jira_sandbox.control.sites import running_site
from jira_sandbox.host import Host
from jira_sandbox.state.accounts import delete_account, open_account, organization_named
from jira_sandbox.state.shapes import Json
from jira_sandbox.state.site import Site


def people_controls(host: Host) -> Blueprint:
    """The routes about people, under /_sandbox/sites/{site}."""
    blueprint = Blueprint("people", __name__)

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
                setattr(person, field, set(value) if field in {"roles", "hidden_projects"} else value)
            return _person(site, account_id)

    @blueprint.delete("/_sandbox/sites/<name>/people/<account_id>")
    def delete_person(name: str, account_id: str) -> ResponseReturnValue:
        site = running_site(host, name).site
        with site.lock:
            delete_account(site, site.person(account_id))
        return "", 204

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
