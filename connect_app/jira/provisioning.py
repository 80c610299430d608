"""Performs one change of a plan on a site, with an administrator's client; re-running it makes nothing twice."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from connect_app.errors import Refused, RelanceError
from connect_app.jira.patience import DESK_API, PatientClient
from connect_app.jira.provisioning_fields import add_options, add_to_screen, create_field, create_screen
from connect_app.jira.provisioning_payloads import workflow_create, workflow_update
from workflows.blueprint import Blueprint, blueprint, found_field, found_status, status_description
from workflows.changes import Adopt, Change, Create, Delete, StatusMove, SwitchScheme
from workflows.model import Workflow
from workflows.site import RECORD, Kind, SiteScheme, SiteState, SiteStatus, mark, named
from workflows.survey import Desired, Survey, found_type, scheme_name, wanted_types
from workflows.survey_fields import missing_on_screens, missing_options
from workflows.survey_workflows import design

_ON_SCREENS = {Kind.FIELD, Kind.OPTIONS, Kind.PROJECT_SCREENS, Kind.SCREEN}
_COLOURS = ("#d04437", "#ea7d24", "#f6c342", "#59afe1", "#14892c")
"""From the most to the least urgent."""


class NotValid(RelanceError):
    """Jira's own validation refuses a workflow; nothing was changed by it."""

    remedy = "Correct what Jira names in the workflow pack or on the site, then plan again."


