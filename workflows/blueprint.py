"""Says in Jira's terms what a pack's workflows are to be: transitions with their native rules, over the site's ids."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from workflows.graph import Graph, folded
from workflows.model import (
    Actor,
    FieldKind,
    Pack,
    PackField,
    Requirement,
    Resolution,
    Status,
    StatusCategory,
    StatusRole,
    Transition,
    Workflow,
)
from workflows.native import (
    HIDDEN,
    NO_APPROVAL_PENDING,
    SIGNED,
    agents_rule,
    assignee_rule,
    children_rule,
    level_rule,
    required_rule,
    resolution_rule,
)
from workflows.site import (
    ApprovalShape,
    Kind,
    Rule,
    Shape,
    SiteField,
    SiteResolution,
    SiteState,
    SiteStatus,
    TransitionKind,
    named,
)

_CREATE = "Créer"

_SYSTEM_FIELDS: Mapping[Requirement, tuple[str, str]] = {
    Requirement.ASSIGNEE: ("assignee", "Responsable"),
    Requirement.PRIORITY: ("priority", "Priorité"),
    Requirement.RESOLUTION: ("resolution", "Résolution"),
}
_PACK_FIELDS: Mapping[Requirement, str] = {
    Requirement.THIRD_PARTY: "third-party",
    Requirement.PLANNED_DATE: "planned-date",
    Requirement.RESPONSIBLE: "responsible",
    Requirement.ESTIMATE: "estimate",
}

FIELD_TYPES: Mapping[FieldKind, tuple[str, ...]] = {
    FieldKind.TEXT: ("textfield", "textarea"),
    FieldKind.DATE: ("datepicker", "datetime"),
    FieldKind.NUMBER: ("float",),
    FieldKind.SELECT: ("select", "radiobuttons"),
    FieldKind.USER: ("userpicker",),
    FieldKind.USERS: ("multiuserpicker",),
}
"""Jira's types of custom field that hold each kind; the first is the one we make."""


def made_fields(pack: Pack) -> tuple[PackField, ...]:
    """The fields of a pack that provisioning makes: all but Jira's own."""
    return tuple(wanted for wanted in pack.fields if wanted.jira_type is None and wanted.kind in FIELD_TYPES)


def status_description(status: Status, mark: str) -> str:
    """What administrators and customers read beside a status: its meaning, then our mark; at most 255 characters."""
    meaning = status.meaning.fr if status.meaning else ""
    room = 255 - len(mark) - 1
    if len(meaning) > room:
        meaning = meaning[: room - 1].rstrip() + "…"
    return f"{meaning} {mark}".strip()


def found_status(status: Status, state: SiteState) -> SiteStatus | None:
    """The site's status that is this status of a pack; of near-twins the recorded one."""
    return named(state.statuses, status.jira_name, [state.project.recorded(Kind.STATUS).get(status.id, "")])


def found_resolution(resolution: Resolution, state: SiteState) -> SiteResolution | None:
    """The site's resolution that is this resolution of a pack; of near-twins the recorded one."""
    recorded = [state.project.recorded(Kind.RESOLUTION).get(resolution.id, "")]
    return named(state.resolutions, resolution.name.fr, recorded)


def found_field(wanted: PackField, state: SiteState) -> SiteField | None:
    """The site's field that is this field of a pack: by Jira's own type, else by name, of twins the recorded one.

    As in the app's own reading, a field may bear the English name: Jira's own “Approvers” is one.
    """
    if wanted.jira_type is not None:
        return next((found for found in state.fields if found.type == wanted.jira_type), None)
    recorded = [state.project.recorded(Kind.FIELD).get(wanted.id, "")]
    fitting = [found for found in state.fields if holds(wanted.kind, found)]
    for fields in (fitting, state.fields):
        found = named(fields, wanted.name.fr, recorded) or named(fields, wanted.name.en, recorded)
        if found is not None:
            return found
    return None


def holds(kind: FieldKind, found: SiteField) -> bool:
    """Whether a field of the site can hold what a pack's field of this kind holds."""
    return found.type.rpartition(":")[2] in FIELD_TYPES[kind]


@dataclass(frozen=True)
class Needed:
    """A field that a transition wants filled in: Jira's id of it (or `new:<pack id>`), and what agents call it."""

    field: str
    label: str


