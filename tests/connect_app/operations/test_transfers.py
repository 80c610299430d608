"""A request changes its level on a real desk: by an agent in Jira, by hand, and where the site has no field for it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner

from automation_rules.binding import Mode
from connect_app.errors import Malformed, NotFound, Temporary
from connect_app.jira.marks import LEVEL
from connect_app.operations.carry_out import Carried
from connect_app.operations.open_site import OpenSite
from connect_app.operations.panel_time import Estimate
from connect_app.operations.process_issue import process_issue
from connect_app.operations.show_panel import show_panel
from connect_app.operations.transfer import transfer
from connect_app.runtime import Runtime
from scripts.desk.desk import Choice, Desk, Site
from scripts.desk.house import House
from scripts.desk.people import Agent, Customer, Ticket
from scripts.transfer import main
from workflows.model import LEVEL_FIELD

N1, N2, N3 = (f"Support Niveau {number}" for number in (1, 2, 3))


@dataclass
class Uncode:
    """Document A's desk; its jobs run when the test says so."""

    site: Site
    runtime: Runtime
    desk: Desk
    anna: Agent
    fabrice: Customer
    fields: dict[str, str]

    @property
    def open(self) -> OpenSite:
        found = self.runtime.store.installations.by_client_key(self.site.client_key)
        assert found is not None
        site = self.runtime.parts.sites.open(found.id)
        assert site is not None
        return site

    def run(self, ticket: Ticket) -> tuple[str, ...]:
        return process_issue(self.runtime.parts, self.open.installation.id, ticket.id).keys

    def taken(self) -> Ticket:
        """An assistance that Anna has taken, with its imputation of the month."""
        ticket = self.fabrice.opens("SUP", "Assistance Utilisateur", "Un utilisateur de plus")
        self.run(ticket)
        self.anna.takes(ticket)
        self.anna.moves(ticket, "Prendre en charge")
        self.run(ticket)
        return ticket

    def seen(self, ticket: Ticket) -> tuple[Any, ...]:
        """Status, assignee and number of imputations."""
        fields = self.site.admin.read(ticket, "status", "assignee", "subtasks")["fields"]
        return fields["status"]["name"], (fields["assignee"] or {}).get("accountId"), len(fields["subtasks"])

    def notes(self, ticket: Ticket, words: str = "Demande transférée") -> list[str]:
        """What only the team reads of a transfer."""
        comments = self.site.admin.jira.get(f"rest/api/3/issue/{ticket.key}/comment", {"maxResults": 100})["comments"]
        return [str(c["body"]) for c in comments if words in str(c["body"]) and not c["jsdPublic"]]

    def watchers(self, ticket: Ticket) -> list[str]:
        found = self.site.admin.jira.get(f"rest/api/3/issue/{ticket.key}/watchers")["watchers"]
        return [person["accountId"] for person in found]

    def property(self, ticket: Ticket) -> dict[str, Any]:
        written: dict[str, Any] = self.site.admin.jira.get(f"rest/api/3/issue/{ticket.key}/properties/{LEVEL}")["value"]
        return written

    @contextmanager
    def without_its_field(self) -> Iterator[None]:
        """The project is bound to a site that has no field for the level."""
        bound = self.runtime.store.bindings.of_project(self.open.installation.id, "SUP")
        assert bound is not None
        fields = {name: field for name, field in bound.vocabulary.fields.items() if name != LEVEL_FIELD}
        poorer = replace(bound, vocabulary=replace(bound.vocabulary, fields=fields))
        self.runtime.store.bindings.put(self.open.installation.id, poorer)
        yield
        self.runtime.store.bindings.put(self.open.installation.id, bound)

    def audit(self, ticket: Ticket) -> list[tuple[str, str]]:
        """The actions about levels the ledger holds, with why."""
        entries = self.runtime.store.ledger.of_issue(self.open.installation.id, ticket.id)
        return [(e.action, e.reasons[0]) for e in entries if e.key.startswith(("level/", "transfer/"))]


