"""A local Jira behind the addresses of the fuzz: it knows the requests, people and project the fuzz asks about."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import requests

from automation_rules.binding import Binding, Mode
from connect_app.jira.tariff import endpoint_of, is_read
from connect_app.operations.bind_project import bind_project
from connect_app.runtime import Runtime
from connect_app.settings import Settings
from scripts.desk.control import Control, Member
from scripts.desk.desk import Choice, Desk, Site
from scripts.desk.people import Ticket
from scripts.desk.processes import free_port, start_sandbox, wait_for_sandbox
from tests.connect_app.web.fuzzing import Known

START = "2026-11-20T09:00:00+01:00"
"""Two days before the instant at which the fuzz takes place."""

PACK = "tiered-support"
"""It counts time, has levels, and asks the customer for a word."""

REQUESTS = 6
Answer = tuple[int, dict[str, str], bytes]


@dataclass(frozen=True)
class _Nowhere:
    """The home of a site that lets no app in by itself."""

    control: Control
    base_url: str = ""
    settings: Settings = field(default_factory=Settings)


class _Site(Site):
    """A site where Relance has an account, and is told of nothing."""

    def come_in(self) -> None:
        self.service: Member = self.control.add_person(
            self.name, "Relance", kind="atlassian", roles=["admin"], organizations=[]
        )


class KnownJira:
    """One sandbox with one desk; `close` ends it."""

    def __init__(self, folder: Path) -> None:
        port = free_port()
        self._process = start_sandbox(folder, port=port, start=START, zone="Europe/Paris")
        wait_for_sandbox(self._process, folder)
        self._site = _Site(_Nowhere(Control(f"http://127.0.0.1:{port}")), "fuzzed")
        Desk(self._site, Choice(project="SUP", pack=PACK), people={}).provision()
        self._marie = self._site.customer("Marie Dupont")
        self._sebastien = self._site.agent("Sébastien Martin")
        self._tickets = [self._asked(number) for number in range(REQUESTS)]
        self._http = requests.Session()
        self._http.trust_env = False
        self._read: dict[tuple[str, str, bytes], Answer] = {}
        self.asked = 0

    def _asked(self, number: int) -> Ticket:
        """A request; half of them were answered, and wait for their customer's word."""
        ticket = self._marie.opens("SUP", "Assistance Utilisateur", f"Création de l'utilisateur Fabrice ({number})")
        if number % 2:
            self._sebastien.takes(ticket)
            for button in ("Prendre en charge", "Commencer le traitement"):
                self._sebastien.moves(ticket, button)
            self._sebastien.says(ticket, "C'est fait.")
            self._sebastien.moves(ticket, "Envoyer la réponse")
        return ticket

    def known(self) -> Known:
        """What the fuzz may name."""
        people = (self._marie, self._sebastien, self._site.admin)
        project = self._site.admin.jira.get("rest/api/3/project/SUP")["id"]
        issues = tuple((ticket.id, ticket.key) for ticket in self._tickets)
        return Known(issues=issues, project_id=project, people=tuple(person.account_id for person in people))

    def bind(self, runtime: Runtime, installation_id: str) -> None:
        """Lets its project follow the pack."""
        binding = Binding(
            project_key="SUP",
            pack=PACK,
            locale="fr",
            mode=Mode.ON,
            enabled_at=runtime.clock.now(),
            people={},
            parameters={"auto-close-after": "10d"},
        )
        bind_project(runtime.parts, installation_id, binding)

    def answer(self, request: requests.PreparedRequest) -> Answer:
        """What the sandbox answers to its service account; what was read is kept until something is written."""
        address = urlsplit(str(request.url))
        place, body, method = f"{address.path}?{address.query}", _bytes(request.body), str(request.method)
        reads = is_read(endpoint_of(method, address.path.lstrip("/")))
        known = self._read.get((method, place, body)) if reads else None
        if known is not None:
            return known
        self.asked += 1
        headers = {name: value for name, value in request.headers.items() if name not in {"Authorization", "Host"}}
        told = self._http.request(
            method,
            f"{self._site.url}{place}",
            data=body,
            headers=headers,
            auth=(self._site.service.email, self._site.service.token),
            timeout=20,
            allow_redirects=False,
        )
        answer = (told.status_code, {"Content-Type": told.headers.get("Content-Type", "")}, told.content)
        if reads:
            self._read[method, place, body] = answer
        else:
            self._forget(address.path)
        return answer

    def _forget(self, path: str) -> None:
        """After a write nothing that was read of the request is true any more, nor any list of requests."""
        names = next((pair for pair in ((t.id, t.key) for t in self._tickets) if set(pair) & set(path.split("/"))), ())
        self._read = {
            read: answer
            for read, answer in self._read.items()
            if read[0] == "GET" and names and not set(names) & set(read[1].partition("?")[0].split("/"))
        }

    def close(self) -> None:
        """Ends the sandbox."""
        self._process.stop()


def _bytes(body: bytes | str | None) -> bytes:
    return body.encode() if isinstance(body, str) else body or b""
