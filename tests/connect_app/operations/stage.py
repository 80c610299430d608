"""A desk in a real sandbox whose jobs are run by hand, so that a test decides what happens in between."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from automation_rules.binding import Mode
from connect_app.doors.installation import Credentials
from connect_app.operations.add_site import AddedSite, Wish, add_site
from connect_app.operations.bind_project import bind_project
from connect_app.operations.open_site import OpenSite
from connect_app.operations.process_issue import Processed, process_issue
from connect_app.operations.sweep_site import Sweep, sweep_site
from connect_app.runtime import Runtime
from connect_app.store.ledger import LedgerEntry
from scripts.desk.desk import Choice, Desk, Site
from scripts.desk.people import Ticket
from tests.houses import Models

DAY = timedelta(days=1)


class Stage:
    """One site with one project of document C's pack; nothing runs unless the test says so."""

    def __init__(self, site: Site, runtime: Runtime, models: Models, mode: Mode = Mode.ON) -> None:
        self.site = site
        self.runtime = runtime
        self.parts = runtime.parts
        lead = site.agent("Paul Durand")
        people = {"team-lead": (lead.account_id,), "offer-owner": (lead.account_id,)}
        self.desk = Desk(site, Choice(project="SUP", pack="managed-operations", mode=mode), people=people)
        models.furnish(self.desk)
        self.desk.bind(runtime)
        self.marie = site.customer("Marie Dupont")
        self.sebastien = site.agent("Sébastien Martin")
        found = runtime.store.installations.by_client_key(site.client_key)
        assert found is not None
        self.installation = found

    @property
    def open(self) -> OpenSite:
        """The site as an operation sees it."""
        site = self.parts.sites.open(self.installation.id)
        assert site is not None
        return site

    def waiting(self) -> Ticket:
        """A request that waits for its customer from now on."""
        ticket = self.marie.opens("SUP", "Demande de service", "Arrivée de Jean MARTIN")
        self.sebastien.moves(ticket, "Commencer")
        self.sebastien.says(ticket, "Quelles sont les dates du contrat ?")
        self.sebastien.moves(ticket, "Demander des informations")
        return ticket

    def run(self, ticket: Ticket) -> Processed:
        """The job of one request."""
        return process_issue(self.parts, self.installation.id, ticket.id)

    def sweep(self) -> Sweep:
        """A sweep, and the jobs it asks for."""
        (swept,) = sweep_site(self.parts, self.installation.id)
        for issue_id in swept.issues:
            process_issue(self.parts, self.installation.id, issue_id)
        return swept

    def later(self, by: timedelta) -> datetime:
        """The test clock moves, and nobody hears of it."""
        return self.site.control.advance(by)

    def due_at(self, ticket: Ticket) -> datetime | None:
        """When the agenda will look at a request again by itself."""
        row = self.runtime.store.agenda.of_issue(self.installation.id, ticket.id)
        return row.due_at if row else None

    def reminded(self, ticket: Ticket) -> int:
        """How many comments of our account the request holds, whoever may read them."""
        path = f"rest/api/3/issue/{ticket.key}/comment"
        comments = self.site.admin.jira.get(path, {"maxResults": 100})["comments"]
        return sum(self.site.wrote(c) for c in comments)

    def status(self, ticket: Ticket) -> str:
        """The name of the status it is in."""
        return self.desk.status(ticket)

    def entries(self, ticket: Ticket) -> list[LedgerEntry]:
        """What the ledger holds of a request."""
        return self.runtime.store.ledger.of_issue(self.installation.id, ticket.id)

    def mode(self) -> Mode:
        """How the project is bound now."""
        bound = self.runtime.store.bindings.of_project(self.installation.id, "SUP")
        assert bound is not None
        return bound.binding.mode

    def switch(self, mode: Mode) -> None:
        """An administrator binds the project again, in another mode, from now on."""
        bound = self.runtime.store.bindings.of_project(self.installation.id, "SUP")
        assert bound is not None
        binding = replace(bound.binding, mode=mode, enabled_at=self.runtime.clock.now())
        bind_project(self.parts, self.installation.id, binding)


def comes_by_a_token(runtime: Runtime, site: Site) -> AddedSite:
    """A service account is made, and the site added with its token."""
    service = site.control.add_person(site.name, "Relance", kind="atlassian", roles=["admin"], organizations=[])
    credentials = Credentials(email=service.email, token=service.token)
    return add_site(runtime.parts, Wish(address=site.url, credentials=credentials))
