"""Control of one site: people, SLAs, faults, logs, snapshot."""

from __future__ import annotations

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from jira_sandbox.control.documents import DeskByHand, NewSite, NewSla
from jira_sandbox.errors import Refusal
from jira_sandbox.host import Host, RunningSite
from jira_sandbox.state.configuration import Field, Sla
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
        return host.open_site(new.name, zone=new.zone, locale=new.locale, language=new.language).overview(), 201

    @blueprint.get("/_sandbox/sites/<name>")
    def get_site(name: str) -> ResponseReturnValue:
        running = running_site(host, name)
        with running.site.lock:
            return running.overview()

    @blueprint.put("/_sandbox/sites/<name>/slas")
    def set_slas(name: str) -> ResponseReturnValue:
        site = running_site(host, name).site
        wanted = [NewSla.model_validate(item) for item in request.get_json()]
        with site.lock:
            site.slas = [_sla(site, item) for item in wanted]
            return [{"id": sla.id, "name": sla.name, "fieldId": sla.field_id} for sla in site.slas]

    @blueprint.put("/_sandbox/sites/<name>/desks/<key>")
    def set_up_desk(name: str, key: str) -> ResponseReturnValue:
        site = running_site(host, name).site
        wanted = DeskByHand.model_validate(request.get_json())
        with site.lock:
            project = site.project(key)
            if wanted.queues is not None:
                project.queues = [(str(n), queue.name, queue.jql) for n, queue in enumerate(wanted.queues, start=1)]
            for item in project.request_types if wanted.grouped is not None else ():
                item.group_ids = ["1"] if item.name in (wanted.grouped or ()) else []
            return {"queues": len(project.queues), "requestTypes": [item.name for item in project.request_types]}

    return blueprint


def _sla(site: Site, new: NewSla) -> Sla:
    number = 10030 + sum(
        1 for field in site.fields.values() if str(field.schema.get("custom")).endswith("sd-sla-field")
    )
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
