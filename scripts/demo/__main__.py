"""Plays the demo: `python -m scripts.demo [--once]`."""

from __future__ import annotations

import shutil
import signal
import sys
import threading
from pathlib import Path
from zoneinfo import ZoneInfo

import click
from rich.markup import escape

from connect_app.errors import RelanceError
from scripts.demo.story import Story
from scripts.demo.telling import PromiseBroken, Telling
from scripts.desk.desk import Choice, Desk, Site, runtime_of
from scripts.desk.house import ZONE, House
from scripts.desk.processes import NotStarted

FOLDER = Path(".relance/demo")
NOT_KEPT = 1
NOT_STARTED = 3


@click.command()
@click.option("--once", is_flag=True, help="Play the story and stop; exit code 1 names the promise that was not kept.")
def main(*, once: bool) -> None:
    """Starts a local Jira and Relance beside it, provisions two projects and plays the documents' story."""
    telling = Telling(ZoneInfo(ZONE))
    shutil.rmtree(FOLDER, ignore_errors=True)
    try:
        with telling.waiting("Starting a local Jira and Relance…"):
            house = House(FOLDER)
    except NotStarted as failure:
        telling.console.print(f"[red]{escape(str(failure))}")
        sys.exit(NOT_STARTED)
    try:
        _play(house, telling)
        if not once:
            _stay(house, telling)
    except PromiseBroken as broken:
        telling.console.print(f"\n[bold red]Promise not kept[/] {escape(str(broken))}")
        sys.exit(NOT_KEPT)
    except (RelanceError, NotStarted) as failure:
        telling.console.print(f"\n[bold red]The story stopped:[/] {escape(str(failure))}")
        sys.exit(NOT_STARTED)
    finally:
        house.close()


def _play(house: House, telling: Telling) -> None:
    telling.console.print(f"The local Jira is {escape(house.contracts)}.")
    telling.chapter("An administrator installs Relance and provisions two projects")
    site = Site(house, "fram", zone=ZONE)
    lead, offer = site.agent("Paul Durand"), site.agent("Anne Petit")
    people = {"team-lead": (lead.account_id,), "offer-owner": (offer.account_id,)}
    desk = Desk(site, Choice(project="SUP", pack="managed-operations", name="Support"), people=people)
    levels = Desk(
        site,
        Choice(project="UNC", pack="tiered-support", name="Uncode Support", parameters={"auto-close-after": "10d"}),
        people={},
    )
    runtime = runtime_of(house)
    try:
        for each in (desk, levels):
            with telling.waiting(f"Provisioning {each.choice.project} with {each.choice.pack}…") as bar:
                steps = each.provision(
                    lambda step, bar=bar: bar.update(bar.task_ids[0], total=step.steps, completed=step.step)
                )
            each.bind(runtime)
            now = house.control.now()
            telling.act(now, "Alice", f"provisions {each.choice.project} with {each.choice.pack}: {steps} changes")
        Story(house, runtime, telling, desk, levels).play()
    finally:
        runtime.close()
    telling.summary()


def _stay(house: House, telling: Telling) -> None:
    overview = house.control.call("GET", "/")
    site = overview["sites"]["fram"]["baseUrl"]
    telling.console.print(f"\nThe agents' view:       {site}/agent/")
    telling.console.print(f"The customers' portal:  {site}/portal/")
    telling.console.print(f"Relance:                {house.base_url}/readyz")
    telling.console.print("\nMove the clock there by an hour or a day. Ctrl-C ends everything.")
    stop = threading.Event()
    for told in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(told, lambda *_: stop.set())
    stop.wait()


if __name__ == "__main__":
    main()
