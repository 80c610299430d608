from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.workflows.sites import PACKS, A, C, applied, template_site
from workflows.blueprint import blueprint, status_description
from workflows.model import Pack, Text, Transition
from workflows.native import HIDDEN, agents_rule, resolution_rule
from workflows.site import Rule, Shape, TransitionKind, mark, marked_by


@pytest.mark.promise("C26", "C12", "C9")
def test_transitions_carry_their_native_rules() -> None:
    plan_ = blueprint(C, applied(C, template_site())[1].state)
    shapes = {shape.name: shape for shape in plan_.shapes(C.workflows[0])}
    no_response = plan_.resolutions["no-response"]
    assert shapes["Fermer sans réponse du client"].rules == {HIDDEN, resolution_rule(no_response)}
    assert shapes["Fermer comme besoin de consulting"].rules == {
        agents_rule("9"),
        resolution_rule(plan_.resolutions["consulting"]),
    }
    assert shapes["Rouvrir"].rules == {resolution_rule("")}
    assert {name for name, shape in shapes.items() if shape.customer} == {"J'ai répondu", "Rouvrir"}
    assert Rule(
        "system:update-field", frozenset({("field", "resolution"), ("mode", "replace"), ("value", "")})
    ) == resolution_rule("")


@pytest.mark.promise("C6", "C11", "A7")
def test_jira_asks_for_the_fields_a_move_requires_where_agents_alone_make_it() -> None:
    def asked(pack: Pack, transition_id: str) -> list[str]:
        plan_ = blueprint(pack, applied(pack, template_site())[1].state)
        found = next(t for w in pack.workflows for t in w.transitions if t.id == transition_id)
        return [needed.label for needed in plan_.needed(found)]

    assert asked(C, "refer") == ["Tiers"]
    assert asked(C, "schedule") == ["Date de l'opération", "Responsable de l'opération"]
    assert asked(A, "start") == ["Responsable", "Priorité"], "a component is not each project's"
    assert asked(PACKS["client-support"], "take") == [], "the app takes it too"


def test_a_transition_from_anywhere_is_global_in_jira() -> None:
    anywhere = Transition.model_validate(
        {"id": "x", "from": "any", "to": "closed", "name": {"fr": "X", "en": "X"}, "resolution": "answered"}
    )
    workflow = C.workflows[0].model_copy(update={"transitions": (anywhere,)})
    shape = blueprint(C, template_site()).shapes(workflow)[1]
    assert shape == Shape(
        name="X",
        kind=TransitionKind.GLOBAL,
        to="new:closed",
        rules=frozenset({agents_rule("9"), resolution_rule("new:answered")}),
    )


@given(st.text(max_size=400))
@example("é" * 400)
def test_a_description_fits_and_keeps_its_mark(meaning: str) -> None:
    status = C.statuses[0].model_copy(update={"meaning": Text.model_construct(fr=meaning, en=meaning)})
    described = status_description(status, mark(C.id))
    assert len(described) <= 255
    assert marked_by(described) == C.id


def test_a_status_without_meaning_has_the_mark_only() -> None:
    assert (
        status_description(C.statuses[0].model_copy(update={"meaning": None}), mark(C.id))
        == "[Relance: managed-operations]"
    )
