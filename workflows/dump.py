"""Writes what a project has on its site as a workflow pack: the pack that a plan for this project finds unchanged."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from workflows.blueprint import FIELD_TYPES, blueprint
from workflows.comparison import Comparison, Desired
from workflows.difference import difference
from workflows.graph import Graph, folded
from workflows.model import LEVEL_FIELD, Approval, Enforcement, Pack, Status, StatusCategory, StatusRole, Workflow
from workflows.moves import role_of
from workflows.native import CHILDREN
from workflows.pack_ids import slug
from workflows.site import (
    Kind,
    SiteField,
    SiteScheme,
    SiteState,
    SiteStatus,
    SiteWorkflow,
    TransitionKind,
    marked_by,
    unmarked,
)
from workflows.survey_project import SYSTEM_WORKFLOW
from workflows.survey_workflows import design
from workflows.transition_dump import TransitionDump

_OURS = re.compile(r"(?P<project>.+) - (?P<name>.+) \(Relance\)")
_BY_CATEGORY = {
    StatusCategory.TODO: StatusRole.NEW,
    StatusCategory.IN_PROGRESS: StatusRole.IN_PROGRESS,
    StatusCategory.DONE: StatusRole.CLOSED,
}


class NothingToDump(ValueError):
    """The project has nothing that a pack could describe; the text says why."""


@dataclass(frozen=True)
class Dumped:
    """A pack read from a site; `notes` say what of the site a pack has no words for."""

    pack: Pack
    notes: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The pack as YAML, as people would write it: defaults left out, accents kept."""
        data = self.pack.model_dump(mode="json", by_alias=True, exclude_defaults=True)
        body = yaml.dump(data, Dumper=_Plain, sort_keys=False, allow_unicode=True, width=120, default_flow_style=None)
        return "".join(f"# {note}\n" for note in self.notes) + body


class _Plain(yaml.SafeDumper):
    """Writes equal values out each time: our YAML has no anchors."""

    def ignore_aliases(self, data: Any) -> bool:
        del data
        return True


def dump(state: SiteState, pack_id: str | None = None, roles: Mapping[str, StatusRole] | None = None) -> Dumped:
    """The project of a state as a pack; its id is that of our record, else as given, else made from the key.

    `roles` maps folded status names to what they mean, as other packs use them; Jira's own templates are known. Raises
    NothingToDump for a team-managed project, and for one that follows Jira's read-only workflow only.
    """
    return _Dump(state, pack_id, roles or {}).whole()