class Provisioner:
    """Carries out changes for one pack; each call is given the site as it was just read."""

    def __init__(self, jira: PatientClient, desired: Desired) -> None:
        self.jira = jira
        self.desired = desired
        self.pack = desired.pack

    def perform(self, changes: Sequence[Change], state: SiteState) -> None:
        """Carries out one change, or several creations of statuses in one request.

        Raises:
            NotValid, TaskFailed, and as `PatientClient.ask`.
        """
        change = changes[0]
        match change:
            case Adopt():
                self._adopt(changes, state)
            case Delete(kind=Kind.WORKFLOW):
                self.jira.ask("DELETE", f"workflow/{change.id}")
            case Delete(kind=Kind.SCREEN):
                self.jira.ask("DELETE", f"screens/{change.id}")
            case Delete():
                self.jira.ask("DELETE", "statuses", params={"id": change.id})
            case SwitchScheme():
                self._switch(change, state)
            case Create(kind=Kind.STATUS):
                self._create_statuses(changes)
            case _ if change.kind in _ON_SCREENS:
                self._fill_in(change, state)
            case _:
                self._make(change, state)

    def _fill_in(self, change: Change, state: SiteState) -> None:
        """Fields, their options, and the screens they are on."""
        wanted = next((f for f in self.pack.fields if f.id == change.id), None)
        if change.kind is Kind.FIELD and wanted is not None:
            create_field(self.jira, self.pack, wanted)
        elif change.kind is Kind.OPTIONS and wanted is not None:
            found = found_field(wanted, state)
            if found is None or not found.context:
                raise NotValid(
                    f"no context of the field “{change.name}” reaches {state.project.key}: give it one in Jira"
                )
            add_options(self.jira, found, missing_options(wanted, found))
        elif change.kind is Kind.PROJECT_SCREENS:
            for screen, field in list(missing_on_screens(Survey(self.desired, state))):
                add_to_screen(self.jira, screen, [field])
        else:
            fields = blueprint(self.pack, state).wanted_screens()[change.id]
            present = named(state.screens, change.name)
            if present is None:
                create_screen(self.jira, self.pack, change.name, fields)
            else:
                add_to_screen(self.jira, present, fields)

    def _make(self, change: Change, state: SiteState) -> None:
        creates = isinstance(change, Create)
        match change.kind:
            case Kind.RESOLUTION:
                self.jira.ask("POST", "resolution", body={"name": change.name, "description": mark(self.pack.id)})
            case Kind.PRIORITY:
                self._create_priority(change)
            case Kind.REQUEST_TYPE:
                self._create_request_type(change, state)
            case Kind.ISSUE_TYPE:
                kind = "subtask" if wanted_types(self.pack)[change.id] else "standard"
                body = {"name": change.name, "description": mark(self.pack.id), "type": kind}
                self.jira.ask("POST", "issuetype", body=body)
            case Kind.ISSUE_TYPE_SCHEME:
                self._add_issue_types(state)
            case Kind.STATUS:
                self._update_status(change, state)
            case Kind.WORKFLOW:
                workflow = next(w for w in self.pack.workflows if w.id == change.id)
                if creates:
                    self._create_workflow(workflow, state)
                else:
                    self._update_workflow(workflow, change.moves, state)
            case Kind.SCHEME:
                self._write_scheme(change, state, creates=creates)
            case _:
                self._remember(state, Survey(self.desired, state).wanted_record())

    def _remember(self, state: SiteState, record: dict[str, Any]) -> None:
        self.jira.ask("PUT", f"project/{state.project.key}/properties/{RECORD}", body=record)

    def _adopt(self, changes: Sequence[Change], state: SiteState) -> None:
        """Writes the ids of the adopted objects into the project's record, which is what makes them ours."""
        wanted = Survey(self.desired, state).wanted_record()
        record = {"pack": self.pack.id} | dict(state.project.record)
        for change in changes:
            ids = dict(state.project.recorded(change.kind)) | dict(record.get(change.kind.value) or {})
            record[change.kind.value] = ids | {change.id: wanted[change.kind.value][change.id]}
        self._remember(state, record)

    def _create_statuses(self, changes: Sequence[Change]) -> None:
        statuses = [self.pack.status(change.id) for change in changes]
        wanted = [
            {
                "name": status.jira_name,
                "statusCategory": status.jira_category.value,
                "description": status_description(status, mark(self.pack.id)),
            }
            for status in statuses
        ]
        self.jira.ask("POST", "statuses", body={"scope": {"type": "GLOBAL"}, "statuses": wanted})

    def _update_status(self, change: Change, state: SiteState) -> None:
        status = self.pack.status(change.id)
        found = found_status(status, state)
        body = {
            "id": found.id if found else "",
            "name": change.name,
            "statusCategory": status.jira_category.value,
            "description": status_description(status, mark(self.pack.id)),
        }
        self.jira.ask("PUT", "statuses", body={"statuses": [body]})

    def _create_priority(self, change: Change) -> None:
        """Makes a priority with one of Jira's own pictures and a colour, by its place among the pack's (B19)."""
        place = [priority.id for priority in self.pack.priorities].index(change.id)
        share = place / max(len(self.pack.priorities) - 1, 1)
        avatars = self.jira.get("avatar/priority/system")["system"]
        body = {
            "name": change.name,
            "description": f"{self.pack.priorities[place].meaning.fr}"[:255],
            "statusColor": _COLOURS[round(share * (len(_COLOURS) - 1))],
            "avatarId": int(avatars[round(share * (len(avatars) - 1))]["id"]),
        }
        self.jira.ask("POST", "priority", body=body)

    def _create_request_type(self, change: Change, state: SiteState) -> None:
        wanted = next(request for request in self.pack.request_types if request.id == change.id)
        issue_type = found_type(wanted.issue_type, state)
        if issue_type is None:
            raise NotValid(f"the issue type “{wanted.issue_type}” has disappeared since the plan")
        body = {"issueTypeId": issue_type.id, "name": change.name, "description": "", "helpText": ""}
        self.jira.ask("POST", f"servicedesk/{state.project.desk}/requesttype", body=body, api=DESK_API)

    def _add_issue_types(self, state: SiteState) -> None:
        found = [found_type(name, state) for name in wanted_types(self.pack)]
        absent = [t.id for t in found if t and t.id not in state.project.issue_types]
        scheme = state.project.issue_type_scheme
        self.jira.ask("PUT", f"issuetypescheme/{scheme}/issuetype", body={"issueTypeIds": absent})

    def _create_workflow(self, workflow: Workflow, state: SiteState) -> None:
        plan = blueprint(self.pack, state)
        wanted = design(Survey(self.desired, state), workflow)
        body = workflow_create(workflow.name, mark(self.pack.id), wanted, _used(plan, workflow, state))
        self._validate("workflows/create/validation", body)
        try:
            self.jira.ask("POST", "workflows/create", body=body)
        except Refused:
            # Live Jira has been seen to answer "already exists" to the very request that made the workflow.
            made = self.jira.pages("workflows/search", {"queryString": workflow.name})
            if not any(found["name"] == workflow.name for found in made):
                raise

    def _update_workflow(self, workflow: Workflow, moves: Sequence[StatusMove], state: SiteState) -> None:
        plan = blueprint(self.pack, state)
        found = named(state.workflows, workflow.name)
        if found is None:
            raise NotValid(f"the workflow “{workflow.name}” has disappeared since the plan")
        departing = [s for s in state.statuses if s.id in found.statuses - plan.sources(workflow)]
        migrations = _migrations(moves, plan, state.project.id)
        wanted = design(Survey(self.desired, state), workflow)
        body = workflow_update(found, wanted, _used(plan, workflow, state), migrations, departing)
        self._validate("workflows/update/validation", body)
        self.jira.finish(self.jira.ask("POST", "workflows/update", body=body))

    def _validate(self, path: str, body: dict[str, Any]) -> None:
        options = {"levels": ["ERROR", "WARNING"]}
        answer = self.jira.ask("POST", path, body={"payload": body, "validationOptions": options})
        errors = [e for e in (answer.body or {}).get("errors") or () if e.get("level", "ERROR") == "ERROR"]
        if errors:
            sentences = "; ".join(f"{e.get('type')} {e.get('code')}: {e.get('message')}" for e in errors)
            raise NotValid(f"Jira refuses the workflow: {sentences}")

    def _write_scheme(self, change: Change, state: SiteState, *, creates: bool) -> None:
        default, mappings = Survey(self.desired, state).wanted_scheme()
        body: dict[str, Any] = {
            "name": change.name,
            "description": mark(self.pack.id),
            "defaultWorkflow": default,
            "issueTypeMappings": mappings,
        }
        found = named(state.schemes, change.name)
        if creates or found is None:
            self.jira.ask("POST", "workflowscheme", body=body)
        elif state.project.scheme is None or state.project.scheme.id != found.id:
            self.jira.ask("PUT", f"workflowscheme/{found.id}", body=body)
        else:
            self._update_active_scheme(found, (default, mappings), change.moves, state)

    def _update_active_scheme(
        self,
        scheme: SiteScheme,
        wanted: tuple[str, dict[str, str]],
        moves: Sequence[StatusMove],
        state: SiteState,
    ) -> None:
        read = self.jira.ask("POST", "workflowscheme/read", body={"workflowSchemeIds": [scheme.id]}).body[0]
        ids = {workflow.name: workflow.id for workflow in state.workflows}
        if read.get("defaultWorkflow"):  # the system's own workflow may be in no list of workflows
            ids[read["defaultWorkflow"]["name"]] = read["defaultWorkflow"]["id"]
        default, mappings = wanted
        by_workflow: dict[str, list[str]] = {}
        for issue_type, workflow in mappings.items():
            by_workflow.setdefault(workflow, []).append(issue_type)
        body = {
            "id": scheme.id,
            "name": scheme.name,
            "description": mark(self.pack.id),
            "version": read["version"],
            "defaultWorkflowId": ids[default],
            "workflowsForIssueTypes": [{"workflowId": ids[w], "issueTypeIds": t} for w, t in by_workflow.items()],
            "statusMappingsByIssueTypeOverride": _mappings(moves, blueprint(self.pack, state)),
        }
        self.jira.finish(self.jira.ask("POST", "workflowscheme/update", body=body))

    def _switch(self, change: SwitchScheme, state: SiteState) -> None:
        """Attaches the scheme; Jira itself knows whether the project holds issues, which a count may not know yet."""
        project = state.project
        scheme = named(state.schemes, scheme_name(self.pack, project.key))
        if scheme is None:
            raise NotValid(f"the workflow scheme for {project.key} has disappeared since the plan")
        if change.issues:
            body = {
                "projectId": project.id,
                "targetSchemeId": scheme.id,
                "mappingsByIssueTypeOverride": _mappings(change.moves, blueprint(self.pack, state)),
            }
            self.jira.finish(self.jira.ask("POST", "workflowscheme/project/switch", body=body))
            return
        try:
            attached = {"projectId": project.id, "workflowSchemeId": scheme.id}
            self.jira.ask("PUT", "workflowscheme/project", body=attached)
        except Refused as error:
            raise NotValid(f"{project.key} may hold issues that no count shows yet; plan again: {error}") from error


