"""Proves each piece of a site: its state, our login and its end, permissions, a delivery seen, the clocks."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlsplit

from connect_app.doors.abilities import has_login
from connect_app.doors.installation import Installation, State
from connect_app.errors import Moved, RelanceError, Unauthorized
from connect_app.logs import logger
from connect_app.operations.look_at_site import permissions, skew
from connect_app.operations.open_site import OpenSite
from connect_app.operations.parts import Parts
from connect_app.operations.site_problems import Finding, Verdict, refused_because

log = logger(__name__)

SOON = timedelta(days=30)
SILENCE = timedelta(days=3)
"""A desk without a delivery for longer is either very calm or has lost its webhook."""


def check_site(parts: Parts, installation: Installation) -> list[Finding]:
    """Everything that can be proved now; a site that accepts us again is open from now on.

    One whose login is locked is not asked anything: it would stay locked.
    """
    findings = [_state(installation), *_token(parts, installation), _address(parts)]
    if installation.state not in {State.LOCKED, State.UNINSTALLED, State.DISABLED}:
        findings += _asked(parts, installation)
    return [*findings, _delivery(parts, installation)]


def _state(installation: Installation) -> Finding:
    good = installation.state is State.INSTALLED
    facts = {"address": installation.base_url, "door": installation.door.value, "trouble": installation.trouble or ""}
    return Finding(f"state-{installation.state.value}", Verdict.GOOD if good else Verdict.WRONG, facts)


def _asked(parts: Parts, installation: Installation) -> list[Finding]:
    try:
        site = parts.sites.open(installation.id) or parts.sites.reach_again(installation.id)
        if site is None:
            return [Finding("still-refused", Verdict.WRONG, {"address": installation.base_url})]
        site.client.get("rest/api/3/myself")
        return [Finding("login", Verdict.GOOD, {"address": installation.base_url}), *_looked(parts, site)]
    except (Unauthorized, Moved) as refusal:
        parts.sites.close(installation, refusal)
        told = refused_because(refusal, installation.base_url)
        return [Finding(told.code, Verdict.WRONG, told.facts)]
    except RelanceError as error:
        told = refused_because(error, installation.base_url)
        return [Finding(told.code, Verdict.WRONG, told.facts)]


def _looked(parts: Parts, site: OpenSite) -> list[Finding]:
    bound = [b.binding.project_key for b in parts.store.bindings.of_installation(site.installation.id)]
    administer = has_login(site.installation)
    found = [*permissions(site.client, bound, administer=administer), skew(site.client, parts.clock.now())]
    return found if bound else [*found, Finding("nothing-bound", Verdict.NOTE)]


def _token(parts: Parts, installation: Installation) -> list[Finding]:
    """When the token ends, as the administrator told: Jira does not tell anybody."""
    if not has_login(installation):
        return []
    ends = installation.token_ends
    if ends is None:
        return [Finding("token-end-unknown", Verdict.NOTE)]
    left = ends - parts.clock.now()
    code = "token-ended" if left <= timedelta() else "token-ends-soon" if left < SOON else "token-ends"
    verdict = {"token-ended": Verdict.WRONG, "token-ends-soon": Verdict.NOTE}.get(code, Verdict.GOOD)
    return [Finding(code, verdict, {"date": ends.date().isoformat(), "days": left.days})]


def _address(parts: Parts) -> Finding:
    """Jira calls https addresses only; on this machine, a sandbox calls any."""
    secure = urlsplit(parts.settings.base_url).scheme == "https"
    good = secure or parts.settings.development
    return Finding(
        "our-address" if good else "our-address-http",
        Verdict.GOOD if good else Verdict.WRONG,
        {"address": parts.settings.base_url},
    )


def _delivery(parts: Parts, installation: Installation) -> Finding:
    last = parts.store.inbox.last_received(installation.id)
    if last is None:
        return Finding("no-delivery", Verdict.WRONG)
    old = parts.clock.now() - last > SILENCE
    facts = {"at": last.isoformat(timespec="minutes")}
    return Finding("delivery-old" if old else "delivery", Verdict.NOTE if old else Verdict.GOOD, facts)
