"""Keeps one internal comment up to date where Jira shows no panel: what comes next and why, and a link to the rest."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from babel.dates import format_datetime

from automation_rules.actions import AddComment
from automation_rules.decide import Review
from automation_rules.facts import Audience
from connect_app.doors.abilities import has_pages_in_jira
from connect_app.doors.links import Link, Scope
from connect_app.errors import Refused
from connect_app.jira.acting import AudienceMismatch
from connect_app.jira.adf import escape
from connect_app.jira.panel_comment import rewrite
from connect_app.logs import logger
from connect_app.operations.carry_out import carry_out
from connect_app.operations.mint_link import address_of
from connect_app.operations.open_site import OpenSite
from connect_app.operations.parts import Parts
from connect_app.operations.read_request import Request
from connect_app.store.ledger import EntryState

LINK_LIFE = timedelta(days=60)
"""The comment is written anew when the month changes, so a link in it is never near its end."""

WORDS = {
    "fr": {
        "next": "Prochaine étape : {when}",
        "nothing": "Aucune étape en attente.",
        "link": "Tout ce que Relance a fait et pense de cette demande",
        "note": "Relance tient ce commentaire à jour ; les clients ne le voient pas.",
    },
    "en": {
        "next": "Next step: {when}",
        "nothing": "No step is due.",
        "link": "All that Relance did and thinks of this request",
        "note": "Relance keeps this comment up to date; customers do not see it.",
    },
}

log = logger(__name__)


def publish_panel(parts: Parts, site: OpenSite, request: Request, outcome: Review) -> None:
    """Posts the comment once there is a next step, and rewrites it when that changes; one that was deleted stays so.

    Only where the policy asks for it and Jira shows no page of ours. A refusal is logged, no more; raises `Temporary`.
    """
    if not request.policy.panel_comment or has_pages_in_jira(site.installation):
        return
    key = f"panel/{request.issue.id}"
    said = _said(site, request, outcome)
    month = f"{parts.clock.now():%Y-%m}"
    digest = hashlib.sha256(f"{month}\n{said}".encode()).hexdigest()[:16]
    known = next((e for e in request.entries if e.key == key), None)
    if known is None or known.state is not EntryState.DONE:
        if outcome.next_at is not None:
            _post(parts, site, request, key, said)
            _remember(parts, site, key, digest)
        return
    written = dict(known.result or {})
    if written.get("digest") != digest and written.get("comment") and not written.get("deleted"):
        there = _rewrite(site, request, str(written["comment"]), key, _text(parts, site, request, said))
        if there is not None:
            _remember(parts, site, key, digest, deleted=not there)


def _post(parts: Parts, site: OpenSite, request: Request, key: str, said: str) -> None:
    text = _text(parts, site, request, said)
    action = AddComment(key=key, rule="panel", audience=Audience.INTERNAL, message="panel", text=text)
    carry_out(parts, site, request, action, ("Jira shows no panel on this site",))


def _rewrite(site: OpenSite, request: Request, comment: str, key: str, text: str) -> bool | None:
    """Whether the comment is still there; None when Jira refuses for now."""
    try:
        return rewrite(site.client, request.issue.id, comment, text, key=key)
    except AudienceMismatch as mismatch:
        log.warning(
            "panel comment taken back",
            issue=request.issue.id,
            issue_key=request.issue.key,
            error=str(mismatch),
            remedy=mismatch.remedy,
        )
        return False
    except Refused as refusal:
        log.warning("panel comment refused", issue=request.issue.id, issue_key=request.issue.key, error=str(refusal))
        return None


def _remember(parts: Parts, site: OpenSite, key: str, digest: str, *, deleted: bool = False) -> None:
    """Notes what the comment says now beside its id, so that the same words are not written again."""
    parts.store.ledger.annotate(site.installation.id, key, digest=digest, **({"deleted": True} if deleted else {}))


def _said(site: OpenSite, request: Request, outcome: Review) -> str:
    """What the comment says, without its link; nothing in it changes by itself as time passes."""
    words = WORDS[_language(request)]
    if outcome.next_at is None:
        return words["nothing"]
    waiting = [d for d in outcome.decisions if d.until == outcome.next_at]
    lines = [f"**{words['next'].format(when=_when(outcome.next_at, site, _language(request)))}**"]
    lines += [f"{escape(d.rule)} : {escape(d.reasons[-1])}" for d in waiting if d.reasons]
    return "\n".join(lines)


def _text(parts: Parts, site: OpenSite, request: Request, said: str) -> str:
    words = WORDS[_language(request)]
    link = Link(
        installation_id=site.installation.id,
        scope=Scope.ISSUE,
        subject=request.issue.id,
        expires=parts.clock.host_time() + LINK_LIFE.total_seconds(),
    )
    return f"{said}\n\n[{words['link']}]({address_of(parts, link)})\n~{words['note']}~"


def _language(request: Request) -> str:
    locale = request.bound.binding.locale[:2]
    return locale if locale in WORDS else "en"


def _when(instant: datetime, site: OpenSite, language: str) -> str:
    zone = ZoneInfo(site.installation.time_zone or "UTC")
    return format_datetime(instant, "EEE d MMM y HH:mm", tzinfo=zone, locale=language)
