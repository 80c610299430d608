"""Sites as plans find them: empty, from a template with issues, half provisioned, and drawn at random."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

from tests.workflows.memory_site import JiraRefuses, MemorySite
from workflows.catalog import load_catalog
from workflows.graph import folded
from workflows.model import Pack, StatusCategory
from workflows.plan import Plan, plan
from workflows.site import (
    Shape,
    SiteIssueType,
    SiteProject,
    SiteScheme,
    SiteScreen,
    SiteState,
    SiteStatus,
    SiteWorkflow,
    TransitionKind,
)
from workflows.survey import Desired

PACKS = load_catalog().packs
A, C = PACKS["tiered-support"], PACKS["managed-operations"]
TODO, DOING, DONE = StatusCategory.TODO, StatusCategory.IN_PROGRESS, StatusCategory.DONE


def template_site(**changes: Any) -> SiteState:
    """A site as Jira makes it: its own workflow, three issue types, one project with the default scheme."""
    statuses = (
        SiteStatus(id="1", name="Open", category=TODO),
        SiteStatus(id="3", name="Work in progress", category=DOING),
        SiteStatus(id="4", name="Pending", category=DOING),
        SiteStatus(id="6", name="Closed", category=DONE),
    )
    system = SiteWorkflow(
        id="w1",
        name="jira",
        statuses=frozenset({"1", "3", "4", "6"}),
        transitions=(Shape(name="Create", kind=TransitionKind.INITIAL, to="1"),),
    )
    types = (
        SiteIssueType(id="10", name="Incident"),
        SiteIssueType(id="11", name="Task"),
        SiteIssueType(id="12", name="Sub-task", subtask=True),
    )
    project = SiteProject(
        id="100",
        key="SUP",
        name="Support",
        issue_type_scheme="7",
        issue_types=("10", "11"),
        statuses={"10": ("1", "3", "4", "6"), "11": ("1", "3", "4", "6")},
        screens=(SiteScreen(id="70", name="Screen", tab="1", fields=frozenset({"summary"})),),
        desk="SUP",
    )
    site = SiteState(project=project, statuses=statuses, workflows=(system,), issue_types=types, app_role="9")
    return replace(site, **changes)


def with_project(site: SiteState, **changes: Any) -> SiteState:
    return replace(site, project=replace(site.project, **changes))


def applied(pack: Pack, site: SiteState, moves: dict[str, str] | None = None) -> tuple[Plan, MemorySite]:
    """The plan, and the site after all of it."""
    desired = Desired(pack=pack, moves=moves or {})
    made = plan(desired, site)
    memory = MemorySite(site, desired)
    for change in made.changes:
        memory.perform(change)
    return made, memory


@st.composite
def sites(draw: st.DrawFn, pack: Pack) -> SiteState:
    """A template site with issues, with some statuses of the pack already there: in any case, ours or not."""
    site = template_site()
    found: dict[str, SiteStatus] = {folded(s.name): s for s in site.statuses}
    for number, status in enumerate(draw(st.lists(st.sampled_from(pack.statuses), unique=True))):
        name = draw(st.sampled_from([status.jira_name, status.jira_name.upper()]))
        description = draw(st.sampled_from(["", "[Relance: another-pack]"]))
        found.setdefault(
            folded(name),
            SiteStatus(id=str(500 + number), name=name, category=status.jira_category, description=description),
        )
    issues = draw(
        st.dictionaries(
            st.tuples(st.sampled_from(["10", "11"]), st.sampled_from(["1", "3", "4", "6"])), st.integers(1, 9)
        )
    )
    scheme = draw(
        st.none() | st.just(SiteScheme(id="50", name="SUP: own", default_workflow="jira", mappings={"11": "jira"}))
    )
    schemes = (scheme,) if scheme else ()
    return with_project(replace(site, statuses=tuple(found.values()), schemes=schemes), issues=issues, scheme=scheme)


__all__ = ["PACKS", "A", "C", "JiraRefuses", "applied", "sites", "template_site", "with_project"]