def _used(plan: Blueprint, workflow: Workflow, state: SiteState) -> list[SiteStatus]:
    """The workflow's statuses on the site, in the order of the document."""
    by_id = {status.id: status for status in state.statuses}
    wanted = plan.sources(workflow)
    return [by_id[site_id] for site_id in plan.statuses.values() if site_id in wanted]


def _mappings(moves: Sequence[StatusMove], plan: Blueprint) -> list[dict[str, Any]]:
    by_type: dict[str, list[dict[str, str]]] = {}
    for move in moves:
        pair = {"oldStatusId": move.old_id, "newStatusId": plan.statuses[move.new]}
        by_type.setdefault(move.issue_type_id, []).append(pair)
    return [{"issueTypeId": issue_type, "statusMappings": pairs} for issue_type, pairs in by_type.items()]


def _migrations(moves: Sequence[StatusMove], plan: Blueprint, project_id: str) -> list[dict[str, Any]]:
    """The same in the words of `/workflows/update`, which speaks of references."""
    return [
        {
            "projectId": project_id,
            "issueTypeId": one["issueTypeId"],
            "statusMigrations": [
                {"oldStatusReference": m["oldStatusId"], "newStatusReference": m["newStatusId"]}
                for m in one["statusMappings"]
            ],
        }
        for one in _mappings(moves, plan)
    ]
