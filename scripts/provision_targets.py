"""Reads from the command line which projects are to have which packs, on which site, and who asks."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

import click

from connect_app.errors import Misconfigured
from connect_app.jira.client import JiraClient, admin_client
from connect_app.jira.patience import Patience, PatientClient
from connect_app.jira.recorded import recorded_packs
from connect_app.jira.standing import Standing, read_standing
from connect_app.operations.provision_projects import Target
from connect_app.settings import LOOPBACK
from workflows.catalog import Catalog, load_catalog
from workflows.checks import DEAD_END, RESOLUTION, UNREACHABLE
from workflows.document import DocumentError, read
from workflows.graph import StatusNames
from workflows.model import Pack
from workflows.references import problems_of
from workflows.survey import Desired

F = TypeVar("F", bound=Callable[..., None])

_LIVED_WITH = {RESOLUTION, DEAD_END, UNREACHABLE}
"""What a pack written from an existing site may have wrong: the site lives with it already."""


@dataclass(frozen=True, kw_only=True)
class Login:
    """An administrator at a site, seen to be one."""

    url: str
    client: JiraClient
    standing: Standing
    patience: Patience


def _address(_context: click.Context, _option: click.Parameter, value: str) -> str:
    """A site's address: a token is sent there, so never in the clear but to this machine."""
    parts = urlsplit(value)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOOPBACK):
        raise click.BadParameter(f"{value} does not start with https://")
    if parts.path.strip("/") and not parts.path.startswith("/ex/jira/"):
        raise click.BadParameter(f"{value} is a page of the site: give its address alone, such as {_alone(value)}")
    return value.rstrip("/")


