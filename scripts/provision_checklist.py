"""Writes what an administrator does by hand, in their language, and says what of it the site shows."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click

from automation_rules import messages
from automation_rules.checklist.render import as_markdown, wrong
from automation_rules.model import PolicyDocument
from automation_rules.policy import load_policies
from connect_app.jira.patience import PatientClient
from connect_app.operations.check_desk import CheckedDesk, check_desk, desk_items
from connect_app.operations.provision_projects import Planned, ProvisioningOfMany
from scripts.provision_failures import CHANGES, explained
from scripts.provision_targets import Login, known_packs, login, site_option, target_options, wanted
from workflows.catalog import load_catalog

F = TypeVar("F", bound=Callable[..., None])


def checklist_options(command: F) -> F:
    """The options about what is done by hand."""
    for option in (
        click.option("--webhook-url", metavar="URL", help="Where Relance is told, on a site without the Connect app."),
        click.option("--locale", help="Language of the checklist, fr or en; the administrator's own by default."),
        click.option("--policies", type=click.Path(exists=True, file_okay=False, path_type=Path), help="Their folder."),
        click.option(
            "--checklist",
            "checklist_file",
            type=click.Path(dir_okay=False, path_type=Path),
            help="Write what is to be done by hand into this file, as Markdown.",
        ),
    ):
        command = option(command)
    return command


@click.command()
@site_option
@target_options
@checklist_options
def checklist(site_url: str, **options: Any) -> None:
    """Write what is to be done by hand, with the exact values, and tick what the site shows to be done.

    Exits with 0 when everything that can be read back is done, with 3 otherwise.
    """
    with explained():
        packs = known_packs(options["catalog"], options["pack_file"])
        site = login(site_url)
        planned = ProvisioningOfMany(site.client, wanted(packs, options, site), site.patience).plan()
        pages = [_page(p, site, options) for p in planned]
        _write("\n".join(pages), options["checklist_file"])
        sys.exit(CHANGES if any(by_hand(p, site, options) for p in planned) else 0)


def write_checklists(planned: Sequence[Planned], site: Login, options: Mapping[str, Any]) -> None:
    """Writes the checklists into the file that was asked for, or says in a line how to have them."""
    if options["checklist_file"] is not None:
        _write("\n".join(_page(p, site, options) for p in planned), options["checklist_file"])
    elif any(not p.plan.conflicts for p in planned):
        click.echo("What Jira lets nobody do but by hand: “checklist”, or --checklist FILE.", err=True)


def by_hand(planned: Planned, site: Login, options: Mapping[str, Any]) -> list[str]:
    """What can be read back of one project and is not as the checklist says."""
    return wrong(_checked(planned, site, options).verdicts.values(), _locale(site, options))


def _page(planned: Planned, site: Login, options: Mapping[str, Any]) -> str:
    checked = _checked(planned, site, options)
    return as_markdown(checked.items, planned.plan.project, _locale(site, options), checked.verdicts)


def _checked(planned: Planned, site: Login, options: Mapping[str, Any]) -> CheckedDesk:
    pack = planned.plan.pack
    items = desk_items(pack, _policy(pack.id, options), planned.state, _locale(site, options), options["webhook_url"])
    return check_desk(PatientClient(site.client, site.patience), planned.plan.project, items)


def _policy(pack_id: str, options: Mapping[str, Any]) -> PolicyDocument | None:
    """The policy of a pack; none for a pack of a file, or of another catalog whose policies are not named."""
    if options["pack_file"] is not None or (options["catalog"] and not options["policies"]):
        return None
    packs = load_catalog(options["catalog"])
    return load_policies(packs, options["policies"], messages.uses()).documents.get(pack_id)


def _locale(site: Login, options: Mapping[str, Any]) -> str:
    return options["locale"] or site.standing.locale


def _write(text: str, path: Path | None) -> None:
    if path is None:
        click.echo(text)
    else:
        path.write_text(text, "utf-8")
        click.echo(f"wrote {path}", err=True)
