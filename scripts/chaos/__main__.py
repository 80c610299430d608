"""`python -m scripts.chaos`: kills and breaks everything around a desk, and says whether anything was lost or twice."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import click

from scripts.chaos.nursery import Nursery
from scripts.chaos.trial import DOORS, Trial, Unequal, Verdict, Wish, sandbox
from scripts.desk.postgres import Postgres

UNEQUAL = 1


@click.command()
@click.option("--kills", default=500, show_default=True, help="Processes to kill, half of them on each database.")
@click.option("--phases", default=16, show_default=True, help="Times that life goes on; each ends with a comparison.")
@click.option("--seed", default=7, show_default=True, help="What is drawn: deeds, kills, faults.")
@click.option("--database", type=click.Choice(["both", "sqlite", "postgresql"]), default="both", show_default=True)
@click.option("--door", type=click.Choice(["both", *DOORS]), default="both", show_default=True, help="Half by each.")
@click.option("--folder", type=click.Path(path_type=Path), help="Where to keep files and logs; else nothing is kept.")
def main(*, database: str, door: str, folder: Path | None, kills: int, **measures: int) -> None:
    """Exit code 0 when every site in trouble became what the site in peace became, 1 with the first difference."""
    server = Postgres() if database != "sqlite" else None
    each = kills // 2 if database == "both" else kills
    wish = Wish(
        seed=measures["seed"],
        phases=measures["phases"],
        kills=each,
        postgres=server.new_database() if server else None,
        sqlite=database != "postgresql",
        doors=DOORS if door == "both" else (door,),
    )
    try:
        with tempfile.TemporaryDirectory(prefix="relance-chaos-") as temporary:
            _print(hold(wish, folder or Path(temporary)))
    except Unequal as unequal:
        click.echo(str(unequal), err=True)
        sys.exit(UNEQUAL)
    finally:
        if server is not None:
            server.close()


def hold(wish: Wish, folder: Path) -> Verdict:
    """Holds a trial."""
    folder.mkdir(parents=True, exist_ok=True)
    nursery = Nursery()
    try:
        with sandbox(folder) as control:
            trial = Trial(folder, wish, control, nursery)
            try:
                return trial.run(click.echo)
            finally:
                trial.close()
    finally:
        nursery.close()


def _print(verdict: Verdict) -> None:
    for name, killed in verdict.killed.items():
        click.echo(
            f"{name}: {killed.all} killed ({killed.serve} web servers, {killed.worker} workers; "
            f"{killed.cold} begun cold, {killed.gone} stayed away)"
        )
    for trouble, times in sorted(verdict.troubles.items()):
        click.echo(f"{trouble}: {times}")
    click.echo(f"{verdict.requests} requests, {verdict.deeds} deeds, {verdict.actions} actions in each ledger")
    click.echo(f"agents' mails sent twice (they carry no mark): {verdict.mails_twice}")
    click.echo(f"equal everywhere, after {verdict.seconds:.0f} s")


if __name__ == "__main__":
    main()
