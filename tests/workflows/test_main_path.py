"""The main path of a workflow: the steps a document tells its customers of."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from workflows.catalog import load_catalog
from workflows.graph import Graph
from workflows.main_path import main_path
from workflows.model import StatusRole

STEPS = {
    ("client-support", "ticket"): "OUVERT, PRIS EN COMPTE, RÉSOLU, FERMÉ",
    ("internal-helpdesk", "ticket"): "Nouveau ticket, Ticket pris en charge, Ticket résolu, Ticket clôturé",
    ("managed-operations", "request"): "Soumise, En cours, Fermée",
    ("software-delivery", "request"): (
        "Ouvert, Sélectionné pour traitement, En progression, En attente d’approbation client, A délivrer, Fermé"
    ),
    ("tiered-support", "assistance"): "Ouvert, Pris en charge, En Cours, Réponse Envoyée, Fermé",
    ("tiered-support", "incident"): "Ouvert, Pris en charge, En Cours, Réponse Envoyée, Fermé",
    ("tiered-support", "evolution"): (
        "Ouvert, Pris en charge, En Cours, En Attente Validation Chiffrage, En Cours de Réalisation, Réponse Envoyée, "
        "Fermé"
    ),
}


@pytest.mark.promise("A3", "B6", "C2", "C7", "D17", "E9")
@pytest.mark.parametrize(("pack", "workflow"), STEPS)
def test_the_main_path_is_what_the_document_tells_when_nothing_delays_a_request(pack: str, workflow: str) -> None:
    found = load_catalog().pack(pack)
    graph = next(Graph(w) for w in found.workflows if w.id == workflow)
    assert ", ".join(found.status(s).name.fr for s in main_path(graph, found)) == STEPS[pack, workflow]


def test_every_workflow_has_a_main_path_from_its_beginning_to_an_end_along_its_own_transitions() -> None:
    sixth = Path(__file__).parents[1] / "data" / "sixth_desk" / "packs"
    for catalog in (load_catalog(), load_catalog(sixth)):
        for pack in catalog.packs.values():
            for workflow in pack.workflows:
                graph = Graph(workflow)
                path = main_path(graph, pack)
                assert path[0] == workflow.initial
                assert pack.status(path[-1]).role is StatusRole.CLOSED
                assert all(graph.allows(old, new) for old, new in pairwise(path))
                assert len(set(path)) == len(path)


def test_a_workflow_that_never_ends_has_no_main_path() -> None:
    pack = load_catalog().pack("managed-operations")
    workflow = pack.workflows[0]
    endless = workflow.model_copy(update={"transitions": tuple(t for t in workflow.transitions if t.to != "closed")})
    assert main_path(Graph(endless), pack) == ()
