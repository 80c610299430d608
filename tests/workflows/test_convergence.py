from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.workflows.sites import A, C, applied, sites
from workflows.model import Pack, Status, Text, Transition
from workflows.plan import plan
from workflows.survey import Desired


@given(st.data(), st.sampled_from([A, C]))
def test_whatever_the_site_has_applying_the_plan_leaves_nothing_to_do(data: st.DataObject, pack: Pack) -> None:
    before = data.draw(sites(pack))
    made, site = applied(pack, before)
    assert not made.conflicts
    assert not plan(Desired(pack=pack), site.state)
    assert sum(site.state.project.issues.values()) == sum(before.project.issues.values())


@given(st.data(), st.sampled_from([A, C]), st.integers(0, 30))
def test_stopped_anywhere_a_new_plan_finishes_and_makes_nothing_twice(
    data: st.DataObject, pack: Pack, stop: int
) -> None:
    desired = Desired(pack=pack)
    before = data.draw(sites(pack))
    whole, finished = applied(pack, before)
    stopped = applied(pack, before)[1].__class__(before, desired)
    for change in whole.changes[:stop]:
        stopped.perform(change)
    rest, resumed = applied(pack, stopped.state)
    assert not plan(desired, resumed.state)
    assert not rest.conflicts
    for kind in ("statuses", "workflows", "schemes", "resolutions", "issue_types"):
        names = sorted(found.name for found in getattr(resumed.state, kind))
        assert names == sorted(found.name for found in getattr(finished.state, kind))


@st.composite
def edited(draw: st.DrawFn, pack: Pack) -> Pack:
    """The pack after a small edit by its owner."""
    index = draw(st.integers(0, len(pack.workflows) - 1))
    workflow = pack.workflows[index]
    number = draw(st.integers(0, len(workflow.transitions) - 1))
    transition = workflow.transitions[number]
    renamed = transition.model_copy(update={"name": Text(fr=transition.name.fr + " bis", en=transition.name.en)})
    extra = Transition.model_validate(
        {"id": "extra", "from": "any", "to": workflow.initial, "name": {"fr": "Tout reprendre", "en": "Start over"}}
    )
    late = Status.model_validate({"id": "late", "role": "planned", "name": {"fr": "En retard", "en": "Late"}})
    to_late = extra.model_copy(update={"to": "late", "from_": (workflow.initial,)})
    transitions = draw(
        st.sampled_from(
            [
                tuple(t for t in workflow.transitions if t is not transition),
                tuple(renamed if t is transition else t for t in workflow.transitions),
                (*workflow.transitions, extra),
                (*workflow.transitions, to_late),
                tuple(reversed(workflow.transitions)),
            ]
        )
    )
    statuses = (*pack.statuses, late) if to_late in transitions else pack.statuses
    changed = workflow.model_copy(update={"transitions": transitions})
    workflows = tuple(changed if w is workflow else w for w in pack.workflows)
    return pack.model_copy(update={"workflows": workflows, "statuses": statuses})


@given(st.data(), st.sampled_from([A, C]))
def test_small_edits_of_a_pack_converge_there_and_back_again(data: st.DataObject, pack: Pack) -> None:
    _, first = applied(pack, data.draw(sites(pack)))
    other = data.draw(edited(pack))
    _, second = applied(other, first.state)
    assert not plan(Desired(pack=other), second.state)
    _, third = applied(pack, second.state)
    assert not plan(Desired(pack=pack), third.state)