def _alone(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


def site_option(command: F) -> F:
    """The site, which every command but a comparison of packs needs."""
    return click.option(
        "--site-url",
        required=True,
        callback=_address,
        envvar="RELANCE_SITE_URL",
        metavar="URL",
        help="For instance https://acme.atlassian.net; or RELANCE_SITE_URL.",
    )(command)


def target_options(command: F) -> F:
    """The options that say which projects are to have which packs."""
    for option in (
        click.option("--map", "--move", "maps", multiple=True, metavar="OLD=NEW", help="Where issues in a status go."),
        click.option("--all", "recorded", is_flag=True, help="Every project of the site that a pack was applied to."),
        click.option("--for", "pairs", multiple=True, metavar="PACK=KEY,KEY", help="A pack and its projects."),
        click.option("--project", "projects", multiple=True, metavar="KEY", help="A project of --pack; repeatable."),
        click.option(
            "--pack-file", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="A pack's file."
        ),
        click.option("--pack", "pack_id", metavar="ID", help="The workflow pack's id."),
        click.option(
            "--catalog",
            type=click.Path(exists=True, file_okay=False, path_type=Path),
            help="Folder of workflow packs; ours by default.",
        ),
    ):
        command = option(command)
    return command


def login(site_url: str) -> Login:
    """Asks for what the environment does not give, and makes sure that the account administers Jira."""
    email = os.environ.get("RELANCE_ADMIN_EMAIL") or click.prompt("Administrator's e-mail", err=True)
    token = os.environ.get("RELANCE_ADMIN_TOKEN") or click.prompt("API token", hide_input=True, err=True)
    client = admin_client(site_url, email, token)
    patience = Patience(seconds=_seconds())
    return Login(
        url=site_url, client=client, standing=read_standing(PatientClient(client, patience)), patience=patience
    )


def _seconds() -> float:
    """How long to wait between two looks at a background task of Jira's."""
    told = os.environ.get("RELANCE_ADMIN_POLL_SECONDS") or str(Patience().seconds)
    try:
        return max(0.01, float(told))
    except ValueError:
        raise Misconfigured(f"RELANCE_ADMIN_POLL_SECONDS is {told!r}, not a number of seconds") from None


def known_packs(catalog: Path | None, pack_file: Path | None) -> Mapping[str, Pack]:
    """The packs of the catalog, or the one of a file; raises DocumentError."""
    return load_catalog(catalog).packs if pack_file is None else {(pack := read_pack(pack_file)).id: pack}


def read_pack(path: Path) -> Pack:
    """One pack from a file of its own; what its site lives with already is told and not refused."""
    source = read(path)
    pack = source.parse(Pack)
    problems = problems_of(source, pack)
    refused = [problem for problem in problems if problem.check not in _LIVED_WITH]
    if refused:
        raise DocumentError(refused)
    for problem in problems:
        click.echo(f"warning: {problem}", err=True)
    return pack


def wanted(packs: Mapping[str, Pack], options: Mapping[str, Any], site: Login) -> tuple[Target, ...]:
    """The targets that the options name, in their order, each project once."""
    named = _named(packs, options)
    if options["recorded"]:
        only = options["pack_id"]
        for project, pack_id in recorded_packs(PatientClient(site.client, site.patience)).items():
            if only in {None, pack_id}:
                named.append((pack_id, project))
    if not named:
        raise click.UsageError("say which project: --pack ID --project KEY, --for PACK=KEY,KEY, or --all")
    twice = {key for _, key in named if sum(key == other for _, other in named) > 1}
    if twice:
        raise click.UsageError(f"a project has one pack: {', '.join(sorted(twice))} is named twice")
    for pack_id, _ in named:
        if pack_id not in packs:
            raise click.BadParameter(_unknown(packs, pack_id), param_hint="--pack")
    used = {pack_id for pack_id, _ in named}
    moves = {pack_id: _moves(packs[pack_id], options["maps"]) for pack_id in used}
    _refuse_unknown_moves([packs[pack_id] for pack_id in used], options["maps"], moves)
    return tuple(Target(project=p, desired=Desired(pack=packs[i], moves=moves[i])) for i, p in named)


def _named(packs: Mapping[str, Pack], options: Mapping[str, Any]) -> list[tuple[str, str]]:
    pack_id = options["pack_id"] or (next(iter(packs)) if options["pack_file"] else None)
    named: list[tuple[str, str]] = []
    for project in options["projects"]:
        if pack_id is None:
            raise click.UsageError("--project needs --pack or --pack-file")
        named.append((pack_id, project))
    for pair in options["pairs"]:
        left, equals, keys = pair.partition("=")
        if not equals or not keys:
            raise click.BadParameter(f'"{pair}" is not of the form PACK=KEY,KEY', param_hint="--for")
        named += [(left.strip(), key.strip()) for key in keys.split(",") if key.strip()]
    return named


def _unknown(packs: Mapping[str, Pack], pack_id: str) -> str:
    try:
        Catalog(packs, {}).pack(pack_id)
    except KeyError as error:
        return str(error.args[0])
    return pack_id


def _moves(pack: Pack, maps: tuple[str, ...]) -> dict[str, str]:
    """Where issues go, for one pack: Jira names to pack ids; what this pack does not know is left out."""
    names, ids = StatusNames(pack), {s.id for s in pack.statuses}
    told: dict[str, str] = {}
    for pair in maps:
        old, _, new = (part.strip() for part in pair.rpartition("="))
        target = new if new in ids else names.find(new)
        if old and target:
            told[old] = target
    return told


def _refuse_unknown_moves(packs: list[Pack], maps: tuple[str, ...], moves: Mapping[str, Mapping[str, str]]) -> None:
    understood = {old for told in moves.values() for old in told}
    for pair in maps:
        if pair.rpartition("=")[0].strip() not in understood:
            known = ", ".join(dict.fromkeys(f"{s.id}" for pack in packs for s in pack.statuses))
            message = f'"{pair}" is not of the form "Jira status=status of the pack", with one of {known}'
            raise click.BadParameter(message, param_hint="--map")
