"""Creates and replaces workflows from the documents of the bulk operations, and moves issues along."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable

from jira_sandbox.changes import announce
from jira_sandbox.changes.editing import record
from jira_sandbox.changes.transitions import move
from jira_sandbox.changes.workflow_design import design_problems
from jira_sandbox.errors import Refusal, bad_request, conflict
from jira_sandbox.state.configuration import Status, Task, Workflow
from jira_sandbox.state.issues import Issue
from jira_sandbox.state.people import Actor
from jira_sandbox.state.shapes import Json, Value
from jira_sandbox.state.site import Site

_LISTS = ("links", "actions", "validators", "triggers")


def refuse_bad_design(site: Site, body: Json, *, creating: bool) -> None:
    """400 with every ERROR of a payload."""
    found = design_problems(site, body.get("statuses") or [], body.get("workflows") or [], creating=creating)
    messages = [item["message"] for item in found if item["level"] == "ERROR"]
    if messages:
        raise Refusal(400, messages)


def create_workflows(site: Site, body: Json) -> list[Workflow]:
    """Creates workflows with the statuses they need; references become ids."""
    refuse_bad_design(site, body, creating=True)
    ids = _statuses(site, body.get("statuses") or [])
    made: list[Workflow] = []
    for document in body.get("workflows") or []:
        workflow = Workflow(
            id=site.ids.uuid("workflow"),
            name=document["name"],
            description=document.get("description") or "",
            version_id=site.ids.uuid("version"),
            start=document.get("startPointLayout"),
            created=site.now(),
            updated=site.now(),
        )
        _fill(site, workflow, document, ids)
        site.workflows[workflow.id] = workflow
        made.append(workflow)
    return made


def _statuses(site: Site, wanted: Iterable[Json]) -> dict[str, str]:
    """The id of each status reference; new statuses are made, given ones updated as the document says."""
    ids: dict[str, str] = {}
    for item in wanted:
        known = site.statuses.get(str(item.get("id") or ""))
        if known is None:
            known = Status(id=site.ids.id("status"), name=item["name"], category=item["statusCategory"])
            site.statuses[known.id] = known
        known.name, known.category = item["name"], item["statusCategory"]
        known.description = item.get("description") or known.description
        ids[str(item["statusReference"])] = known.id
    return ids


def _fill(site: Site, workflow: Workflow, document: Json, ids: dict[str, str]) -> None:
    workflow.statuses = [
        {**item, "statusReference": ids[str(item["statusReference"])], "properties": dict(item.get("properties") or {})}
        for item in document["statuses"]
    ]
    workflow.transitions = [_stored(site, item, ids) for item in document["transitions"]]


def _stored(site: Site, item: Json, ids: dict[str, str]) -> Json:
    stored: Json = copy.deepcopy(item)
    for name in _LISTS:
        stored[name] = list(stored.get(name) or [])
    stored["properties"] = dict(stored.get("properties") or {})
    stored["description"] = stored.get("description") or ""
    if stored.get("toStatusReference") is not None:
        stored["toStatusReference"] = ids[str(stored["toStatusReference"])]
    for link in stored["links"]:
        if link.get("fromStatusReference") is not None:
            link["fromStatusReference"] = ids[str(link["fromStatusReference"])]
    _number_rules(site, stored)
    return stored


def _number_rules(site: Site, value: Value) -> None:
    """Gives every rule an id, as Jira does: what is read back differs from what was sent."""
    if isinstance(value, dict):
        if "ruleKey" in value:
            value["id"] = value.get("id") or site.ids.uuid("rule")
        for inner in value.values():
            _number_rules(site, inner)
    elif isinstance(value, list):
        for inner in value:
            _number_rules(site, inner)


def update_workflows(site: Site, actor: Actor, body: Json) -> tuple[list[Workflow], Task | None]:
    """Replaces whole workflows; statuses taken away from issues need a mapping."""
    refuse_bad_design(site, body, creating=False)
    documents = body.get("workflows") or []
    for document in documents:
        _check_version(site, document)
    ids = _statuses(site, body.get("statuses") or [])
    moves: list[tuple[Issue, str]] = []
    for document in documents:
        moves += _mapped(site, site.workflows[document["id"]], document, ids)
    for document in documents:
        workflow = site.workflows[document["id"]]
        _fill(site, workflow, document, ids)
        workflow.description = document.get("description") or workflow.description
        workflow.start = document.get("startPointLayout") or workflow.start
        workflow.version += 1
        workflow.version_id = site.ids.uuid("version")
        workflow.updated = site.now()
    task = background(site, actor, "Workflow update", moves) if moves else None
    return [site.workflows[document["id"]] for document in documents], task


def _check_version(site: Site, document: Json) -> None:
    workflow = site.workflows.get(document["id"])
    if workflow is None:
        raise Refusal(404, [f"The workflow {document['id']} was not found."])
    if not workflow.editable:
        raise bad_request(f"The workflow '{workflow.name}' is a system workflow and cannot be edited.")
    version = document.get("version") or {}
    if (version.get("id"), version.get("versionNumber")) != (workflow.version_id, workflow.version):
        raise conflict(f"The workflow '{workflow.name}' has changed since it was read.")


def _mapped(site: Site, workflow: Workflow, document: Json, ids: dict[str, str]) -> list[tuple[Issue, str]]:
    kept = {ids[str(item["statusReference"])] for item in document["statuses"]}

    def resolve(reference: Value) -> str:
        return ids.get(str(reference), str(reference))

    def ends(mappings: list[Json] | None) -> dict[str, str]:
        return {resolve(m["oldStatusReference"]): resolve(m["newStatusReference"]) for m in mappings or []}

    default = ends(document.get("defaultStatusMappings"))
    special = {
        (str(block["projectId"]), str(block["issueTypeId"]), old): new
        for block in document.get("statusMappings") or []
        for old, new in ends(block["statusMigrations"]).items()
    }
    moves: list[tuple[Issue, str]] = []
    for issue in site.issues.values():
        if site.workflow_of(issue).id != workflow.id or issue.status_id in kept:
            continue
        target = special.get((issue.project_id, issue.type_id, issue.status_id)) or default.get(issue.status_id)
        if target is None or target not in kept:
            name = site.statuses[issue.status_id].name
            raise bad_request(
                f"Issues are in the status '{name}', which the update removes: a status mapping is required."
            )
        moves.append((issue, target))
    return moves


def background(site: Site, actor: Actor, what: str, moves: list[tuple[Issue, str]]) -> Task:
    """Moves issues to other statuses as a background task does: done at once, reported as running at the first poll."""
    for issue, target in moves:
        site.keep_version(issue)
        change = move(site, issue, target)
        if change is not None:
            history = record(site, issue, actor, [change])
            announce.issue_updated(site, issue, actor, "issue_generic", history=history)
    task = Task(
        id=site.ids.id("task"),
        owner=actor.person.account_id,
        description=what,
        submitted=site.now(),
        polls_left=1,
    )
    site.tasks[task.id] = task
    return task


def required_moves(
    site: Site, issues: Iterable[Issue], kept: Callable[[Issue], set[str]], target: Callable[[Issue], str | None]
) -> list[tuple[Issue, str]]:
    """The moves a change of workflow needs; 400 when a mapping is missing or leads outside the new workflow."""
    moves: list[tuple[Issue, str]] = []
    for issue in issues:
        if issue.status_id in kept(issue):
            continue
        wanted = target(issue)
        if wanted is None or wanted not in kept(issue):
            name = site.statuses[issue.status_id].name
            raise bad_request(f"A status mapping is required for the status '{name}' of issue type {issue.type_id}.")
        moves.append((issue, wanted))
    return moves