@dataclass(frozen=True)
class Blueprint:
    """A pack over one site: what it names as Jira ids, or `new:<pack id>` when still to be made.

    `fields` and `screens` hold what the site has or is to have of fields (by pack id) and of screens (by name).
    """

    pack: Pack
    statuses: Mapping[str, str]
    resolutions: Mapping[str, str]
    fields: Mapping[str, str] = field(default_factory=dict)
    screens: Mapping[str, str] = field(default_factory=dict)
    groups: Mapping[str, str] = field(default_factory=dict)
    app_role: str = ""
    finished: frozenset[str] = frozenset()

    def sources(self, workflow: Workflow) -> frozenset[str]:
        """The statuses of a workflow, as ids of the site."""
        return frozenset(self.statuses[status] for status in Graph(workflow).statuses)

    def shapes(self, workflow: Workflow) -> tuple[Shape, ...]:
        """The transitions of a workflow, the initial one first."""
        initial = Shape(name=_CREATE, kind=TransitionKind.INITIAL, to=self.statuses[workflow.initial])
        return (initial, *(self._shape(workflow, transition) for transition in workflow.transitions))

    def approvals(self, workflow: Workflow) -> frozenset[ApprovalShape]:
        """The approvals of a workflow's statuses."""
        keys = {t.id: self._key(t) for t in workflow.transitions}
        return frozenset(
            ApprovalShape(
                status=self.statuses[approval.status],
                field=self.fields[approval.field],
                approved=keys[approval.approved],
                refused=keys[approval.refused],
                count=str(approval.answers),
                exclude=frozenset(approval.exclude),
            )
            for approval in workflow.approvals
        )

    def needed(self, transition: Transition) -> tuple[Needed, ...]:
        """The fields Jira itself is to ask for: only where agents alone move, since others see no screen.

        Nothing depends on one project, since several share the workflow: a component, which only some projects have, is
        left to the guards. The order in which a pack writes its requirements means nothing.
        """
        if set(transition.by) != {Actor.AGENT} or not self.pack.enforcement.fields:
            return ()
        asked = (requirement for requirement in Requirement if requirement in transition.requires)
        return tuple(found for wanted in asked if (found := self._needed(wanted)))

    def screen_name(self, transition: Transition) -> str:
        """The name of the screen that asks for what a transition needs; empty when it needs no field."""
        labels = ", ".join(needed.label for needed in self.needed(transition))
        return f"{self.pack.name.fr} - {labels}"[: 255 - len(SIGNED)] + SIGNED if labels else ""

    def wanted_screens(self) -> dict[str, tuple[str, ...]]:
        """The screens the pack's transitions need, with the ids of their fields."""
        transitions = [t for workflow in self.pack.workflows for t in workflow.transitions]
        return {
            name: tuple(needed.field for needed in self.needed(transition))
            for transition in transitions
            if (name := self.screen_name(transition))
        }

    def _key(self, transition: Transition) -> tuple[str, str]:
        return (folded(transition.jira_name), self.statuses[transition.to])

    def _needed(self, requirement: Requirement) -> Needed | None:
        if requirement in _SYSTEM_FIELDS:
            return Needed(*_SYSTEM_FIELDS[requirement])
        pack_id = _PACK_FIELDS.get(requirement)
        wanted = next((f for f in self.pack.fields if f.id == pack_id), None)
        return Needed(self.fields[wanted.id], wanted.name.fr) if wanted and wanted.id in self.fields else None

    def _shape(self, workflow: Workflow, transition: Transition) -> Shape:
        anywhere = transition.from_ == "any"
        screen = self.screen_name(transition)
        return Shape(
            name=transition.jira_name,
            kind=TransitionKind.GLOBAL if anywhere else TransitionKind.DIRECTED,
            to=self.statuses[transition.to],
            sources=frozenset() if anywhere else frozenset(self.statuses[old] for old in transition.from_),
            customer=Actor.CUSTOMER in transition.by,
            rules=frozenset(self._rules(workflow, transition)),
            screen=self.screens.get(screen, f"new:{screen}") if screen else "",
        )

    def _rules(self, workflow: Workflow, transition: Transition) -> list[Rule]:
        rules = self._conditions(workflow, transition)
        rules += [required_rule(needed.field, needed.label) for needed in self.needed(transition)]
        if transition.resolution is not None:
            rules.append(resolution_rule(self.resolutions[transition.resolution]))
        elif transition.clears_resolution:
            rules.append(resolution_rule(""))
        if transition.assigns is not None:
            rules.append(assignee_rule(transition.assigns.value))
        return rules

    def _conditions(self, workflow: Workflow, transition: Transition) -> list[Rule]:
        """Who may take a transition, and when.

        What customers may take has no condition: no role or permission is certain to be theirs. What the app may take
        has none on a site where nothing tells apps from people.
        """
        by = set(transition.by)
        found = [HIDDEN] if by == {Actor.APP} else []
        if Actor.AGENT in by and Actor.CUSTOMER not in by and (self.app_role or Actor.APP not in by):
            found += self._agents(transition)
        closes = self.pack.status(transition.to).role is StatusRole.CLOSED
        if closes and self.finished and by == {Actor.AGENT}:
            found.append(children_rule(self.finished))
        if any(transition.id in {a.approved, a.refused} for a in workflow.approvals):
            found.append(NO_APPROVAL_PENDING)
        return found

    def _agents(self, transition: Transition) -> list[Rule]:
        enforced = self.pack.enforcement
        group = self.groups.get(transition.level or "") if enforced.levels else None
        if group:
            return [level_rule(group, self.app_role)]
        return [agents_rule(self.app_role)] if enforced.agents else []


def blueprint(pack: Pack, state: SiteState) -> Blueprint:
    """The pack over this site."""
    statuses = {status.id: found_status(status, state) for status in pack.statuses}
    resolutions = {resolution.id: found_resolution(resolution, state) for resolution in pack.resolutions}
    fields = {wanted.id: found_field(wanted, state) for wanted in pack.fields}
    ours = {f.id for f in made_fields(pack)}
    groups = {level.id: state.groups.get(folded(level.name.fr), "") for level in pack.levels}
    return Blueprint(
        pack,
        {pack_id: found.id if found else f"new:{pack_id}" for pack_id, found in statuses.items()},
        {pack_id: found.id if found else f"new:{pack_id}" for pack_id, found in resolutions.items()},
        {
            pack_id: found.id if found else f"new:{pack_id}"
            for pack_id, found in fields.items()
            if found or pack_id in ours
        },
        {screen.name: screen.id for screen in state.screens},
        groups,
        state.app_role,
        _finished(pack, state),
    )


def _finished(pack: Pack, state: SiteState) -> frozenset[str]:
    """The statuses in which a sub-task is over, whatever its workflow; none when the pack does not ask for it."""
    if not pack.enforcement.subtasks_before_closing:
        return frozenset()
    return frozenset(status.id for status in state.statuses if status.category is StatusCategory.DONE)