class _Dump:
    """One reading of a state."""

    def __init__(self, state: SiteState, pack_id: str | None, roles: Mapping[str, StatusRole]) -> None:
        project = state.project
        if project.team_managed:
            raise NothingToDump(f"project {project.key} is team-managed: its workflows are its team's")
        self.state = state
        self.roles = roles
        self.scheme = project.scheme
        self.pack_id = pack_id or str(project.record.get("pack") or slug(project.key))
        self.notes: list[str] = []
        self.followed = self._followed()
        used = {status for workflow in self.followed.values() for status in workflow.statuses}
        used |= set(state.project.recorded(Kind.STATUS).values())
        self.statuses = [s for s in state.statuses if s.id in used]
        self.status_ids = self._ids(Kind.STATUS, self.statuses)
        self.workflows = list({w.id: w for w in self.followed.values()}.values())
        self.resolutions = self._ids(Kind.RESOLUTION, [r for r in state.resolutions if r.id in self._resolutions()])

    def whole(self) -> Dumped:
        """The pack and the notes."""
        ids = self._ids(Kind.WORKFLOW, self.workflows)
        fields = recorded_fields(self.state)
        data: dict[str, Any] = {
            "kind": "workflow-pack",
            "id": self.pack_id,
            "name": self._both(self._name()),
            **self._scheme_name(),
            "statuses": [self._status(s) for s in self.statuses],
            "resolutions": [
                {"id": self.resolutions[r.id], "name": self._both(r.name)}
                for r in self.state.resolutions
                if r.id in self.resolutions
            ],
            "fields": fields,
            "levels": _levels(fields),
            "workflows": [self._empty(w, ids[w.id]) for w in self.workflows],
            "request_types": self._request_types(ids),
            **self._imputation(),
        }
        for name, count in Counter(folded(s.name) for s in self.statuses).items():
            if count > 1:
                self.notes.append(f"{count} statuses are called “{name}” but for case and accents: rename all but one")
        pack = self._enforced(self._with_transitions(Pack.model_validate(data)))
        return Dumped(pack, tuple(dict.fromkeys(self.notes)))

    def _with_transitions(self, pack: Pack) -> Pack:
        screens = {screen.id: screen.name for screen in self.state.screens}
        made = []
        for workflow, found in zip(pack.workflows, self.workflows, strict=True):
            writer = TransitionDump(blueprint(pack, self.state), screens)
            shapes = [shape for shape in found.transitions if shape.kind is not TransitionKind.INITIAL]
            transitions = tuple(writer.written(shape) for shape in shapes)
            ids = {shape.key: one.id for shape, one in zip(shapes, transitions, strict=True)}
            approvals = self._approvals(found, ids)
            made.append(workflow.model_copy(update={"transitions": transitions, "approvals": approvals}))
            self._tell_twins(made[-1])
            self.notes += [f"workflow “{found.name}”: {note}" for note in writer.notes]
        return pack.model_copy(update={"workflows": tuple(made)})

    def _tell_twins(self, workflow: Workflow) -> None:
        """Two ways out of a status that bear one name: a pack is refused until people can tell them apart."""
        names = {pack_id: jira_id for jira_id, pack_id in self.status_ids.items()}
        shown = {s.id: s.name for s in self.statuses}
        for status in Graph(workflow).statuses:
            counts = Counter(folded(t.jira_name) for t in Graph(workflow).outgoing(status))
            twice = next((t.jira_name for t in workflow.transitions if counts[folded(t.jira_name)] > 1), None)
            if twice is not None:
                left = shown[names[status]]
                self.notes.append(f"several transitions called “{twice}” leave “{left}”: rename all but one in Jira")

    def _approvals(self, found: SiteWorkflow, transitions: Mapping[tuple[str, str], str]) -> tuple[Approval, ...]:
        """The approvals that ask the people of a field of ours; others stay as they are, and are told."""
        fields = {jira_id: pack_id for pack_id, jira_id in self.state.project.recorded(Kind.FIELD).items()}
        made: list[Approval] = []
        for one in sorted(found.approvals, key=lambda approval: approval.status):
            if one.field not in fields:
                self.notes.append(f"workflow “{found.name}”: its approval by a field that is not ours stays as it is")
                continue
            data = {
                "status": self.status_ids[one.status],
                "field": fields[one.field],
                "approved": transitions[one.approved],
                "refused": transitions[one.refused],
                "answers": int(one.count),
                "exclude": sorted(one.exclude),
            }
            made.append(Approval.model_validate(data))
        return tuple(made)

    def _enforced(self, pack: Pack) -> Pack:
        """The pack that asks of Jira what this site already does: no more, and no less."""
        children = any(r.key == CHILDREN for w in self.workflows for t in w.transitions for r in t.rules)
        tried: list[tuple[int, Pack]] = []
        for subtasks in (True, False) if children else (False,):
            for agents, fields in itertools.product((True, False), repeat=2):
                enforcement = Enforcement(agents=agents, fields=fields, subtasks_before_closing=subtasks)
                other = pack.model_copy(update={"enforcement": enforcement})
                tried.append((self._unlike(other), other))
        least, best = min(tried, key=lambda pair: pair[0])
        if least:
            self.notes.append(f"{least} transition(s) have rules in a mixture that a pack cannot say")
        return best

    def _unlike(self, pack: Pack) -> int:
        """How many transitions a plan with this pack would change."""
        c = Comparison(Desired(pack=pack), self.state)
        pairs = zip(pack.workflows, self.workflows, strict=True)
        found = [difference(design(c, workflow), actual) for workflow, actual in pairs]
        return sum(len(d.added) + len(d.changed) + len(d.removed) + len(d.approvals) for d in found)

    def _followed(self) -> dict[str, SiteWorkflow]:
        """The workflow of each issue type for requests, but for Jira's own read-only one.

        A project that has a pack of ours is written as that pack: what it has besides is none of its workflows.
        """
        by_name = {w.name: w for w in self.state.workflows}
        scheme = self.scheme or SiteScheme(id="", name="", default_workflow=SYSTEM_WORKFLOW, mappings={})
        ours = set(self.state.project.recorded(Kind.WORKFLOW).values())
        found: dict[str, SiteWorkflow] = {}
        for kind in self.state.issue_types:
            name = scheme.mappings.get(kind.id, scheme.default_workflow)
            if kind.id not in self.state.project.issue_types:
                continue
            if name == SYSTEM_WORKFLOW or name not in by_name or (ours and by_name[name].id not in ours):
                self.notes.append(f"the issue type “{kind.name}” follows the workflow “{name}”, which is left as it is")
            elif kind.subtask:
                self.notes.append(f"the sub-task type “{kind.name}” keeps the workflow “{name}”")
            else:
                found[kind.id] = by_name[name]
        if not found:
            raise NothingToDump(f"project {self.state.project.key} follows Jira's own read-only workflow only")
        return found

    def _ids(self, kind: Kind, objects: Iterable[Any]) -> dict[str, str]:
        """Pack ids by Jira id: those of our record, else made from the names."""
        known = {jira_id: pack_id for pack_id, jira_id in self.state.project.recorded(kind).items()}
        ids: dict[str, str] = {}
        for found in objects:
            ids[found.id] = known.get(found.id) or slug(found.name, [*known.values(), *ids.values()])
        return ids

    def _resolutions(self) -> set[str]:
        """The resolutions that the workflows give or our record knows, by Jira id."""
        values = {
            value
            for workflow in self.workflows
            for shape in workflow.transitions
            for rule in shape.rules
            for name, value in rule.parameters
            if name == "value" and ("field", "resolution") in rule.parameters
        }
        return values | set(self.state.project.recorded(Kind.RESOLUTION).values())

    def _name(self) -> str:
        ours = _OURS.fullmatch(self.scheme.name) if self.scheme else None
        return ours["name"] if ours else self.state.project.name

    def _scheme_name(self) -> dict[str, str]:
        if self.scheme is None or _OURS.fullmatch(self.scheme.name):
            return {}
        return {"scheme": self.scheme.name}

    @staticmethod
    def _both(name: str) -> dict[str, str]:
        """Jira holds one language only."""
        return {"fr": name, "en": name}

    def _status(self, found: SiteStatus) -> dict[str, Any]:
        known = self.roles.get(folded(found.name)) or role_of(found.name)
        role = known if known and _fits(known, found.category) else _BY_CATEGORY[found.category]
        data: dict[str, Any] = {
            "id": self.status_ids[found.id],
            "role": role.value,
            "name": self._both(found.name),
        }
        if Status.model_validate(data).jira_category is not found.category:
            data["category"] = found.category.value
        meaning = unmarked(found.description)
        if meaning and marked_by(found.description) == self.pack_id:
            data["meaning"] = self._both(meaning)
        return data

    def _empty(self, workflow: SiteWorkflow, workflow_id: str) -> dict[str, Any]:
        """A workflow without its transitions, which need the rest of the pack to be written."""
        start = next((t for t in workflow.transitions if t.kind is TransitionKind.INITIAL), None)
        if start is None:
            raise NothingToDump(f"the workflow “{workflow.name}” has no initial transition")
        initial = self.status_ids[start.to]
        return {"id": workflow_id, "name": workflow.name, "initial": initial, "transitions": []}

    def _request_types(self, workflow_ids: Mapping[str, str]) -> list[dict[str, Any]]:
        """The desk's request types; where there is no desk, one per issue type."""
        desk = [(one.name, one.issue_type) for one in self.state.project.request_types]
        named = [pair for pair in desk if pair[1] in self.followed] or [
            (kind.name, kind.id) for kind in self.state.issue_types if kind.id in self.followed
        ]
        types = {kind.id: kind.name for kind in self.state.issue_types}
        made: list[dict[str, Any]] = []
        for name, type_id in named:
            request_id = slug(name, [one["id"] for one in made])
            workflow = workflow_ids[self.followed[type_id].id]
            told = {"id": request_id, "issue_type": types[type_id], "workflow": workflow}
            made.append(told | {"name": self._both(name)})
        left = [types[t] for t in self.followed if t not in {type_id for _, type_id in named}]
        self.notes += [f"the issue type “{name}” has no request type: it keeps its workflow" for name in left]
        return made

    def _imputation(self) -> dict[str, str]:
        """The sub-task type our record knows: time is logged on it."""
        known = set(self.state.project.recorded(Kind.ISSUE_TYPE).values())
        found = next((t for t in self.state.issue_types if t.subtask and t.id in known), None)
        return {"imputation_issue_type": found.name} if found else {}


def _fits(role: StatusRole, category: StatusCategory) -> bool:
    """Whether a role may stand for a status of this category: only a closed request is done."""
    return (role is StatusRole.CLOSED) == (category is StatusCategory.DONE) or role is StatusRole.ANSWERED


def recorded_fields(state: SiteState) -> list[dict[str, Any]]:
    """The custom fields that our record of the project knows, as a pack writes them, with the options read."""
    kinds = {name: kind for kind, names in FIELD_TYPES.items() for name in names}
    known = {jira_id: pack_id for pack_id, jira_id in state.project.recorded(Kind.FIELD).items()}

    def written(found: SiteField) -> dict[str, Any]:
        options = [{"fr": option, "en": option} for option in found.options]
        told = {"id": known[found.id], "kind": kinds[found.type.rpartition(":")[2]].value}
        return {**told, "name": {"fr": found.name, "en": found.name}, **({"options": options} if options else {})}

    return [written(found) for found in state.fields if found.id in known and found.type.rpartition(":")[2] in kinds]


def _levels(fields: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The levels are the options of the field that says which one holds a request."""
    options = [option for one in fields if one["id"] == LEVEL_FIELD for option in one.get("options", ())]
    return [{"id": slug(option["fr"]), "name": option} for option in options]
