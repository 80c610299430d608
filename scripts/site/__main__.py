"""The commands about sites that come in with a token; secrets come from a hidden prompt or the environment only."""

from __future__ import annotations

import os
import sys
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import click

from connect_app.doors.installation import Credentials, Installation, State
from connect_app.operations.add_site import Wish, add_site, known_site
from connect_app.operations.check_site import check_site
from connect_app.operations.look_at_site import checked_address
from connect_app.operations.move_site import move_site
from connect_app.operations.pause_site import pause_site, resume_site
from connect_app.operations.remove_site import remove_site
from connect_app.operations.rotate_site import rotate_secret, rotate_token
from connect_app.operations.site_problems import Finding, SiteRefused, Verdict
from connect_app.operations.site_words import LANGUAGES, say, steps
from connect_app.runtime import Runtime
from scripts.command import FAILED, running

EMAIL, TOKEN = "RELANCE_SITE_EMAIL", "RELANCE_SITE_TOKEN"
SIGNS = {Verdict.GOOD: "✓", Verdict.NOTE: "·", Verdict.WRONG: "✗"}

_language = click.option("--locale", "language", type=click.Choice(LANGUAGES), default="fr", show_default=True)
_ends = click.option("--ends", type=click.DateTime(["%Y-%m-%d"]), default=None, help="The day the token ends, UTC.")


@click.group()
def main() -> None:
    """Sites that come in with a service account's API token and a signed webhook; no app is installed."""


@contextmanager
def _telling(language: str) -> Iterator[Runtime]:
    """A runtime; what a site refuses, or is refused for, is told in one line."""
    with running() as runtime:
        try:
            yield runtime
        except SiteRefused as refused:
            click.echo(say(refused.code, language, **refused.facts), err=True)
            sys.exit(FAILED)


def _credentials(language: str) -> Credentials:
    """The login, from the environment or from prompts that show nothing."""
    ask: Callable[..., str] = click.prompt
    email = os.environ.get(EMAIL) or ask(say("ask-email", language), err=True)
    token = os.environ.get(TOKEN) or ask(say("ask-token", language), hide_input=True, err=True)
    return Credentials(email=email.strip(), token=token.strip())


def _site(runtime: Runtime, written: str) -> Installation:
    address = checked_address(written, runtime.settings)
    found = known_site(runtime.parts, address, None)
    if found is None:
        known = ", ".join(i.base_url for i in runtime.store.installations.all()) or "-"
        raise SiteRefused("unknown-site", address=address, known=known)
    return found


def _sweep(runtime: Runtime, installation: Installation) -> None:
    runtime.jobs.sweep(f"sweep/site/{uuid.uuid4()}", installation.id)


def _show(findings: tuple[Finding, ...] | list[Finding], language: str) -> None:
    for finding in findings:
        click.echo(f" {SIGNS[finding.verdict]} {say(finding.code, language, **finding.facts)}")


def _end(ends: datetime | None) -> datetime | None:
    return None if ends is None else ends.replace(tzinfo=UTC)


@main.command()
@click.argument("url")
@click.option("--project", "projects", multiple=True, metavar="KEY", help="Default: every service project it sees.")
@click.option("--gateway", is_flag=True, help="The token has scopes: ask Atlassian's API gateway instead of the site.")
@click.option("--create-webhook", is_flag=True, help="Make the webhook in Jira by REST; else it is printed.")
@_ends
@_language
def add(url: str, projects: tuple[str, ...], ends: datetime | None, language: str, **may: bool) -> None:
    """Let the site at URL in, and print the webhook to create there, or make it."""
    with _telling(language) as runtime:
        login = _credentials(language)
        wish = Wish(
            address=url,
            credentials=login,
            token_ends=_end(ends),
            projects=projects,
            gateway=may["gateway"],
            create_webhook=may["create_webhook"],
        )
        added = add_site(runtime.parts, wish)
        site = added.installation
        click.echo(say("moved-in" if added.moved else "added", language, address=site.base_url))
        _show(added.findings, language)
        if not added.hooked:
            click.echo(steps(site.base_url, added.hook, language))
        _sweep(runtime, site)


@main.command()
@click.argument("url")
@_language
def check(url: str, language: str) -> None:
    """Prove each piece of the site at URL; exit code 1 when one is wrong."""
    with _telling(language) as runtime:
        findings = check_site(runtime.parts, _site(runtime, url))
        _show(findings, language)
        if any(finding.verdict is Verdict.WRONG for finding in findings):
            sys.exit(FAILED)


@main.command("list")
@_language
def list_sites(language: str) -> None:
    """Show every site, the door it uses and its state."""
    with _telling(language) as runtime:
        for site in runtime.store.installations.all():
            facts = {"address": site.base_url, "door": site.door.value, "trouble": site.trouble or ""}
            ends = site.token_ends.date().isoformat() if site.token_ends else "-"
            last = runtime.store.inbox.last_received(site.id)
            seen = last.isoformat(timespec="minutes") if last else "-"
            click.echo(f"{say(f'state-{site.state.value}', language, **facts)}  [{ends}] [{seen}]")


@main.command()
@click.argument("url")
@click.option("--webhook-secret", is_flag=True, help="Renew the webhook's secret instead of the API token.")
@_ends
@_language
def rotate(url: str, ends: datetime | None, language: str, *, webhook_secret: bool) -> None:
    """Replace the token of the site at URL, or its webhook's secret."""
    with _telling(language) as runtime:
        site = _site(runtime, url)
        if webhook_secret:
            click.echo(say("secret-renewed", language, secret=rotate_secret(runtime.parts, site).secret))
            return
        rotate_token(runtime.parts, site, _credentials(language), token_ends=_end(ends))
        _sweep(runtime, site)
        click.echo(say("token-renewed", language))


@main.command()
@click.argument("url")
@_language
def pause(url: str, language: str) -> None:
    """Do nothing on the site at URL until it is resumed; deliveries are still kept."""
    with _telling(language) as runtime:
        site = _site(runtime, url)
        pause_site(runtime.parts, site)
        click.echo(say("paused", language, address=site.base_url))


@main.command()
@click.argument("url")
@_language
def resume(url: str, language: str) -> None:
    """Work for the site at URL again."""
    with _telling(language) as runtime:
        site = _site(runtime, url)
        resume_site(runtime.parts, site)
        _sweep(runtime, site)
        click.echo(say("resumed", language, address=site.base_url))


@main.command()
@click.argument("url")
@_language
def move(url: str, language: str) -> None:
    """Let the app be installed on the site at URL within a day, keeping everything known of it."""
    with _telling(language) as runtime:
        site = _site(runtime, url)
        move_site(runtime.parts, site)
        click.echo(say("may-move", language, address=site.base_url))


@main.command()
@click.argument("url")
@click.option("--erase", is_flag=True, help="Forget everything: ledger, bindings and bills as well.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@_language
def remove(url: str, language: str, *, erase: bool, yes: bool) -> None:
    """Forget the secrets of the site at URL; what was done there stays on record until it is erased."""
    with _telling(language) as runtime:
        site = _site(runtime, url)
        if site.state is State.UNINSTALLED and not erase:
            raise SiteRefused("removed", address=site.base_url)
        if not yes:
            click.confirm(say("ask-remove", language, address=site.base_url), abort=True, err=True)
        remove_site(runtime.parts, site, erase=erase)
        click.echo(say("gone", language, address=site.base_url))


if __name__ == "__main__":
    main()
