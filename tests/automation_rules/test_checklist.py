"""What is done by hand has the exact values of pack, policy and site, in both languages; what can be read is judged."""

from __future__ import annotations

import pytest

from automation_rules.checklist.items import Desk, Finding, Item, ItemKind, judge
from automation_rules.checklist.render import as_markdown, told_of, wrong
from automation_rules.checklist.writing import WEBHOOK_EVENTS, Place, checklist
from automation_rules.model import PolicyDocument
from automation_rules.policy import load_policies
from workflows.catalog import load_catalog
from workflows.model import StatusRole

CATALOG = load_catalog()
POLICIES = load_policies(CATALOG).documents
FR, EN = (Place(project="SUP", locale=locale) for locale in ("fr_FR", "en_US"))


def items(pack_id: str, place: Place = FR) -> tuple[Item, ...]:
    return checklist(CATALOG.pack(pack_id), POLICIES[pack_id], place)


def of(kind: ItemKind, found: tuple[Item, ...]) -> dict[str, Item]:
    return {item.name: item for item in found if item.kind is kind}


@pytest.mark.parametrize("pack_id", CATALOG.packs)
def test_every_pack_has_its_request_types_its_clocks_and_its_queues(pack_id: str) -> None:
    pack, found = CATALOG.pack(pack_id), items(pack_id)
    assert set(of(ItemKind.REQUEST_TYPE, found)) == {r.name.fr for r in pack.request_types}
    assert len(of(ItemKind.SLA, found)) == len(POLICIES[pack_id].slas)
    queues = " ".join(item.check for item in of(ItemKind.QUEUE, found).values())
    for status in pack.statuses:
        assert (f'"{status.jira_name}"' in queues) == (status.role is not StatusRole.CLOSED)
    assert set(of(ItemKind.PRIORITY, found)) == {p.name.fr for p in pack.priorities}
    assert len(found) == len(items(pack_id, EN))
    assert [kind for kind in ItemKind if of(kind, found)] == list(dict.fromkeys(item.kind for item in found))


@pytest.mark.promise("C13", "C14", "C15", "C16")
def test_a_clock_is_written_as_jira_wants_it() -> None:
    sla = of(ItemKind.SLA, items("managed-operations"))["SLA de réponse"]
    assert sla.values == (
        ("Démarre", "“Soumise”"),
        ("En pause", "“En attente d'un tiers”"),
        ("S'arrête", "“Opération planifiée”, “En attente du client”, “Fermée”"),
        ("Cycles", "un seul : ne redémarre jamais"),
        ("Calendrier", "celui du contrat ; par défaut Heures ouvrées"),
        ("Objectif", "aucun : l'horloge mesure sans échéance"),
    )
    calendars = of(ItemKind.CALENDAR, items("managed-operations", EN))
    assert ("Monday", "09:00-12:30, 14:00-18:00") in calendars["Business hours"].values
    assert ("Working hours", "24/7") in calendars["Around the clock"].values


def test_goals_happenings_and_categories_are_written_out() -> None:
    sla = {
        "id": "full",
        "start": [{"on": "created"}],
        "stop": [{"category": "DONE"}, {"role": "answered"}],
        "pause": [{"role": "waiting_customer"}],
        "cycle": "resume",
        "calendar": "by_contract",
        "default_calendar": "support-fr",
        "goals": {"high": "1h", "default": "2bd"},
        "contract_goals": {"round-the-clock": {"default": "30m"}},
    }
    document = POLICIES["managed-operations"]
    data = document.model_dump(mode="json", by_alias=True, exclude_defaults=True) | {"slas": [sla]}
    closed = {"closed": ["2026-12-24"]} | data["calendars"][0]
    data["calendars"] = [closed, *data["calendars"][1:]]
    found = checklist(CATALOG.pack("client-support"), PolicyDocument.model_validate(data), EN)
    values = dict(of(ItemKind.SLA, found)["full"].values)
    assert values["Starts"] == "when the issue is created"
    assert values["Stops"].startswith("any status of category Done, “")
    assert values["Goal"] == "all other issues : 2bd"
    assert ("Goal", 'priority = "Haute" : 1h') in of(ItemKind.SLA, found)["full"].values
    assert values["Goal (Around the clock)"] == "all other issues : 30m"
    assert ("Closed on", "2026-12-24") in of(ItemKind.CALENDAR, found)["Business hours"].values


