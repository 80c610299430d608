from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.connect_app.provision.small import SMALL
from tests.workflows.sites import PACKS, A, C, applied, sites
from workflows.model import (
    Actor,
    Assigns,
    Enforcement,
    FieldKind,
    Pack,
    PackField,
    Requirement,
    Status,
    StatusRole,
    Text,
    Transition,
    Workflow,
)
from workflows.plan import plan
from workflows.survey import Desired

SEVERAL = [SMALL, *PACKS.values()]


def told(pack: Pack) -> dict[str, str]:
    """What people say of a status that not every pack has a counterpart for."""
    return {"Pending": next(s.id for s in pack.statuses if s.role is StatusRole.IN_PROGRESS)}


@given(st.data(), st.sampled_from(SEVERAL))
def test_whatever_the_site_has_applying_the_plan_leaves_nothing_to_do(data: st.DataObject, pack: Pack) -> None:
    before = data.draw(sites(pack))
    made, site = applied(pack, before, told(pack))
    assert not made.conflicts
    assert not plan(Desired(pack=pack), site.state)
    assert sum(site.state.project.issues.values()) == sum(before.project.issues.values())


@given(st.data(), st.sampled_from([SMALL, A, C]), st.integers(0, 30))
def test_stopped_anywhere_a_new_plan_finishes_and_makes_nothing_twice(
    data: st.DataObject, pack: Pack, stop: int
) -> None:
    desired = Desired(pack=pack, moves=told(pack))
    before = data.draw(sites(pack))
    whole, finished = applied(pack, before, told(pack))
    stopped = applied(pack, before, told(pack))[1].__class__(before, desired)
    for change in whole.changes[:stop]:
        stopped.perform(change)
    rest, resumed = applied(pack, stopped.state, told(pack))
    assert not plan(desired, resumed.state)
    assert not rest.conflicts
    for kind in ("statuses", "workflows", "schemes", "resolutions", "issue_types"):
        names = sorted(found.name for found in getattr(resumed.state, kind))
        assert names == sorted(found.name for found in getattr(finished.state, kind))


def of_transition(pack: Pack, draw: st.DrawFn) -> Pack:
    """One transition is removed, renamed, added, asked for more or less, or all stand in another order."""
    workflow = draw(st.sampled_from(pack.workflows))
    bound = {t for approval in workflow.approvals for t in (approval.approved, approval.refused)}
    transition = draw(st.sampled_from([t for t in workflow.transitions if t.id not in bound]))
    renamed = {"name": Text(fr=transition.name.fr + " bis", en=transition.name.en)}
    asking = {"by": (Actor.AGENT,), "requires": tuple(draw(st.lists(st.sampled_from(Requirement), unique=True)))}
    assigning = {"assigns": draw(st.sampled_from(Assigns))}
    by = {"by": tuple(draw(st.lists(st.sampled_from(Actor), min_size=1, unique=True)))}
    edits = [transition.model_copy(update=update) for update in (renamed, asking, assigning, by)]
    extra = Transition.model_validate(
        {"id": "extra", "from": "any", "to": workflow.initial, "name": {"fr": "Tout reprendre", "en": "Start over"}}
    )
    changed = draw(
        st.sampled_from(
            [
                tuple(t for t in workflow.transitions if t is not transition),
                *(tuple(edit if t is transition else t for t in workflow.transitions) for edit in edits),
                (*workflow.transitions, extra),
                tuple(reversed(workflow.transitions)),
            ]
        )
    )
    return _with_workflow(pack, workflow, transitions=changed)


def of_status(pack: Pack, draw: st.DrawFn) -> Pack:
    """A status comes in, with a way into it."""
    workflow = draw(st.sampled_from(pack.workflows))
    late = Status.model_validate({"id": "late", "role": "planned", "name": {"fr": "En retard", "en": "Late"}})
    name = {"fr": "Retarder", "en": "Delay"}
    into = Transition.model_validate({"id": "extra", "from": [workflow.initial], "to": "late", "name": name})
    more = pack.model_copy(update={"statuses": (*pack.statuses, late)})
    return _with_workflow(more, workflow, transitions=(*workflow.transitions, into))


def of_enforcement(pack: Pack, draw: st.DrawFn) -> Pack:
    """Jira is to enforce more or less."""
    flags = {name: draw(st.booleans()) for name in Enforcement.model_fields}
    return pack.model_copy(update={"enforcement": Enforcement(**flags)})


def of_field(pack: Pack, draw: st.DrawFn) -> Pack:
    """A field comes in, or an option of a list; or every approval goes."""
    option = Text(fr="Autre choix", en="Another choice")
    wider = tuple(f.model_copy(update={"options": (*f.options, option)}) for f in pack.fields)
    kind = draw(st.sampled_from([kind for kind in FieldKind if kind is not FieldKind.COMPONENTS]))
    more = PackField(id="extra", kind=kind, name=Text(fr="Champ de plus", en="One more field"), options=(option,))
    quiet = tuple(w.model_copy(update={"approvals": ()}) for w in pack.workflows)
    edits: list[dict[str, Any]] = [{"fields": wider}, {"fields": (*pack.fields, more)}, {"workflows": quiet}]
    return pack.model_copy(update=draw(st.sampled_from(edits)))


def _with_workflow(pack: Pack, workflow: Workflow, **update: Any) -> Pack:
    changed = workflow.model_copy(update=update)
    return pack.model_copy(update={"workflows": tuple(changed if w is workflow else w for w in pack.workflows)})


@st.composite
def edited(draw: st.DrawFn, pack: Pack) -> Pack:
    """The pack after one or two small edits by its owner."""
    for edit in draw(
        st.lists(
            st.sampled_from([of_transition, of_status, of_enforcement, of_field]), min_size=1, max_size=2, unique=True
        )
    ):
        pack = edit(pack, draw)
    return pack


@given(st.data(), st.sampled_from(SEVERAL))
def test_small_edits_of_a_pack_converge_there_and_back_again(data: st.DataObject, pack: Pack) -> None:
    """Each step refuses, as Jira does, what does not exist yet, and an issue in no status of its workflow."""
    _, first = applied(pack, data.draw(sites(pack)), told(pack))
    other = data.draw(edited(pack))
    _, second = applied(other, first.state, told(pack))
    assert not plan(Desired(pack=other), second.state)
    _, third = applied(pack, second.state, told(pack))
    assert not plan(Desired(pack=pack), third.state)
