"""Draws the workflows a plan changes, before and after, as Mermaid state diagrams."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from workflows.comparison import Comparison
from workflows.difference import Difference, difference, place
from workflows.model import Workflow
from workflows.native import HIDDEN
from workflows.plan import Plan
from workflows.site import Shape, SiteState, TransitionKind, named
from workflows.survey_workflows import design

_HEAD = "stateDiagram-v2"


def change_diagrams(planned: Plan, state: SiteState) -> str:
    """Markdown with the diagrams of each workflow that changes: before, unless it is new, and after.

    What is new bears a `+`, what is changed a `~`; what disappears bears a `-` before. Empty when nothing changes.
    """
    return "\n".join(_section(planned, workflow, state) for workflow in planned.pack.workflows).strip()


def _section(planned: Plan, workflow: Workflow, state: SiteState) -> str:
    wanted = design(Comparison(planned.desired, state), workflow)
    found = named(state.workflows, workflow.name)
    names = {s.id: s.name for s in state.statuses}
    names |= {f"new:{s.id}": s.jira_name for s in planned.pack.statuses}
    if found is None:
        after = _diagram(wanted.shapes, wanted.statuses, names, {})
        return f"### {workflow.name} (new)\n\n```mermaid\n{after}\n```\n"
    differs = difference(wanted, found)
    if not differs:
        return ""
    before = _diagram(found.transitions, found.statuses, names, _signs("-", differs.removed))
    after = _diagram(wanted.shapes, wanted.statuses, names, _after(differs))
    both = f"Before:\n\n```mermaid\n{before}\n```\n\nAfter:\n\n```mermaid\n{after}\n```\n"
    return f"### {workflow.name}\n\n{both}"


def _after(differs: Difference) -> dict[tuple[str, str], str]:
    return _signs("+", differs.added) | _signs("~", differs.changed)


def _signs(sign: str, shapes: Collection[Shape]) -> dict[tuple[str, str], str]:
    return dict.fromkeys(map(place, shapes), f"{sign} ")


def _diagram(
    shapes: Collection[Shape], statuses: Collection[str], names: Mapping[str, str], signs: Mapping[tuple[str, str], str]
) -> str:
    ordered = sorted(statuses, key=lambda status: names.get(status, status))
    nodes = {status: f"s{number}" for number, status in enumerate(ordered, start=1)}
    lines = [_HEAD, *(f'    state "{_quoted(names.get(status, status))}" as {nodes[status]}' for status in ordered)]
    for shape in shapes:
        if shape.to not in nodes:
            continue
        if shape.kind is TransitionKind.INITIAL:
            lines.append(f"    [*] --> {nodes[shape.to]}")
            continue
        sources = nodes.keys() - {shape.to} if shape.kind is TransitionKind.GLOBAL else shape.sources
        label = signs.get(place(shape), "") + _who(shape) + _label(shape.name)
        lines += [f"    {nodes[old]} --> {nodes[shape.to]}: {label}" for old in ordered if old in sources]
    return "\n".join(lines)


def _who(shape: Shape) -> str:
    return ("👤 " if shape.customer else "") + ("⚙ " if HIDDEN in shape.rules else "")


def _quoted(name: str) -> str:
    return name.replace('"', "#34;")


def _label(name: str) -> str:
    return name.replace(";", "#59;").replace(":", "#58;")