@pytest.fixture(scope="module")
def desk(house: House, runtime: Runtime) -> Iterator[Uncode]:
    """One desk for all tests of this file, each with a request of its own; no webhook is delivered."""
    site = Site(house, "levels")
    house.control.faults(site.name, {"webhooks": {"drop": 1.0}})
    choice = Choice(project="SUP", pack="tiered-support", mode=Mode.ON, parameters={"auto-close-after": "10d"})
    desk = Desk(site, choice, people={})
    desk.provision()
    named = {field["name"]: field["id"] for field in site.admin.jira.get("rest/api/3/field")}
    desk.bind(runtime)
    yield Uncode(site, runtime, desk, site.agent("Anna"), site.customer("Fabrice"), named)
    site.uninstall()


@pytest.mark.promise("A5", "A11")
def test_what_was_changed_under_an_answer_that_was_lost_is_on_record(desk: Uncode) -> None:
    """Nothing asks for it again, since it is there: who takes it for not done never records it."""

    def losing(path: str) -> None:
        lost = {"method": "PUT", "path": path, "principal": "app", "effect": "fail_after", "times": 1}
        desk.site.control.faults(desk.site.name, {"webhooks": {"drop": 1.0}, "rest": [lost]})
        with pytest.raises(Temporary):
            desk.run(ticket)
        desk.site.control.faults(desk.site.name, {"webhooks": {"drop": 1.0}})
        desk.run(ticket)

    ticket = desk.fabrice.opens("SUP", "Assistance Utilisateur", "Un utilisateur de plus")
    losing(r"/rest/api/3/issue/[^/]+$")
    assert [action for action, _ in desk.audit(ticket)] == ["SetLevel"]
    desk.anna.takes(ticket)
    desk.anna.fills(ticket, desk.fields["Niveau de support"], {"value": N2})
    losing(r"/rest/api/3/issue/[^/]+/assignee$")
    assert desk.seen(ticket)[1] is None
    assert [action for action, _ in desk.audit(ticket)].count("Assign") == 1


@pytest.mark.promise("A5", "A11", "A24")
def test_an_agent_transfers_by_changing_the_level_and_an_operator_by_hand(desk: Uncode) -> None:
    ticket = desk.taken()
    level = desk.fields["Niveau de support"]
    assert desk.site.admin.read(ticket, level)["fields"][level]["value"] == N1
    changelog = desk.site.admin.jira.get(f"rest/api/3/issue/{ticket.key}/changelog")["values"]
    [given] = [entry for entry in changelog if any(item["fieldId"] == level for item in entry["items"])]
    assert given["historyMetadata"]["type"] == "relance:levels", "known as ours, whosever account it was"
    desk.anna.fills(ticket, level, {"value": N2})
    desk.run(ticket)
    assert desk.seen(ticket) == ("Pris en charge", None, 1)
    assert desk.anna.account_id in desk.watchers(ticket)
    assert len(desk.notes(ticket)) == 1
    assert 0 < desk.notes(ticket)[0].find(N1) < desk.notes(ticket)[0].find(N2)
    assert desk.run(ticket) == (), "told once"

    desk.anna.takes(ticket)
    desk.site.control.advance(timedelta(minutes=1))
    why = "il faut un **développeur**"
    given = transfer(desk.runtime.parts, desk.open, ticket.key, "n3", by=desk.anna.account_id, why=why)
    assert given == (ticket.id, Carried.DONE)
    [reason] = desk.notes(ticket, "Motif du transfert")
    assert "développeur" in reason
    desk.run(ticket)
    assert desk.seen(ticket) == ("Pris en charge", None, 1)
    assert len(desk.notes(ticket)) == 2
    told = desk.audit(ticket)
    assert ("SetLevel", f"asked by {desk.anna.account_id}: from n2 to n3") in told
    assert [kind for kind, _ in told].count("Assign") == 2
    for level, error in (("n4", 'no level "n4"'), ("N3", "already"), ("", "no level")):
        with pytest.raises(Malformed, match=error):
            transfer(desk.runtime.parts, desk.open, ticket.key, level)
    stranger = desk.site.customer("Marie").account_id
    for issue, by in ((ticket.key, stranger), ("SUP-999", None)):
        with pytest.raises(NotFound):
            transfer(desk.runtime.parts, desk.open, issue, "n1", by=by)


