"""Writes a project as a pack, and tells how packs differ from each other and from projects."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from connect_app.operations.dump_project import dump_project
from scripts.provision_failures import CHANGES, explained
from scripts.provision_targets import login, read_pack, site_option
from workflows.catalog import load_catalog
from workflows.compare import differences
from workflows.dump import Dumped
from workflows.model import Pack

_CATALOG = click.Path(exists=True, file_okay=False, path_type=Path)


@click.command()
@site_option
@click.option("--project", required=True, metavar="KEY", help="The project's key.")
@click.option("--id", "pack_id", metavar="ID", help="The pack's id; else the recorded one, else made from the key.")
@click.option("--catalog", type=_CATALOG, help="Packs whose statuses tell what names mean; ours by default.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="The file; standard output by default.")
def dump(site_url: str, project: str, pack_id: str | None, catalog: Path | None, out: Path | None) -> None:
    """Write what a project has as a pack: “plan --pack-file” finds nothing to change in it."""
    with explained():
        dumped = _dumped(site_url, project, pack_id, catalog)
        if out is None:
            click.echo(dumped.text, nl=False)
        else:
            out.write_text(dumped.text, "utf-8")
            click.echo(f"wrote {out}", err=True)
        for note in dumped.notes:
            click.echo(f"note: {note}", err=True)


@click.command()
@click.argument("before")
@click.argument("after", required=False)
@click.option("--site-url", envvar="RELANCE_SITE_URL", metavar="URL", help="With --project: the site.")
@click.option("--project", metavar="KEY", help="Compare with this project instead of a second pack.")
@click.option("--catalog", type=_CATALOG, help="Folder of workflow packs; ours by default.")
def diff(before: str, after: str | None, site_url: str | None, project: str | None, catalog: Path | None) -> None:
    """Tell how BEFORE differs from AFTER, two packs by id or file; or what a pack would change in a --project.

    Exits with 0 when nothing differs, with 3 otherwise.
    """
    if (after is None) == (project is None):
        raise click.UsageError("say what to compare with: a second pack, or --site-url and --project")
    with explained():
        pack = _pack(before, catalog)
        if project is None:
            lines = differences(pack, _pack(str(after), catalog))
        elif not site_url:
            raise click.UsageError("--project needs --site-url")
        else:
            lines = differences(_dumped(site_url, project, None, catalog).pack, pack, visible_only=True)
        for line in lines or ("no difference",):
            click.echo(line)
        sys.exit(CHANGES if lines else 0)


def _dumped(site_url: str, project: str, pack_id: str | None, catalog: Path | None) -> Dumped:
    known = load_catalog(catalog).packs.values()
    site = login(site_url)
    return dump_project(site.client, project, pack_id, known, site.patience)


def _pack(named: str, catalog: Path | None) -> Pack:
    """A pack by the path of its file, else by its id."""
    path = Path(named)
    if path.is_file():
        return read_pack(path)
    try:
        return load_catalog(catalog).pack(named)
    except KeyError as error:
        raise click.BadParameter(str(error.args[0])) from error
