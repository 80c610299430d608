"""A Jira site in memory: what each change of a plan does to a SiteState, with Jira's own refusals."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from dataclasses import replace

from workflows.blueprint import FIELD_TYPES, blueprint, found_field, made_fields, status_description
from workflows.changes import Adopt, Change, Create, Delete, StatusMove, SwitchScheme
from workflows.site import (
    Kind,
    SiteField,
    SiteIssueType,
    SitePriority,
    SiteRequestType,
    SiteResolution,
    SiteScheme,
    SiteScreen,
    SiteState,
    SiteStatus,
    SiteWorkflow,
    TransitionKind,
    mark,
    named,
)
from workflows.survey import Desired, Survey, found_type, scheme_name, wanted_types
from workflows.survey_fields import missing_options
from workflows.survey_workflows import design

FIRST_ID = 20_000


class JiraRefuses(AssertionError):
    """The change would be refused by a real site."""


class MemorySite:
    """One site; `state` is what a reading of it gives."""

    def __init__(self, state: SiteState, desired: Desired) -> None:
        self.state = state
        self.desired = desired
        self.pack = desired.pack
        given = [int(number) for number in re.findall(r"\b(?:customfield_)?(2\d{4})\b", repr(state))]
        self._ids = itertools.count(max([*given, FIRST_ID]) + 1)

    def perform(self, change: Change) -> None:
        if isinstance(change, Adopt):
            self._adopt(change)
        elif isinstance(change, Delete):
            self._delete(change)
        elif isinstance(change, SwitchScheme):
            self._switch(change)
        else:
            self._make(change)

    def _id(self) -> str:
        return str(next(self._ids))

    def _make(self, change: Change) -> None:
        state, ours = self.state, mark(self.pack.id)
        if change.kind is Kind.RESOLUTION:
            made = SiteResolution(id=self._id(), name=change.name, description=ours)
            self.state = replace(state, resolutions=(*state.resolutions, made))
        elif change.kind is Kind.ISSUE_TYPE:
            subtask = wanted_types(self.pack)[change.id]
            made_type = SiteIssueType(id=self._id(), name=change.name, subtask=subtask, description=ours)
            self.state = replace(state, issue_types=(*state.issue_types, made_type))
        elif change.kind is Kind.ISSUE_TYPE_SCHEME:
            self._add_types()
        elif change.kind in {Kind.FIELD, Kind.OPTIONS, Kind.PROJECT_SCREENS, Kind.SCREEN}:
            self._on_screens(change)
        elif change.kind is Kind.PRIORITY:
            self.state = replace(state, priorities=(*state.priorities, SitePriority(id=self._id(), name=change.name)))
        elif change.kind is Kind.REQUEST_TYPE:
            self._request_type(change)
        elif change.kind is Kind.STATUS:
            self._status(change)
        elif change.kind is Kind.WORKFLOW:
            self._workflow(change)
        elif change.kind is Kind.SCHEME:
            self._scheme(change)
        else:
            record = Survey(self.desired, state).wanted_record()
            self.state = replace(state, project=replace(state.project, record=record))

    def _on_screens(self, change: Change) -> None:
        state, pack = self.state, self.pack
        wanted = next((f for f in pack.fields if f.id == change.id), None)
        if change.kind is Kind.FIELD and wanted:
            made = SiteField(
                id=f"customfield_{self._id()}",
                name=change.name,
                type=f"types:{FIELD_TYPES[wanted.kind][0]}",
                context="1",
                description=mark(pack.id),
            )
            self.state = replace(state, fields=(*state.fields, made))
        elif change.kind is Kind.OPTIONS and wanted:
            found = found_field(wanted, state)
            if found is None:
                raise JiraRefuses("options of a field that does not exist")
            more = replace(found, options=(*found.options, *missing_options(wanted, found)))
            self.state = replace(state, fields=tuple(more if f is found else f for f in state.fields))
        elif change.kind is Kind.SCREEN:
            fields = blueprint(pack, state).wanted_screens()[change.id]
            if not set(fields) <= {f.id for f in state.fields} | {"assignee", "priority", "resolution", "components"}:
                raise JiraRefuses("a screen with fields that do not exist")
            screen = SiteScreen(
                id=self._id(), name=change.name, tab="1", fields=frozenset(fields), description=mark(pack.id)
            )
            others = tuple(s for s in state.screens if s.name != change.name)
            self.state = replace(state, screens=(*others, screen))
        else:
            ids = {found.id for f in made_fields(pack) if (found := found_field(f, state))}
            screens = tuple(replace(s, fields=s.fields | ids) for s in state.project.screens)
            self.state = replace(state, project=replace(state.project, screens=screens))

    def _request_type(self, change: Change) -> None:
        wanted = next(r for r in self.pack.request_types if r.id == change.id)
        issue_type = found_type(wanted.issue_type, self.state)
        if issue_type is None or issue_type.id not in self.state.project.issue_types:
            raise JiraRefuses("a request type of an issue type the project does not have")
        made = SiteRequestType(id=self._id(), name=change.name, issue_type=issue_type.id, grouped=False)
        project = self.state.project
        self.state = replace(self.state, project=replace(project, request_types=(*project.request_types, made)))

    def _add_types(self) -> None:
        wanted = [
            named(self.state.issue_types, name, self.state.project.issue_types) for name in wanted_types(self.pack)
        ]
        types = dict.fromkeys([*self.state.project.issue_types, *(found.id for found in wanted if found)])
        self.state = replace(self.state, project=replace(self.state.project, issue_types=tuple(types)))

    def _status(self, change: Change) -> None:
        status = self.pack.status(change.id)
        description = status_description(status, mark(self.pack.id))
        if isinstance(change, Create):
            if any(s.name == change.name for s in self.state.statuses):
                raise JiraRefuses("NON_UNIQUE_STATUS_NAME")
            made = SiteStatus(id=self._id(), name=change.name, category=status.jira_category, description=description)
            self.state = replace(self.state, statuses=(*self.state.statuses, made))
        else:
            self.state = replace(
                self.state,
                statuses=tuple(
                    replace(s, category=status.jira_category, description=description) if s.name == change.name else s
                    for s in self.state.statuses
                ),
            )

    def _workflow(self, change: Change) -> None:
        workflow = next(w for w in self.pack.workflows if w.id == change.id)
        wanted = design(Survey(self.desired, self.state), workflow)
        shapes, statuses = wanted.shapes, wanted.statuses
        if any("new:" in repr(part) for part in (shapes, wanted.approvals)):
            raise JiraRefuses("a rule about something that does not exist")
        known = {s.id for s in self.state.statuses}
        if not statuses <= known or sum(s.kind is TransitionKind.INITIAL for s in shapes) != 1:
            raise JiraRefuses("a workflow over statuses that do not exist")
        found = named(self.state.workflows, change.name)
        if isinstance(change, Create):
            if found is not None:
                raise JiraRefuses("workflow already exists")
            made = SiteWorkflow(
                id=self._id(),
                name=change.name,
                statuses=statuses,
                transitions=shapes,
                approvals=wanted.approvals,
                description=mark(self.pack.id),
            )
            self.state = replace(self.state, workflows=(*self.state.workflows, made))
            return
        self.state = replace(
            self.state,
            workflows=tuple(
                replace(w, statuses=statuses, transitions=shapes, approvals=wanted.approvals) if w is found else w
                for w in self.state.workflows
            ),
        )
        self._settle(change.moves)

    def _scheme(self, change: Change) -> None:
        default, mappings = Survey(self.desired, self.state).wanted_scheme()
        found = named(self.state.schemes, change.name)
        if not {default, *mappings.values()} <= {w.name for w in self.state.workflows}:
            raise JiraRefuses("a scheme over workflows that do not exist")
        description = found.description if found else mark(self.pack.id)
        made = SiteScheme(
            id=found.id if found else self._id(),
            name=change.name,
            default_workflow=default,
            mappings=mappings,
            description=description,
        )
        others = tuple(s for s in self.state.schemes if s is not found)
        attached = self.state.project.scheme
        self.state = replace(self.state, schemes=(*others, made))
        if attached is not None and attached.id == made.id:
            self.state = replace(self.state, project=replace(self.state.project, scheme=made))
            self._settle(change.moves)

    def _switch(self, change: SwitchScheme) -> None:
        scheme = named(self.state.schemes, scheme_name(self.pack, self.state.project.key))
        self.state = replace(self.state, project=replace(self.state.project, scheme=scheme))
        self._settle(change.moves)

    def _settle(self, moves: tuple[StatusMove, ...]) -> None:
        """After any change of workflow: issues move as told, and each must be in a status of its workflow."""
        project, scheme = self.state.project, self.state.project.scheme
        plan = blueprint(self.pack, self.state)
        told = {(m.issue_type_id, m.old_id): plan.statuses[m.new] for m in moves}
        workflows = {w.name: w for w in self.state.workflows}
        default, mappings = (scheme.default_workflow, scheme.mappings) if scheme else ("jira", {})
        statuses = {t: tuple(sorted(workflows[mappings.get(t, default)].statuses)) for t in project.issue_types}
        issues: Counter[tuple[str, str]] = Counter()
        for (issue_type, status), count in project.issues.items():
            arrived = status if status in statuses[issue_type] else told.get((issue_type, status), "")
            if arrived not in statuses[issue_type]:
                raise JiraRefuses(f"{count} issue(s) would be in no status of their workflow")
            issues[issue_type, arrived] += count
        self.state = replace(self.state, project=replace(project, statuses=statuses, issues=dict(issues)))

    def _adopt(self, change: Adopt) -> None:
        wanted = Survey(self.desired, self.state).wanted_record()[change.kind.value][change.id]
        ids = dict(self.state.project.recorded(change.kind)) | {change.id: wanted}
        record = dict(self.state.project.record) | {change.kind.value: ids}
        self.state = replace(self.state, project=replace(self.state.project, record=record))

    def _delete(self, change: Delete) -> None:
        state = self.state
        if change.kind is Kind.WORKFLOW:
            used = {name for s in state.schemes for name in (s.default_workflow, *s.mappings.values())}
            if change.name in used:
                raise JiraRefuses("an active workflow cannot be deleted")
            self.state = replace(state, workflows=tuple(w for w in state.workflows if w.id != change.id))
        elif change.kind is Kind.SCREEN:
            if any(t.screen == change.id for w in state.workflows for t in w.transitions):
                raise JiraRefuses("a screen in use cannot be deleted")
            self.state = replace(state, screens=tuple(s for s in state.screens if s.id != change.id))
        else:
            if any(change.id in w.statuses for w in state.workflows):
                raise JiraRefuses("a status in use cannot be deleted")
            self.state = replace(state, statuses=tuple(s for s in state.statuses if s.id != change.id))
