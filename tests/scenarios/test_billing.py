"""Two months of one desk, billed: time of several consultants, an approved estimate, and what changed afterwards."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from automation_rules.statement import Line
from connect_app.errors import Misconfigured
from connect_app.operations.bill_month import MonthBill, bill_month
from connect_app.runtime import Runtime
from scripts.desk.desk import Desk, Site
from scripts.desk.house import House
from scripts.desk.people import Agent, Ticket
from scripts.desk.processes import ROOT
from tests.scenarios.conftest import MakeDesk

HOUR = 3600
PARIS = ZoneInfo("Europe/Paris")


def coming_november(house: House) -> tuple[str, str]:
    """The first days of a November, this one's if they are not over, and the December after it."""
    now = house.control.now().astimezone(PARIS)
    year = now.year if (now.month, now.day) <= (11, 4) else now.year + 1
    begin = datetime(year, 11, 2, 9, tzinfo=PARIS)
    if now < begin:
        house.to(begin)
    return f"{year}-11", f"{year}-12"


def imputation(site: Site, ticket: Ticket) -> Ticket:
    """The newest imputation sub-task of a request."""
    found = site.admin.read(ticket, "subtasks")["fields"]["subtasks"][-1]
    return Ticket(found["key"], found["id"])


def to_progress(house: House, agent: Agent, ticket: Ticket) -> None:
    """An agent takes a request in charge and starts."""
    agent.takes(ticket)
    agent.moves(ticket, "Prendre en charge")
    house.settle()


def bill(runtime: Runtime, desk: Desk, month: str, *, keep: bool = True) -> MonthBill:
    installed = runtime.store.installations.by_client_key(desk.site.client_key)
    assert installed is not None
    site = runtime.parts.sites.open(installed.id)
    assert site is not None
    return bill_month(runtime.parts, site, "SUP", month, keep=keep)


def lines(made: MonthBill) -> list[tuple[str, str, str, float, float]]:
    def name_of(line: Line) -> str:
        return made.names.get(line.consultant or "", "")

    return [
        (x.request_key, x.customer, name_of(x), x.billed_seconds / HOUR, x.internal_seconds / HOUR)
        for x in made.statement.lines
    ]


def worklog(site: Site, subtask: Ticket, number: int) -> str:
    found: list[dict[str, Any]] = site.admin.jira.get(f"rest/api/3/issue/{subtask.key}/worklog")["worklogs"]
    return f"rest/api/3/issue/{subtask.key}/worklog/{found[number]['id']}"


def attach(site: Site, organization: str) -> None:
    """The desk serves an organisation, so that its customers' requests are shared with it."""
    found = site.admin.jira.get("rest/servicedeskapi/organization")["values"]
    chosen = next(o["id"] for o in found if o["name"] == organization)
    path = "rest/servicedeskapi/servicedesk/SUP/organization"
    site.admin.jira.request("POST", path, body={"organizationId": int(chosen)})


def a_month_of_work(house: House, site: Site, estimate: str, november: str) -> tuple[Ticket, Ticket, Ticket]:
    """An assistance and an evolution of November, worked on by two consultants; and the assistance's sub-task."""
    fabrice = site.customer("Fabrice Petit", "Acme")
    anna, bruno = site.agent("Anna Weiss"), site.agent("Bruno Leroy")
    attach(site, "Acme")
    assistance = fabrice.opens("SUP", "Assistance Utilisateur", "=HYPERLINK(1) <b>Création</b>")
    evolution = fabrice.opens("SUP", "Evolution Applicatif", "Nouvel export")
    for ticket in (assistance, evolution):
        to_progress(house, anna, ticket)
    first, other = imputation(site, assistance), imputation(site, evolution)
    anna.moves(evolution, "Commencer l'analyse")
    day = f"{november}-05T10:00:00.000+0100"
    anna.logs(first, seconds=2 * HOUR, started=day)
    bruno.logs(first, seconds=HOUR, started=day)
    anna.logs(first, seconds=HOUR // 2, started=f"{november}-30T23:30:00.000+0000")  # already December in Paris
    bruno.logs(other, seconds=3 * HOUR, started=day)
    site.admin.jira.request("PUT", f"rest/api/3/issue/{evolution.key}", body={"fields": {estimate: 7.5}})
    house.control.advance(timedelta(minutes=1))
    anna.moves(evolution, "Envoyer le chiffrage")
    house.control.advance(timedelta(minutes=1))
    anna.moves(evolution, "Chiffrage validé")
    return assistance, evolution, first


@pytest.mark.promise("A6", "A8", "A16", "A34", "A38", "A43", "A47")
def test_two_months_are_billed_and_what_changes_afterwards_is_a_correction(
    house: House, site: Site, make_desk: MakeDesk, runtime: Runtime, tmp_path: Path
) -> None:
    november, december_month = coming_november(house)
    desk = make_desk("tiered-support", parameters={"auto-close-after": "60d"})
    estimate = site.admin.finds_field("Chiffrage")
    assistance, evolution, first = a_month_of_work(house, site, estimate, november)
    assert bill(runtime, desk, november).exported_at is None, "a month that goes on is not billed"

    house.to(datetime.fromisoformat(f"{december_month}-15T09:00:00+01:00"))
    with ThreadPoolExecutor(2) as pool:
        made, twin = pool.map(lambda _: bill(runtime, desk, november), range(2))
    assert (twin.statement, twin.exported_at) == (made.statement, made.exported_at), "billed twice at once, kept once"
    assert lines(made) == [
        (assistance.key, "Acme", "Anna Weiss", 2.0, 0.0),
        (assistance.key, "Acme", "Bruno Leroy", 1.0, 0.0),
        (evolution.key, "Acme", "Bruno Leroy", 0.0, 3.0),
        (evolution.key, "Acme", "", 7.5, 0.0),
    ]
    (account,) = made.statement.accounts
    assert (account.validated_seconds / HOUR, account.margin_seconds / HOUR) == (7.5, 4.5)
    assert (made.exported_at, made.to_bill_seconds / HOUR) == (house.control.now(), 10.5)

    house.control.advance(timedelta(days=20))
    body = {"timeSpentSeconds": 3 * HOUR}
    site.admin.jira.request("PUT", worklog(site, first, 0), body=body)
    site.admin.jira.request("DELETE", worklog(site, first, 1))
    again = bill(runtime, desk, november)
    assert [(c.change.value, c.billed_seconds / HOUR) for c in again.since_export] == [
        ("changed", 1.0),
        ("removed", -1.0),
    ]
    assert again.to_bill_seconds == made.to_bill_seconds
    december = bill(runtime, desk, december_month)
    assert lines(december) == [(assistance.key, "Acme", "Anna Weiss", 0.5, 0.0)]
    assert december.statement.corrections == again.since_export
    assert december.to_bill_seconds / HOUR == 0.5
    repeated = bill(runtime, desk, december_month)
    assert (repeated.statement, repeated.to_bill_seconds) == (december.statement, december.to_bill_seconds)

    output = tmp_path / "bill.html"
    arguments = ["--site-url", site.url, "--project", "SUP", "--month", november, "--format", "html"]
    ended = subprocess.run(
        [sys.executable, "-m", "scripts.bill", *arguments, "--output", str(output)],
        cwd=ROOT,
        env={**os.environ, **house.environment},
        check=True,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert "10.50 h to bill" in ended.stdout
    page = output.read_text("utf-8")
    assert "&lt;b&gt;Création&lt;/b&gt;" in page
    assert "<b>" not in page
    with pytest.raises(Misconfigured, match="write 2026-10"):
        bill(runtime, desk, "2026-13")
