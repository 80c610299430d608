"""Plans, applies and verifies a workflow pack on a project, as a Jira administrator."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NoReturn, TypeVar

import click

from connect_app.errors import NotFound, RelanceError, Unauthorized
from connect_app.jira.client import admin_client
from connect_app.operations.provision import Progress, Provisioning
from workflows.catalog import load_catalog
from workflows.document import DocumentError
from workflows.model import Pack
from workflows.plan import Plan, UnsafePlan
from workflows.render import as_json, as_markdown, as_text
from workflows.survey import Desired

FAILED, USAGE, CHANGES, UNSAFE = 1, 2, 3, 4
_FORMATS: dict[str, Callable[[Plan], str]] = {"text": as_text, "markdown": as_markdown, "json": as_json}

F = TypeVar("F", bound=Callable[..., None])


@click.group()
def provision() -> None:
    """Bring a Jira project to a workflow pack, with an administrator's e-mail and API token.

    Both come from RELANCE_ADMIN_EMAIL and RELANCE_ADMIN_TOKEN, or are asked for; they are never arguments. Exit codes:
    0 nothing left to do, 1 failed, 2 wrong usage or YAML, 3 there are changes to make, 4 not safe as asked.
    """


def _target(command: F) -> F:
    """The options that say which project is to have which pack."""
    for option in (
        click.option("--move", "moves", multiple=True, metavar="STATUS=ID", help="Where issues in a Jira status go."),
        click.option("--project", required=True, metavar="KEY", help="The project's key."),
        click.option("--pack", "pack_id", required=True, metavar="ID", help="The workflow pack's id."),
        click.option("--site-url", required=True, metavar="URL", help="For instance https://acme.atlassian.net."),
    ):
        command = option(command)
    return command


@provision.command("plan")
@_target
@click.option("--format", "shape", type=click.Choice(sorted(_FORMATS)), default="text", show_default=True)
def make_plan(site_url: str, pack_id: str, project: str, moves: tuple[str, ...], shape: str) -> None:
    """Show what would be done; changes nothing."""
    with _explained():
        planned = _provisioning(site_url, pack_id, project, moves).plan()
        click.echo(_FORMATS[shape](planned))
        for reason in planned.refusals():
            click.echo(f"not as it is: {reason}", err=True)
        sys.exit(UNSAFE if planned.refusals() else CHANGES if planned else 0)


@provision.command()
@_target
@click.option("--adopt", is_flag=True, help="Take under management what has the right name and was made by others.")
@click.option("--force", is_flag=True, help="Allow deletions, and a change of workflow under existing issues.")
@click.option("--checksum", help="Of the plan that was reviewed: stop when it is no longer this one.")
@click.option("--yes", is_flag=True, help="Do not ask before acting.")
def apply(
    site_url: str,
    pack_id: str,
    project: str,
    moves: tuple[str, ...],
    **options: bool | str | None,
) -> None:
    """Make the plan, show it, carry it out, and prove that nothing is left to do."""
    with _explained():
        provisioning = _provisioning(site_url, pack_id, project, moves)
        planned = provisioning.plan()
        click.echo(as_text(planned))
        adopt, force, checksum = bool(options["adopt"]), bool(options["force"]), options["checksum"]
        planned.raise_if_unsafe(adopt=adopt, force=force)
        if checksum is not None and checksum != planned.checksum:
            _stop(UNSAFE, f"this is plan {planned.checksum}, not {checksum}: nothing was done")
        if not planned:
            return
        if not options["yes"]:
            click.confirm("Carry it out?", abort=True)
        provisioning.apply(planned, adopt=adopt, force=force, progress=_show)
        click.echo("Done. A second plan is empty.")


@provision.command()
@_target
def verify(site_url: str, pack_id: str, project: str, moves: tuple[str, ...]) -> None:
    """Say whether the site is as the catalog says."""
    with _explained():
        planned = _provisioning(site_url, pack_id, project, moves).plan()
        click.echo(as_text(planned))
        sys.exit(CHANGES if planned else 0)


def _provisioning(site_url: str, pack_id: str, project: str, moves: tuple[str, ...]) -> Provisioning:
    desired = _desired(pack_id, moves)
    email = os.environ.get("RELANCE_ADMIN_EMAIL") or click.prompt("Administrator's e-mail", err=True)
    token = os.environ.get("RELANCE_ADMIN_TOKEN") or click.prompt("API token", hide_input=True, err=True)
    return Provisioning(admin_client(site_url, email, token), project, desired)


def _desired(pack_id: str, moves: tuple[str, ...]) -> Desired:
    try:
        pack: Pack = load_catalog().pack(pack_id)
    except DocumentError as error:
        _stop(USAGE, str(error))
    except KeyError as error:
        raise click.BadParameter(str(error.args[0]), param_hint="--pack") from error
    known = [status.id for status in pack.statuses]
    told: dict[str, str] = {}
    for move in moves:
        old, _, new = move.rpartition("=")
        if not old.strip() or new not in known:
            message = f'"{move}" is not of the form "Jira status=id", with one of {", ".join(known)}'
            raise click.BadParameter(message, param_hint="--move")
        told[old.strip()] = new
    return Desired(pack=pack, moves=told)


def _show(progress: Progress) -> None:
    change = progress.change
    click.echo(f"[{progress.step}/{progress.steps}] {change.verb} {change.noun}")


@contextmanager
def _explained() -> Iterator[None]:
    """One clear line for each way it can go wrong, with what to do about it."""
    try:
        yield
    except UnsafePlan as error:
        _stop(UNSAFE, "\n".join(f"not carried out: {reason}" for reason in error.reasons))
    except Unauthorized as error:
        wait = "log in once in a browser (Jira wants a CAPTCHA), then " if error.locked_out else ""
        _stop(FAILED, f"Jira does not accept this e-mail and token: {wait}renew the token, at most a year old")
    except NotFound as error:
        _stop(FAILED, f"{error}\nCheck the project's key, and that the administrator may browse it.")
    except RelanceError as error:
        _stop(FAILED, f"{error}\n{error.remedy}")


def _stop(code: int, message: str) -> NoReturn:
    click.echo(message, err=True)
    sys.exit(code)


if __name__ == "__main__":
    provision()