def test_the_names_are_those_of_the_site() -> None:
    place = Place(project="SUP", locale="en", statuses={"submitted": 'Arrivée "ici"'})
    queue = of(ItemKind.QUEUE, items("managed-operations", place))["To do"]
    assert queue.check == 'status IN ("Arrivée \\"ici\\"", "En cours") ORDER BY created ASC'


def test_each_level_has_its_queue() -> None:
    queues = of(ItemKind.QUEUE, items("tiered-support"))
    assert queues["Support Niveau 2"].check.startswith('"Niveau de support" = "Support Niveau 2" AND status IN (')


@pytest.mark.promise("C17", "C23", "D4", "D6")
def test_jiras_own_mails_are_on_where_the_document_wants_them_and_off_where_they_would_say_it_twice() -> None:
    mails = of(ItemKind.MAIL, items("internal-helpdesk"))
    assert dict(mails["Demande créée"].values)["État"].startswith("désactivée")
    assert ("Objet", "[{brand}][#{number}][Note/Réponse] {summary}") in mails["Commentaire public ajouté"].values
    assert ("Objet", "[{brand}][#{number}][Transfert] {summary}") in mails["Participant ajouté"].values
    [twice] = [name for name in mails if "Ticket commenté" in name]
    assert dict(mails[twice].values)["État"].startswith("désactivée"), "the agent is told of a note once"
    assert not any("Ticket commenté" in name for name in of(ItemKind.MAIL, items("managed-operations")))


def test_a_site_without_the_app_needs_the_webhook_with_the_apps_own_events() -> None:
    address = "https://relance.example/hooks/1"
    hook = of(ItemKind.WEBHOOK, items("managed-operations", Place(project="SUP", locale="fr", webhook=address)))[
        "Relance"
    ]
    assert hook.values[0] == ("Adresse", address)
    assert dict(hook.values)["Événements"] == ", ".join(WEBHOOK_EVENTS)
    assert not of(ItemKind.WEBHOOK, items("managed-operations"))


def test_a_pack_without_a_policy_has_what_the_pack_says() -> None:
    found = checklist(CATALOG.pack("managed-operations"), None, FR)
    assert {item.kind for item in found} == {ItemKind.REQUEST_TYPE, ItemKind.QUEUE}


def test_what_can_be_read_is_judged_and_the_rest_is_left_to_the_eye() -> None:
    found = items("managed-operations", Place(project="SUP", locale="fr", webhook="https://r.example/1/"))
    kinds = {item.kind: item for item in reversed(found)}
    queue = kinds[ItemKind.QUEUE]
    full = Desk(
        request_types={"INCIDENT": True},
        queues={"à traiter": f"project = SUP AND ({queue.check.replace(' ORDER', ') ORDER').replace(', ', ',')}"},
        slas=frozenset({"SLA de reponse"}),
        webhooks=frozenset({"https://r.example/1"}),
    )
    assert {kind: judge(item, full).finding for kind, item in kinds.items()} == {
        ItemKind.REQUEST_TYPE: Finding.DONE,
        ItemKind.SLA: Finding.DONE,
        ItemKind.QUEUE: Finding.DONE,
        ItemKind.WEBHOOK: Finding.DONE,
        ItemKind.CALENDAR: Finding.UNREADABLE,
        ItemKind.MAIL: Finding.UNREADABLE,
    }
    assert {judge(item, Desk()).finding for item in found} == {Finding.UNREADABLE}
    poor = Desk(
        request_types={"Incident": False},
        queues={"À traiter": "status = Open"},
        slas=frozenset(),
        webhooks=frozenset(),
    )
    verdicts = {item: judge(item, poor) for item in found}
    assert [told_of(verdicts[kinds[k]], "fr") for k in (ItemKind.REQUEST_TYPE, ItemKind.QUEUE, ItemKind.WEBHOOK)] == [
        "différent : dans aucun groupe : invisible sur le portail",
        "différent : status = Open",
        "absent",
    ]
    page = as_markdown(found, "SUP", "fr", verdicts)
    assert "- [ ] **Incident** (différent : dans aucun groupe" in page
    assert "[x]" in as_markdown(found, "SUP", "fr", {item: judge(item, full) for item in found})
    assert "SLA “SLA de réponse”: absent" in wrong(verdicts.values(), "fr")
    priority = next(item for item in items("client-support") if item.kind is ItemKind.PRIORITY)
    assert judge(priority, Desk(priorities=frozenset({priority.name}))).finding is Finding.DONE
