"""Takes away from a site what carries our mark."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from connect_app.operations.destroy import Destruction
from connect_app.operations.provision_projects import Target
from scripts.provision_failures import UNSAFE, explained, stop
from scripts.provision_progress import Steps
from scripts.provision_targets import known_packs, login, site_option
from workflows.model import Pack
from workflows.removal import Removal
from workflows.render import removal_as_text
from workflows.survey import Desired


@click.command()
@site_option
@click.option("--project", required=True, metavar="KEY", help="The project's key.")
@click.option("--pack", "pack_id", metavar="ID", help="The pack to take away.")
@click.option("--pack-file", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Or its file.")
@click.option("--catalog", type=click.Path(exists=True, file_okay=False, path_type=Path), help="Folder of packs.")
@click.option("--to", "instead", metavar="SCHEME", help="The workflow scheme the project follows then.")
@click.option("--map", "maps", multiple=True, metavar="OLD=NEW", help="Where issues go, by Jira's status names.")
@click.option("--force", is_flag=True, help="Also when issues use it.")
@click.option("--checksum", help="Of what was shown before: stop when it is no longer that.")
@click.option("--yes", is_flag=True, help="Do not ask before acting.")
def destroy(site_url: str, *, force: bool, checksum: str | None, yes: bool, **options: Any) -> None:
    """Show, then take away what Relance made for a pack: nothing that others made, nothing other projects use."""
    with explained():
        packs = known_packs(options["catalog"], options["pack_file"])
        told = _told(options["maps"])
        target = Target(project=options["project"], desired=Desired(pack=_one(packs, options)))
        site = login(site_url)
        work = Destruction(site.client, target, options["instead"], told, site.patience)
        found = work.plan()
        click.echo(removal_as_text(found))
        if checksum not in {None, found.checksum}:
            stop(UNSAFE, f"this is {found.checksum}, not {checksum}: nothing was done")
        found.raise_if_unsafe(force=force)
        if not found:
            sys.exit(0)
        if not yes:
            click.confirm("Take it away?", abort=True)
        _carry_out(work, found, force=force)


def _carry_out(work: Destruction, found: Removal, *, force: bool) -> None:
    steps = Steps()
    with steps.shown():
        work.destroy(found.checksum, force=force, progress=steps.step)
    click.echo("Done. Nothing of it is left.")


def _one(packs: Mapping[str, Pack], options: Mapping[str, Any]) -> Pack:
    pack_id = str(options["pack_id"] or (next(iter(packs)) if options["pack_file"] else ""))
    if pack_id not in packs:
        raise click.BadParameter(f"one of {', '.join(packs)}", param_hint="--pack")
    return packs[pack_id]


def _told(maps: tuple[str, ...]) -> dict[str, str]:
    told: dict[str, str] = {}
    for pair in maps:
        old, _, new = (part.strip() for part in pair.rpartition("="))
        if not old or not new:
            raise click.BadParameter(f'"{pair}" is not of the form OLD=NEW', param_hint="--map")
        told[old] = new
    return told