@pytest.mark.promise("A11", "A24")
def test_the_command_transfers_and_says_what_is_wrong(
    house: House, desk: Uncode, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in house.environment.items():
        monkeypatch.setenv(name, value)
    ticket = desk.taken()

    def command(*words: str) -> tuple[int, str]:
        result = CliRunner().invoke(main, [*words, "--site-url", desk.site.url])
        return result.exit_code, result.output

    assert command(ticket.key, "n2") == (0, f"{ticket.key} given to n2\n")
    assert command(ticket.key, "n2")[0] == 1
    code, told = command(ticket.key, "niveau 9")
    assert (code, 'no level "niveau 9"' in told, "Name another level" in told) == (1, True, True)
    desk.run(ticket)
    assert desk.seen(ticket) == ("Pris en charge", None, 1)


def test_the_groups_of_an_account_are_read_for_levels_that_are_groups(desk: Uncode) -> None:
    jira, people, client = desk.site.admin.jira, desk.open.people, desk.open.client
    group = jira.request("POST", "rest/api/3/group", body={"name": "support-n2"}).body["groupId"]
    bruno = desk.site.agent("Bruno").account_id
    jira.request("POST", f"rest/api/3/group/user?groupId={group}", body={"accountId": bruno})
    assert group in (people.groups_of(client, bruno) or ())
    assert group not in (people.groups_of(client, desk.anna.account_id) or ())
    assert people.groups_of(client, "nobody-at-all") is None
    bound = desk.runtime.store.bindings.of_project(desk.open.installation.id, "SUP")
    assert bound is not None
    mapped = replace(bound, binding=replace(bound.binding, groups={"n1": (group,)}))
    desk.runtime.store.bindings.put(desk.open.installation.id, mapped)
    ticket = desk.taken()
    comments = jira.get(f"rest/api/3/issue/{ticket.key}/comment", {"maxResults": 100})["comments"]
    told = [c["jsdPublic"] for c in comments if "revient au niveau" in str(c["body"])]
    assert told == [False], "Anna is of no group of level 1"
    desk.runtime.store.bindings.put(desk.open.installation.id, bound)


@pytest.mark.promise("A11", "A24", "A37")
def test_where_the_site_has_no_field_the_level_is_kept_all_the_same(desk: Uncode) -> None:
    with desk.without_its_field():
        ticket = desk.taken()
        assert desk.property(ticket)["level"] == "n1"
        for level in ("n2", "n3"):
            desk.site.control.advance(timedelta(seconds=1))
            assert transfer(desk.runtime.parts, desk.open, ticket.key, level)[1] is Carried.DONE
        desk.run(ticket)
        assert [(h["from"], h["to"]) for h in desk.property(ticket)["history"]] == [
            (None, "n1"),
            ("n1", "n2"),
            ("n2", "n3"),
        ]
        assert desk.seen(ticket) == ("Pris en charge", None, 1)
        assert len(desk.notes(ticket)) == 2, "two quick transfers, each told once"
        assert desk.run(ticket) == ()
        desk.site.admin.jira.request(
            "PUT", f"rest/api/3/issue/{ticket.key}/properties/{LEVEL}", body={"history": [1, {}]}
        )
        assert desk.run(ticket) == (), "what somebody else writes there breaks nothing, and the first level was given"


@pytest.mark.promise("A14", "A15", "A39", "A40", "A42", "A45")
def test_the_customer_refuses_an_estimate_accepts_another_and_confirms_the_answer_on_the_portal(desk: Uncode) -> None:
    anna, fabrice = desk.anna, desk.fabrice
    ticket = fabrice.opens("SUP", "Evolution Applicatif", "Un export de plus")
    anna.takes(ticket)
    anna.moves(ticket, "Prendre en charge")
    anna.moves(ticket, "Commencer l'analyse")

    def estimated(amount: float) -> None:
        anna.fills(ticket, desk.fields["Chiffrage"], amount)
        anna.moves(ticket, "Envoyer le chiffrage")
        desk.site.control.advance(timedelta(minutes=11))
        desk.run(ticket)

    estimated(5)
    fabrice.presses(ticket, "Chiffrage refusé", "Sans le filtre ?")
    desk.run(ticket)
    assert desk.seen(ticket)[0] == "En Cours"
    estimated(3)
    fabrice.presses(ticket, "Chiffrage validé")
    desk.run(ticket)
    assert desk.seen(ticket)[0] == "En Cours de Réalisation"
    anna.says(ticket, "C'est en ligne.")
    anna.moves(ticket, "Envoyer la réponse")
    desk.site.control.advance(timedelta(minutes=1))
    fabrice.presses(ticket, "Confirmer", "Merci !")
    desk.run(ticket)
    desk.site.control.advance(timedelta(days=30))
    desk.run(ticket)
    assert desk.seen(ticket)[:2] == ("Réponse Envoyée", anna.account_id), "only the consultant closes"
    mails = desk.site.control.snapshot(desk.site.name)["mails"]
    told = [m["subject"] for m in mails if m["issue"] == ticket.key and m["to"] == [anna.account_id]]
    assert f"[{ticket.key}] Le client confirme" in told
    anna.moves(ticket, "Fermer")
    resolution = desk.site.admin.read(ticket, "resolution", "status")["fields"]
    assert (resolution["status"]["name"], resolution["resolution"]["name"]) == ("Fermé", "Confirmé par le client")


@pytest.mark.promise("A6", "A39")
def test_the_panel_tells_the_time_of_the_month_and_the_estimate(desk: Uncode) -> None:
    ticket = desk.fabrice.opens("SUP", "Evolution Applicatif", "Un export de plus")
    desk.run(ticket)
    desk.anna.takes(ticket)
    desk.anna.moves(ticket, "Prendre en charge")
    desk.run(ticket)
    [subtask] = desk.site.admin.read(ticket, "subtasks")["fields"]["subtasks"]
    imputed = Ticket(key=str(subtask["key"]), id=str(subtask["id"]))
    now = desk.runtime.clock.now().astimezone(ZoneInfo("Europe/Paris"))
    for seconds, at in ((3600, now), (1800, now), (900, now - timedelta(days=40))):
        desk.anna.logs(imputed, seconds=seconds, started=f"{at:%Y-%m-%dT%H:%M:%S.000%z}")
    desk.anna.fills(ticket, desk.fields["Chiffrage"], 7.5)
    panel = show_panel(desk.runtime.parts, desk.open, ticket.key, desk.anna.account_id)
    assert panel.time is not None
    assert (panel.time.month, panel.time.subtask) == (f"{now:%Y-%m}", imputed.key)
    assert panel.time.by_person == ((desk.anna.account_id, 5400),), "what was logged for another month is that month's"
    assert panel.people[desk.anna.account_id] == "Anna"
    assert panel.time.estimate == Estimate(value=Decimal("7.5"), unit="hours", version=1, validated_at=None)
    assert panel.levels is not None
    assert [level.id for level in panel.levels.others] == ["n3", "n1"], "the next one up first"
    assistance = desk.taken()
    told = show_panel(desk.runtime.parts, desk.open, assistance.key, None).time
    assert told is not None
    assert told.estimate is None
