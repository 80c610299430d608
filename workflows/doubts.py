"""Finds what makes a site ambiguous for a pack: names that differ by case or accent only, names in another language."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from workflows.graph import folded
from workflows.model import Pack
from workflows.site import Kind, Object, SiteState
from workflows.survey import found_type, wanted_types

_SAME_TYPE = (
    ("Service Request", "Demande de service"),
    ("Service Request with Approvals", "Demande de service avec approbations"),
    ("Task", "Tâche"),
    ("Sub-task", "Sous-tâche"),
    ("Problem", "Problème"),
    ("Change", "Changement", "Modification"),
    ("Bug", "Bogue"),
    ("New Feature", "Nouvelle fonctionnalité"),
    ("Improvement", "Amélioration"),
)
"""What Jira itself calls its issue types, in English and French: a site has them in the language it was opened in."""


def doubts(pack: Pack, state: SiteState) -> tuple[str, ...]:
    """Sentences for an administrator, each with what to do; empty when every name means one thing."""
    return (*_twins(pack, state), *_other_language(pack, state))


def _twins(pack: Pack, state: SiteState) -> Iterable[str]:
    wanted: tuple[tuple[Kind, str, Iterable[str], Sequence[Object]], ...] = (
        (Kind.STATUS, "statuses", (s.jira_name for s in pack.statuses), state.statuses),
        (Kind.RESOLUTION, "resolutions", (r.name.fr for r in pack.resolutions), state.resolutions),
        (Kind.WORKFLOW, "workflows", (w.name for w in pack.workflows), state.workflows),
        (Kind.ISSUE_TYPE, "issue types", wanted_types(pack), state.issue_types),
    )
    for kind, noun, names, objects in wanted:
        recorded = set(state.project.recorded(kind).values())
        for name in names:
            found = [o for o in objects if folded(o.name) == folded(name)]
            if len(found) > 1 and not any(o.id in recorded for o in found):
                spelled = " and ".join(f"“{o.name}”" for o in found)
                yield f"the site has the {noun} {spelled}, which people read as one name: rename or remove all but one"


def _other_language(pack: Pack, state: SiteState) -> Iterable[str]:
    """The site has the thing under the name of another language: making ours would make a twin of it."""
    present = {folded(t.name): t.name for t in state.issue_types}
    for request in pack.request_types:
        if found_type(request.issue_type, state) is not None:
            continue
        same = next((names for names in _SAME_TYPE if folded(request.issue_type) in map(folded, names)), ())
        other = next((present[folded(name)] for name in same if folded(name) in present), None)
        if other is not None:
            yield (
                f"the pack's issue type “{request.issue_type}” is “{other}” on this site: write issue_type: {other} in "
                f"the pack, or rename it in Jira"
            )
