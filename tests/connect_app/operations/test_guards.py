"""A move the document does not allow, on a project whose workflow allows everything: flagged, then put back."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from automation_rules.binding import Binding, Mode
from automation_rules.model import GuardMode, GuardRule
from automation_rules.policy import Policies
from connect_app.operations.bind_project import bind_project
from connect_app.operations.check_fields import check_fields
from connect_app.operations.check_health import check_health
from connect_app.operations.parts import Parts
from connect_app.operations.process_issue import process_issue
from connect_app.operations.provision import Provisioning
from connect_app.runtime import Runtime
from scripts.desk.desk import Site
from scripts.desk.people import Ticket
from workflows.model import Pack
from workflows.survey import Desired

PACK = "managed-operations"


def loose(pack: Pack) -> Pack:
    """The statuses of the pack in a workflow that asks for nothing and leads from anywhere to anywhere."""
    request = pack.workflows[0]
    transitions = tuple(t.model_copy(update={"from_": "any", "requires": ()}) for t in request.transitions)
    return pack.model_copy(update={"workflows": (request.model_copy(update={"transitions": transitions}),)})


def reverting(parts: Parts) -> Parts:
    """The same rules, with guards that put back."""
    document = parts.policies.documents[PACK]
    rules = tuple(
        rule.model_copy(update={"mode": GuardMode.REVERT}) if isinstance(rule, GuardRule) else rule
        for rule in document.rules
    )
    changed = {**parts.policies.documents, PACK: document.model_copy(update={"rules": rules})}
    return replace(parts, policies=Policies(parts.catalog, changed, parts.policies.files))


@pytest.mark.promise("C2", "C9", "C10", "C11")
def test_a_move_outside_the_document_is_flagged_then_put_back_on_a_project_that_allows_everything(
    site: Site, runtime: Runtime
) -> None:
    parts = reverting(runtime.parts)
    site.admin.creates_project("SUP", "Support")
    made = Provisioning(site.admin.jira, "SUP", Desired(pack=loose(parts.catalog.pack(PACK))))
    made.apply(made.plan())
    found = runtime.store.installations.by_client_key(site.client_key)
    assert found is not None
    lead = (site.agent("Paul Durand").account_id,)
    binding = Binding(
        project_key="SUP",
        pack=PACK,
        locale="fr",
        mode=Mode.ON,
        enabled_at=runtime.clock.now(),
        people={"team-lead": lead, "offer-owner": lead},
    )
    bound = bind_project(parts, found.id, binding)
    marie, sebastien = site.customer("Marie"), site.agent("Sébastien")

    def status(ticket: Ticket) -> str:
        process_issue(parts, found.id, ticket.id)
        name: str = site.admin.read(ticket, "status")["fields"]["status"]["name"]
        return name

    ticket = marie.opens("SUP", "Demande de service", "Une montée de version")
    sebastien.says(ticket, "C'est fait.")
    sebastien.moves(ticket, "Fermer")
    site.control.advance(timedelta(minutes=1))
    sebastien.moves(ticket, "Planifier l'opération")
    assert status(ticket) == "Opération planifiée"
    comments = site.admin.jira.get(f"rest/api/3/issue/{ticket.key}/comment", {"maxResults": 100})["comments"]
    flags = [c["jsdPublic"] for c in comments if "n'est pas prévu" in str(c["body"])]
    assert flags == [False], "told once, to the team alone"
    site.control.advance(timedelta(hours=24))
    assert status(ticket) == "Opération planifiée"
    site.control.advance(timedelta(minutes=10))
    assert status(ticket) == "Fermée"
    assert status(ticket) == "Fermée"

    # The fields a site lacks are told, with what goes unchecked for it.
    poorer = replace(bound, vocabulary=replace(bound.vocabulary, fields={"planned-date": "customfield_1"}))
    runtime.store.bindings.put(found.id, poorer)
    missing = {m.field: m.by for m in check_fields(parts) if m.site == found.base_url}
    assert missing == {"Tiers": ("refer",), "Responsable de l'opération": ("schedule",)}
    assert f"{found.base_url} SUP: Tiers" in check_health(parts)["unseen"]
