"""Collects what each part of the administration shows; nothing here changes anything."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

from automation_rules.binding import Binding, Mode
from automation_rules.model import NOWHERE, SWITCH, Parameter
from connect_app.doors.abilities import has_login
from connect_app.errors import Malformed, RelanceError
from connect_app.operations.check_promises import check_promises
from connect_app.operations.choose_binding import LOCALES, Unfit
from connect_app.operations.list_holds import list_holds
from connect_app.operations.look_at_site import projects_of
from connect_app.operations.name_people import name_people
from connect_app.operations.open_site import OpenSite
from connect_app.runtime import Runtime
from connect_app.store.ledger import EntryState
from connect_app.web.admin_audit import state_said
from connect_app.web.admin_forms import Form, asked_of, key_of
from connect_app.web.admin_seat import Seat
from connect_app.web.admin_words import told
from connect_app.web.words import reader_language, set_zone
from workflows.model import Pack

Content = dict[str, Any]
View = Callable[[Runtime, Seat, Form], Content]

ENTRIES = 50
"""Lines of the audit on one page."""

FIRST = "projects"
EVERYWHERE = "sites"


def shown(runtime: Runtime, seat: Seat, form: Form) -> Content:
    """What the part that `view` names shows; `Malformed` for a part there is not, or not for this seat."""
    name = form.get("view") or (EVERYWHERE if seat.installation is None else FIRST)
    if name not in parts_for(seat):
        raise Malformed("no such view")
    set_zone(seat.installation.time_zone if seat.installation is not None else None)
    return {"view": name, "parts": parts_for(seat), "form": form, "filters": {}, **VIEWS[name](runtime, seat, form)}


def parts_for(seat: Seat) -> tuple[str, ...]:
    """The parts somebody may look at, in the order of the page."""
    of_site = () if seat.installation is None else ("projects", "project", "health", "held", "audit")
    jobs = ("jobs",) if seat.installation is not None or seat.everywhere else ()
    return (*of_site, *jobs, *(("sites",) if seat.operator else ()))


def _projects(runtime: Runtime, seat: Seat, form: Form) -> Content:
    """The bound projects, and those that could be."""
    del form
    bound = runtime.store.bindings.of_installation(seat.site.id)
    known = {b.binding.project_key for b in bound}
    site = runtime.parts.sites.open(seat.site.id)
    packs = {p.id: p.name.in_language(reader_language()) for p in runtime.parts.catalog.packs.values()}
    return {
        "bindings": [b.binding for b in bound],
        "packs": packs,
        "unbound": [] if site is None else [key for key in _asked(site, projects_of) if key not in known],
    }


def _asked(site: OpenSite, question: Callable[[Any], Any]) -> Any:
    """What Jira answers; nothing when it does not, since a page shows what it can."""
    try:
        return question(site.client)
    except RelanceError:
        return ()


def _project(runtime: Runtime, seat: Seat, form: Form) -> Content:
    """The form of one binding: as it is, as it was just written, or empty for a project that follows nothing yet."""
    project = key_of(form.get("project", ""))
    bound = runtime.store.bindings.of_project(seat.site.id, project)
    pack_id = form.get("pack") or (bound.binding.pack if bound else "")
    pack, document = runtime.parts.catalog.packs.get(pack_id), runtime.parts.policies.documents.get(pack_id)
    if pack is None or document is None:
        raise Unfit("pack-unknown", pack=pack_id[:60])
    language = reader_language()
    binding = bound.binding if bound is not None and bound.binding.pack == pack_id else None
    site = runtime.parts.sites.open(seat.site.id)
    written = form if "mode" in form else _as_form(site, binding)
    return {
        "project": project,
        "pack": pack_id,
        "pack_name": pack.name.in_language(language),
        "bound": binding,
        "written": written,
        "modes": [mode.value for mode in Mode],
        "locales": LOCALES,
        "roles": [
            *((r.id, r.name.in_language(language), not r.optional) for r in document.roles),
            *((level.id, level.name.in_language(language), False) for level in pack.levels),
        ],
        "parameters": [_parameter(p, pack) for p in document.parameters],
        "calendars": [(c.id, c.name.in_language(language) if c.name else c.id) for c in document.calendars],
    }


def _parameter(parameter: Parameter, pack: Pack) -> Content:
    statuses = [NOWHERE, *(status.id for status in pack.statuses)]
    options = {"status": statuses, "switch": list(SWITCH)}.get(parameter.kind, [])
    names = {status.id: status.jira_name for status in pack.statuses}
    return {**parameter.model_dump(), "options": [(o, names.get(o, "")) for o in options]}


def _as_form(site: OpenSite | None, binding: Binding | None) -> Form:
    """A stored binding as its form shows it: people by name and id, which reads back as the same people."""
    if binding is None:
        return {}
    people, groups = name_people(site, binding)
    return {
        "locale": binding.locale,
        "mode": binding.mode.value,
        **{f"people.{role}": "\n".join(names) for role, names in people.items()},
        **{f"groups.{role}": "\n".join(names) for role, names in groups.items()},
        **{f"parameter.{name}": str(value) for name, value in binding.parameters.items()},
        "contracts": "\n".join(f"{name} = {calendar}" for name, calendar in binding.contracts.items()),
    }


def _health(runtime: Runtime, seat: Seat, form: Form) -> Content:
    """What can be proved now, with what to do about each thing that is wrong."""
    del form
    failed = len(runtime.jobs.failed(seat.site.id))
    findings = told(check_promises(runtime.parts, seat.site, failed_jobs=failed))
    bound = [b.binding for b in runtime.store.bindings.of_installation(seat.site.id)]
    return {
        "findings": findings,
        "wrong": sum(f["verdict"] == "wrong" for f in findings),
        "comparable": [b.project_key for b in bound if _compares(runtime, b)],
    }


def _compares(runtime: Runtime, binding: Binding) -> bool:
    document = runtime.parts.policies.documents.get(binding.pack)
    return document is not None and any(sla.jsm_name is not None for sla in document.slas)


def _held(runtime: Runtime, seat: Seat, form: Form) -> Content:
    """The closures that wait for a release."""
    del form
    site = runtime.parts.sites.open(seat.site.id)
    return {"holds": list_holds(runtime.parts, seat.site, site)}


def _jobs(runtime: Runtime, seat: Seat, form: Form) -> Content:
    """The jobs that failed: of the site, or of all where none is chosen."""
    del form
    one = None if seat.installation is None else seat.installation.id
    addresses = {site.id: site.base_url for site in runtime.store.installations.all()} if seat.everywhere else {}
    failed = [{**asdict(job), "site": addresses.get(job.installation_id or "", "")} for job in runtime.jobs.failed(one)]
    return {"failed": failed}


def _audit(runtime: Runtime, seat: Seat, form: Form) -> Content:
    """One page of what was done, would have been done, or was refused."""
    page = runtime.store.audit.page(seat.site.id, asked_of(form, seat.site.time_zone), limit=ENTRIES)
    filters = {name: form[name] for name in FILTERS if form.get(name)}
    return {
        "entries": page.entries,
        "older": page.next,
        "filters": filters,
        "states": {state.value: state_said(state) for state in EntryState},
        "rules": runtime.store.audit.rules(seat.site.id),
        "project_keys": [b.binding.project_key for b in runtime.store.bindings.of_installation(seat.site.id)],
    }


def _sites(runtime: Runtime, seat: Seat, form: Form) -> Content:
    """The sites an operator looks after; one link, one site, unless it is over all."""
    del form
    installations = runtime.store.installations.all() if seat.everywhere else [seat.site]
    return {
        "sites": [(site, runtime.store.inbox.last_received(site.id)) for site in installations],
        "logs_in": seat.installation is not None and has_login(seat.installation),
    }


FILTERS = ("project", "issue", "rule", "state", "since", "until")

VIEWS: Mapping[str, View] = {
    "projects": _projects,
    "project": _project,
    "health": _health,
    "held": _held,
    "audit": _audit,
    "jobs": _jobs,
    "sites": _sites,
}
