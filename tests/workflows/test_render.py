from __future__ import annotations

import json

import pytest

from tests.workflows.sites import A, C, applied, template_site, with_project
from workflows.model import Text
from workflows.plan import plan
from workflows.render import as_json, as_markdown, as_mermaid, as_text
from workflows.site import SiteStatus
from workflows.survey import Desired

BUSY = with_project(template_site(), issues={("10", "3"): 2})
PLAN = plan(Desired(pack=C), BUSY)
NOTHING = plan(Desired(pack=C), applied(C, template_site())[1].state)


def test_text_for_people() -> None:
    assert as_text(PLAN) == (
        "Plan for project SUP: Managed operations (managed-operations)\n"
        "\n"
        "+ resolution         Réponse apportée\n"
        "+ resolution         Consulting\n"
        "+ resolution         Sans réponse du client\n"
        "+ issue type         Service Request\n"
        "~ issue types of     SUP\n"
        "    issue type “Service Request” added\n"
        "+ field              Tiers\n"
        "    select\n"
        "+ field              Date de l'opération\n"
        "    date\n"
        "+ field              Responsable de l'opération\n"
        "    user\n"
        "+ options of         Tiers\n"
        "    option “Atlassian” added\n"
        "    option “Éditeur d'add-on” added\n"
        "    option “Société d'hébergement” added\n"
        "~ screens of         SUP\n"
        "    field “Tiers” added to “Screen”\n"
        "    field “Date de l'opération” added to “Screen”\n"
        "    field “Responsable de l'opération” added to “Screen”\n"
        "+ screen             Opérations gérées - Tiers (Relance)\n"
        "+ screen             Opérations gérées - Date de l'opération, Responsable de l'opération (Relance)\n"
        "+ status             Soumise\n"
        "+ status             En cours\n"
        "+ status             En attente du client\n"
        "+ status             En attente d'un tiers\n"
        "+ status             Opération planifiée\n"
        "+ status             Fermée\n"
        "+ workflow           Opérations gérées - Demande\n"
        "    6 statuses, 10 transitions\n"
        "+ workflow scheme    SUP - Opérations gérées (Relance)\n"
        "    Incident: Opérations gérées - Demande\n"
        "    Service Request: Opérations gérées - Demande\n"
        "> project            SUP\n"
        "    from the default scheme to SUP - Opérations gérées (Relance)\n"
        "    2 issue(s) in the project\n"
        "    2 issue(s) of type Incident: Work in progress → En cours\n"
        "+ request type       Incident\n"
        "    of issue type “Incident”\n"
        "+ request type       Demande de service\n"
        "    of issue type “Service Request”\n"
        "+ record of          SUP\n"
        "\n"
        f"21 to create, 2 to update, 1 to switch. Checksum {PLAN.checksum}."
    )


def test_text_when_there_is_nothing_to_do() -> None:
    assert as_text(NOTHING).splitlines() == [
        "Plan for project SUP: Managed operations (managed-operations)",
        "",
        "Nothing to do: the site is as the catalog says.",
        *(
            f"i the request type “{name}” is in no group: customers see it once an administrator puts it into one"
            for name in ("Incident", "Demande de service")
        ),
        "",
        f"no change. Checksum {NOTHING.checksum}.",
    ]


def test_text_shows_conflicts() -> None:
    wrong = SiteStatus(id="9", name="Fermée", category=A.statuses[0].jira_category)
    text = as_text(plan(Desired(pack=C), template_site(statuses=(wrong,))))
    assert "\n! the status “Fermée” has category TODO instead of DONE" in text


def test_markdown_for_a_merge_request() -> None:
    lines = as_markdown(PLAN).splitlines()
    assert lines[:5] == ["## SUP: Managed operations", "", "| | what | details |", "|---|---|---|", lines[4]]
    assert (
        "| `>` | project “SUP” | from the default scheme to SUP - Opérations gérées (Relance)<br>"
        "2 issue(s) in the project<br>2 issue(s) of type Incident: Work in progress → En cours |"
    ) in lines
    assert f"Checksum `{PLAN.checksum}`" in lines
    assert "| | nothing to do | |" in as_markdown(NOTHING)


def test_markdown_does_not_let_names_break_the_table() -> None:
    named = C.resolutions[0].model_copy(update={"name": Text(fr="a|b\\c", en="x")})
    odd = C.model_copy(update={"resolutions": (named, *C.resolutions[1:])})
    assert "| `+` | resolution “a\\|b\\\\c” |  |" in as_markdown(plan(Desired(pack=odd), template_site()))


def test_json_for_machines() -> None:
    content = json.loads(as_json(PLAN))
    assert (content["project"], content["pack"], content["checksum"]) == ("SUP", "managed-operations", PLAN.checksum)
    switch = next(change for change in content["changes"] if change["do"] == "switch")
    assert ["Incident", "Work in progress", "in-progress"] in switch["moves"]
    assert switch["issues"] == [1 * count for count in (0, 2, 0, 0)]
    assert content["conflicts"] == []
    assert content["notes"] == []


@pytest.mark.promise("A3")
@pytest.mark.parametrize("workflow", A.workflows, ids=lambda workflow: workflow.id)
def test_every_status_and_transition_is_in_the_diagram(workflow: object) -> None:
    found = next(w for w in A.workflows if w is workflow)
    diagram = as_mermaid(A, found)
    assert diagram.startswith("stateDiagram-v2\n")
    assert '    state "Réponse Envoyée" as s_answered\n' in diagram
    assert "    [*] --> s_open\n" in diagram
    assert "    s_closed --> [*]\n" in diagram
    arrows = sum(len(t.from_) for t in found.transitions) + 2
    assert diagram.count(" --> ") == arrows
    assert "    s_answered --> s_closed: ⚙ Fermer sans réponse du client\n" in diagram


def test_the_diagram_speaks_english_and_survives_punctuation() -> None:
    workflow = C.workflows[0]
    odd = workflow.transitions[0].model_copy(update={"name": Text(fr="x", en="a: b; c")})
    status = C.statuses[0].model_copy(update={"name": Text(fr="x", en='"Sub"')})
    pack = C.model_copy(update={"statuses": (status, *C.statuses[1:])})
    diagram = as_mermaid(pack, workflow.model_copy(update={"transitions": (odd, *workflow.transitions[1:])}), "en")
    assert "s_submitted --> s_in_progress: a#58; b#59; c\n" in diagram
    assert 'state "#34;Sub#34;" as s_submitted' in diagram
    assert "s_closed --> s_in_progress: 👤 Reopen\n" in diagram
