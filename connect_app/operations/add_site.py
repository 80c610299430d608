"""A site comes in with a service account's token: checked, recorded, and told which webhook to create."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from automation_rules.checklist.writing import WEBHOOK_EVENTS
from connect_app.doors.abilities import has_login
from connect_app.doors.installation import Credentials, Installation, State
from connect_app.doors.token.admission import admitted
from connect_app.logs import logger
from connect_app.operations.create_webhook import create_webhook
from connect_app.operations.look_at_site import SeenSite, checked_address, look_at, permissions, projects_of
from connect_app.operations.parts import Parts
from connect_app.operations.site_problems import Finding, SiteRefused, Verdict
from connect_app.settings import Settings

log = logger(__name__)


@dataclass(frozen=True, kw_only=True)
class Hook:
    """The webhook an administrator is to create; its secret is shown this once."""

    url: str = field(repr=False)
    secret: str = field(repr=False)
    jql: str
    events: tuple[str, ...] = WEBHOOK_EVENTS


@dataclass(frozen=True, kw_only=True)
class AddedSite:
    """A site that was added: as it is recorded, its webhook, and what was found on the way.

    `hooked` is True when Jira has the webhook already, and nobody needs to know its secret.
    """

    installation: Installation
    hook: Hook
    findings: tuple[Finding, ...]
    moved: bool
    hooked: bool


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What an administrator gives: the address as written, the login, its end if known, the projects if not all.

    With `create_webhook`, they agree that the login makes the webhook in Jira's administration by itself.
    """

    address: str
    credentials: Credentials = field(repr=False)
    token_ends: datetime | None = None
    projects: tuple[str, ...] = ()
    gateway: bool = False
    create_webhook: bool = False


def add_site(parts: Parts, wish: Wish) -> AddedSite:
    """Lets a site in by a token; a site that came in by another door moves, and keeps everything known of it.

    `SiteRefused` says in one line what is wrong; then nothing is stored.
    """
    seen = look_at(
        checked_address(wish.address, parts.settings), wish.credentials, parts.settings, gateway=wish.gateway
    )
    before = known_site(parts, seen.address, seen.cloud_id)
    if before is not None and has_login(before) and before.state is not State.UNINSTALLED:
        if before.base_url == seen.address:
            raise SiteRefused("already-added", address=seen.address)
        log.info("site renamed", installation=before.id, old=before.base_url, new=seen.address)
    projects = wish.projects or projects_of(seen.client)
    findings = permissions(seen.client, projects)
    admission = admitted(
        seen.address,
        wish.credentials,
        before=before,
        cloud_id=seen.cloud_id,
        api_url=seen.api_url,
        token_ends=wish.token_ends,
    )
    installation = parts.store.installations.install(
        admission,
        now=parts.clock.now(),
        host_time=parts.clock.host_time(),
        adopt=before.id if before is not None else None,
    )
    log.info("site added", installation=installation.id, base_url=installation.base_url)
    hook = hook_of(parts.settings, installation, admission.secret, projects)
    made = _created(seen, hook) if wish.create_webhook else ()
    return AddedSite(
        installation=installation,
        hook=hook,
        findings=(*findings, *made),
        moved=before is not None,
        hooked=any(finding.verdict is Verdict.GOOD for finding in made),
    )


def _created(seen: SeenSite, hook: Hook) -> tuple[Finding, ...]:
    return (create_webhook(seen.client, url=hook.url, secret=hook.secret, jql=hook.jql, events=hook.events),)


def known_site(parts: Parts, address: str, cloud_id: str | None) -> Installation | None:
    """The site, whatever door it came in by and whatever its address was: by its cloud id first."""
    everyone = parts.store.installations.all()
    same = [i for i in everyone if cloud_id is not None and i.cloud_id == cloud_id]
    same = same or [i for i in everyone if i.base_url == address and not (cloud_id and i.cloud_id)]
    return next((i for i in same if i.state is not State.UNINSTALLED), same[-1] if same else None)


def hook_of(settings: Settings, installation: Installation, secret: str, projects: tuple[str, ...]) -> Hook:
    """The webhook to create for a site."""
    keys = ", ".join(f'"{project}"' for project in projects)
    return Hook(
        url=f"{settings.base_url.rstrip('/')}/hooks/{installation.hook_id}",
        secret=secret,
        jql=f"project in ({keys})" if keys else "",
    )
