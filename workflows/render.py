"""Writes a plan for people and machines, and a workflow as a Mermaid state diagram; no colour, no terminal."""

from __future__ import annotations

import json
from collections import Counter

from workflows.changes import Change, SwitchScheme, Update
from workflows.graph import Graph
from workflows.model import Actor, Pack, StatusRole, Transition, Workflow
from workflows.plan import Plan
from workflows.removal import Removal
from workflows.site import Kind

_WIDTH = 18


def as_text(plan: Plan) -> str:
    """The plan as lines for a terminal: `+ status            En cours`."""
    lines = [f"Plan for project {plan.project}: {plan.pack.name.en} ({plan.pack.id})", ""]
    for change in plan.changes:
        lines += _text_lines(change)
    if not plan.changes:
        lines.append("Nothing to do: the site is as the catalog says.")
    lines += [f"! {conflict}" for conflict in plan.conflicts]
    lines += [f"i {note}" for note in plan.notes]
    lines += ["", f"{_tally(plan)} Checksum {plan.checksum}."]
    return "\n".join(lines)


def _text_lines(change: Change) -> list[str]:
    noun = change.noun.partition(" “")[0]
    head = f"{change.symbol} {noun:<{_WIDTH}} {change.name}{_summary(change)}"
    return [head, *(f"    {line}" for line in _details(change))]


def _summary(change: Change) -> str:
    """How much of a workflow changes, at a glance: `: 1 transition added, 2 transitions changed`."""
    if not isinstance(change, Update) or change.kind is not Kind.WORKFLOW:
        return ""
    counts = Counter((line.partition(" ")[0], line.rpartition(" ")[2]) for line in change.details)
    told = [f"{n} {_plural(what) if n > 1 else what} {done}" for (what, done), n in counts.items()]
    return f": {', '.join(told)}" if told else ""


def _plural(what: str) -> str:
    return f"{what}es" if what.endswith("s") else f"{what}s"


def _details(change: Change) -> list[str]:
    """What people are told below a change, with the issues it touches."""
    held = [f"{change.issues} issue(s) in the project"] if isinstance(change, SwitchScheme) else []
    moved = [f"{m.issues} issue(s) of type {m.issue_type}: {m.old} → {m.new_name}" for m in change.moves if m.issues]
    return [*change.details, *held, *moved]


def _tally(plan: Plan) -> str:
    counts: dict[str, int] = {}
    for change in plan.changes:
        counts[change.verb] = counts.get(change.verb, 0) + 1
    return f"{', '.join(f'{count} to {verb}' for verb, count in counts.items()) or 'no change'}."


def removal_as_text(found: Removal) -> str:
    """What a removal takes away, as lines for a terminal, with what stays and why."""
    lines = [f"Taking {found.pack} away from project {found.project}", ""]
    for change in found.changes:
        lines += _text_lines(change)
    if not found.changes:
        lines.append("Nothing to take away: nothing carries our mark.")
    lines += [f"! {reason}" for reason in (*found.conflicts, *found.held)]
    lines += [f"i {note}" for note in found.notes]
    return "\n".join([*lines, "", f"{len(found.changes)} step(s). Checksum {found.checksum}."])


def as_markdown(plan: Plan) -> str:
    """The plan as Markdown, for a merge request."""
    lines = [f"## {plan.project}: {plan.pack.name.en}", "", "| | what | details |", "|---|---|---|"]
    for change in plan.changes:
        details = "<br>".join(_cell(detail) for detail in _details(change))
        lines.append(f"| `{change.symbol}` | {_cell(change.noun)} | {details} |")
    if not plan.changes:
        lines.append("| | nothing to do | |")
    lines += ["", *(f"- **{_cell(conflict)}**" for conflict in plan.conflicts)]
    lines += [*(f"- {_cell(note)}" for note in plan.notes), "", f"Checksum `{plan.checksum}`", ""]
    return "\n".join(lines)


def _cell(text: str) -> str:
    return text.replace("\\", "\\\\").replace("|", "\\|").replace("\n", " ")


def as_json(plan: Plan) -> str:
    """The plan as JSON, for machines."""
    content = {
        "project": plan.project,
        "pack": plan.pack.id,
        "checksum": plan.checksum,
        "changes": [change.as_json() | {"issues": [move.issues for move in change.moves]} for change in plan.changes],
        "conflicts": list(plan.conflicts),
        "notes": list(plan.notes),
    }
    return json.dumps(content, ensure_ascii=False, indent=2)


def as_mermaid(pack: Pack, workflow: Workflow, locale: str = "fr") -> str:
    """One workflow as a Mermaid state diagram; customers' transitions are marked with a person, ours with a gear."""
    graph = Graph(workflow)
    lines = ["stateDiagram-v2"]
    for status in graph.statuses:
        name = pack.status(status).name.in_language(locale).replace('"', "#34;")
        lines.append(f'    state "{name}" as {_node(status)}')
    lines.append(f"    [*] --> {_node(workflow.initial)}")
    for transition in workflow.transitions:
        label = _label(transition, locale)
        lines += [f"    {_node(old)} --> {_node(transition.to)}: {label}" for old in graph.sources(transition)]
    closed = [s.id for s in pack.statuses if s.role is StatusRole.CLOSED and s.id in graph.statuses]
    lines += [f"    {_node(status)} --> [*]" for status in closed]
    return "\n".join(lines) + "\n"


def _node(status_id: str) -> str:
    """A Mermaid identifier: hyphens would be read as arrows, and some words are its own."""
    return "s_" + status_id.replace("-", "_")


def _label(transition: Transition, locale: str) -> str:
    signs = ("👤 " if Actor.CUSTOMER in transition.by else "") + ("⚙ " if transition.by == (Actor.APP,) else "")
    return signs + transition.name.in_language(locale).replace(";", "#59;").replace(":", "#58;")
