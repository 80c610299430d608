"""Opens a site for work: its client, with the newest secret, and what is known of its people."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field, replace

from automation_rules.facts import Side
from connect_app.clock import Clock
from connect_app.doors.abilities import own_account, rest_address
from connect_app.doors.egress import authentication
from connect_app.doors.installation import Credentials, Installation, Secrets, State
from connect_app.errors import Moved, RelanceError, Unauthorized
from connect_app.jira.client import JiraClient
from connect_app.jira.people import People
from connect_app.logs import logger
from connect_app.operations.bound_policies import BoundPolicies
from connect_app.operations.interrupted_sweep import InterruptedSweep
from connect_app.operations.recent_figures import RecentFigures
from connect_app.operations.shared_limits import Gates
from connect_app.settings import Settings
from connect_app.store.installations import Installations

log = logger(__name__)


@dataclass(frozen=True)
class OpenSite:
    """One installation, the client that speaks for us there, its people, bound policies and what pages read lately."""

    installation: Installation
    client: JiraClient
    people: People
    policies: BoundPolicies
    figures: RecentFigures = field(default_factory=RecentFigures)
    interrupted: InterruptedSweep = field(default_factory=InterruptedSweep)

    def side_of(self, project_id: str, account_id: str, account_type: str | None = None) -> Side:
        """On which side of a project's desk an account stands; Jira is asked once an hour."""
        return self.people.side_of(self.client, project_id, account_id, account_type, own_account(self.installation))

    def spare_for(self) -> float | None:
        """The seconds for which the site's quota is known to be nearly spent; None when it is not."""
        return self.client.gate.near() if self.client.gate is not None else None


@dataclass(frozen=True)
class _Kept:
    proof: tuple[str, Credentials | None]
    site: OpenSite


class Sites:
    """Every site that was opened, kept until its secret changes."""

    def __init__(self, installations: Installations, gates: Gates, settings: Settings, clock: Clock) -> None:
        self._installations = installations
        self.gates = gates
        self._settings = settings
        self._clock = clock
        self._kept: dict[str, _Kept] = {}
        self._lock = threading.Lock()

    def open(self, installation_id: str) -> OpenSite | None:
        """The site, or None when we may not work for it (unknown, disabled, unreachable, uninstalled)."""
        found = self._installations.secrets_by_id(installation_id)
        if found is None or found[0].state is not State.INSTALLED:
            return None
        installation, secrets = found
        proof = (secrets.shared, secrets.credentials)
        with self._lock:
            kept = self._kept.get(installation.id)
        if kept is not None and kept.proof == proof and kept.site.installation == installation:
            return kept.site
        client = self._client(installation, secrets)
        if installation.app_account_id is None:
            installation = self._introduce(installation, client)
        site = OpenSite(installation, client, People(), BoundPolicies())
        if kept is not None:
            known = kept.site
            site = replace(site, people=known.people, policies=known.policies, figures=known.figures)
        with self._lock:
            self._kept[installation.id] = _Kept(proof, site)
        return site

    def paused(self) -> frozenset[str]:
        """The sites that may not be asked anything now, because a quota is spent."""
        return self.gates.paused(self._installations.working)

    def reach_again(self, installation_id: str) -> OpenSite | None:
        """Asks an unreachable site, once, whether it accepts us again; open from now on when it does.

        One whose login is locked is not asked: every wrong login keeps it locked.
        """
        found = self._installations.secrets_by_id(installation_id)
        if found is None or found[0].state is not State.UNREACHABLE:
            return None
        unreachable, secrets = found
        try:
            self._introduce(unreachable, self._client(unreachable, secrets))
        except RelanceError as error:
            log.info("site still unreachable", installation=installation_id, error=str(error))
            if isinstance(error, Unauthorized) and error.locked_out:
                self.close(unreachable, error)
            return None
        self._installations.set_state(installation_id, State.INSTALLED)
        log.info("site reached again", installation=installation_id)
        return self.open(installation_id)

    def close(self, installation: Installation, refusal: Unauthorized | Moved) -> None:
        """Marks a site that refuses our credentials or has moved, and tells whoever reads the log; its jobs wait.

        What is missed is not lost: the sweep after the credentials were renewed reads everything that changed.
        """
        locked = isinstance(refusal, Unauthorized) and refusal.locked_out
        state = State.LOCKED if locked else State.UNREACHABLE
        if self._installations.set_state(installation.id, state, trouble=str(refusal)):
            log.error(
                "site shut",
                installation=installation.id,
                base_url=installation.base_url,
                state=state.value,
                error=str(refusal),
                remedy=refusal.remedy,
            )

    def _client(self, installation: Installation, secrets: Secrets) -> JiraClient:
        auth = authentication(installation, secrets, self._settings, self._clock)
        gate = self.gates.of(installation)
        return JiraClient(rest_address(installation), auth, timeout=self._settings.http_timeout, gate=gate)

    def _introduce(self, installation: Installation, client: JiraClient) -> Installation:
        """Learns who we are on the site, and its time zone."""
        myself = client.get("rest/api/3/myself")
        self._installations.set_identity(
            installation.id, app_account_id=str(myself["accountId"]), time_zone=myself.get("timeZone")
        )
        return self._installations.by_id(installation.id) or installation
