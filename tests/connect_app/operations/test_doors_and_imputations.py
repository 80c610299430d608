"""The imputations of a month stay when a site changes its door in the middle of it."""

from __future__ import annotations

import pytest

from connect_app.operations.bill_month import bill_month
from connect_app.operations.move_site import move_site
from connect_app.operations.process_issue import process_issue
from connect_app.runtime import Runtime
from scripts.desk.desk import Choice, Desk, Site
from scripts.desk.house import House
from scripts.desk.people import Ticket
from tests.connect_app.operations.stage import DAY, comes_by_a_token
from tests.houses import Models


@pytest.mark.promise("A6", "A8", "A12")
def test_a_site_that_changes_doors_keeps_its_imputations_and_bills_them_once(
    house: House, runtime: Runtime, site: Site, models: Models
) -> None:
    """November's sub-task is made by the app, December's by the service account; both doors know both."""
    desk = Desk(site, Choice(project="SUP", pack="tiered-support", parameters={"auto-close-after": "10d"}), people={})
    models.furnish(desk)
    desk.bind(runtime)
    fabrice, anna = site.customer("Fabrice Petit"), site.agent("Anna Weiss")
    ticket = fabrice.opens("SUP", "Assistance Utilisateur", "Un utilisateur de plus")
    anna.takes(ticket)
    anna.moves(ticket, "Prendre en charge")
    installation = runtime.store.installations.by_client_key(site.client_key)
    assert installation is not None

    def months() -> list[str]:
        process_issue(runtime.parts, installation.id, ticket.id)
        found = anna.read(ticket, "subtasks")["fields"]["subtasks"]
        return [subtask["fields"]["summary"].rpartition("- ")[2] for subtask in found]

    def worked(hours: int) -> None:
        made = anna.read(ticket, "subtasks")["fields"]["subtasks"][-1]
        now = runtime.clock.now()
        anna.logs(Ticket(made["key"], made["id"]), seconds=hours * 3600, started=f"{now:%Y-%m-%dT%H:%M:%S}.000+0000")

    first = months()
    assert len(first) == 1
    worked(2)
    added = comes_by_a_token(runtime, site)
    site.uninstall()
    assert months() == first, "what the app made is known"
    month = f"{runtime.clock.now():%Y-%m}"
    while f"{runtime.clock.now():%Y-%m}" == month:
        house.control.advance(7 * DAY)
    anna.moves(ticket, "Commencer le traitement", fields={"priority": {"name": "Medium"}})
    both = months()
    assert len(both) == len(set(both)) == 2
    assert both[:1] == first
    worked(3)
    move_site(runtime.parts, added.installation)
    Site.come_in(site)
    assert months() == both, "what the service account made is known to the app"
    opened = runtime.parts.sites.open(installation.id)
    assert opened is not None
    billed = [
        sum(line.billed_seconds for line in bill_month(runtime.parts, opened, "SUP", m, keep=False).statement.lines)
        for m in (month, f"{runtime.clock.now():%Y-%m}")
    ]
    assert billed == [2 * 3600, 3 * 3600]
