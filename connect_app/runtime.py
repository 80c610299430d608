"""The composition root: builds everything once and hands it down; nothing else builds a collaborator."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from automation_rules.policy import load_policies
from connect_app.clock import Clock, HostClock, SandboxClock, WitnessedClock
from connect_app.doors.installation import Admission, Installation, State
from connect_app.doors.secret_box import SecretBox, open_secret_box
from connect_app.engine import Jobs, migrate_jobs
from connect_app.errors import NotAllowed
from connect_app.operations.check_health import check_health
from connect_app.operations.check_readiness import check_readiness
from connect_app.operations.escalate import escalate
from connect_app.operations.explain_issue import explain_issue
from connect_app.operations.install import change_state, install, uninstall
from connect_app.operations.open_site import OpenSite, Sites
from connect_app.operations.parts import Parts
from connect_app.operations.receive_webhook import receive
from connect_app.operations.shared_limits import Gates
from connect_app.operations.take_stock import Stock, take_stock
from connect_app.settings import Settings
from connect_app.store.database import migrate, open_database
from connect_app.store.inbox import Delivery
from connect_app.store.store import Store, open_store
from workflows.catalog import load_catalog


@dataclass(frozen=True)
class Runtime:
    """What the web shell and the commands work with."""

    parts: Parts
    jobs: Jobs

    @property
    def settings(self) -> Settings:
        """What the environment decided."""
        return self.parts.settings

    @property
    def clock(self) -> WitnessedClock:
        """What time it is."""
        return self.parts.clock

    @property
    def store(self) -> Store:
        """What is remembered."""
        return self.parts.store

    def install(self, admission: Admission) -> Installation:
        """A site lets us in; everything that waits there is looked at at once."""
        installation = install(self.parts, admission)
        self.jobs.sweep(f"sweep/installed/{uuid.uuid4()}", installation.id)
        return installation

    def change_state(self, client_key: str, state: State) -> None:
        """A site is enabled or disabled."""
        change_state(self.parts, client_key, state)

    def uninstall(self, client_key: str) -> None:
        """A site leaves."""
        uninstall(self.parts, client_key)

    def receive(self, installation: Installation, delivery: Delivery, *, own_change: str | None = None) -> bool:
        """A webhook arrives; True when it is new."""
        return receive(self.store, installation, delivery, own_change)

    def explain(self, installation: Installation, issue: str, account_id: str) -> dict[str, Any]:
        """What Relance thinks of an issue and why, told to an agent of its project only."""
        return explain_issue(self.parts, self.open_site(installation), issue, viewer=account_id)

    def escalate(self, installation: Installation, issue: str, account_id: str, reason: str) -> None:
        """A customer escalates; the rule acts as soon as a worker has read the issue again."""
        issue_id = escalate(self.parts, self.open_site(installation), issue, account_id, reason)
        self.receive(
            installation,
            Delivery(
                identifier=f"escalation/{uuid.uuid4()}",
                event="relance:escalated",
                issue_id=issue_id,
                project_key=None,
                received_at=self.clock.now(),
            ),
        )

    def zone_of(self, installation_id: str) -> str:
        """The time zone of a site, UTC until it is known."""
        found = self.store.installations.by_id(installation_id)
        return found.time_zone if found is not None and found.time_zone else "UTC"

    def health(self) -> dict[str, Any]:
        """Whether the promises can be kept; `wrong` says in sentences what is in the way, and `ok` when nothing is."""
        wrong = check_readiness(self.parts)
        try:
            details = {**check_health(self.parts), "jobs": self.jobs.waiting()}
        except SQLAlchemyError as error:
            details = {"shut": {}, "ending": {}}
            wrong = wrong or [f"the database does not answer ({type(error).__name__})"]
        return {**details, "ok": not wrong, "wrong": wrong}

    def stock(self) -> Stock:
        """What there is of work and of trouble."""
        return take_stock(self.parts)

    def close(self) -> None:
        """Finishes what is being written and lets the database go."""
        self.parts.sites.gates.hand_on()
        self.jobs.close()
        self.store.close()

    def open_site(self, installation: Installation) -> OpenSite:
        """The site with its client; `NotAllowed` when it is disabled."""
        site = self.parts.sites.open(installation.id)
        if site is None:
            raise NotAllowed("this site is disabled")
        return site


def build_runtime(settings: Settings, *, clock: Clock | None = None) -> Runtime:
    """Everything, on a migrated database; raises `Misconfigured` or `DocumentError` with what is wrong."""
    catalog = load_catalog(settings.catalog_dir)
    policies = load_policies(catalog, settings.policy_dir)
    machine = clock or (SandboxClock(settings.clock_url) if settings.clock_url else HostClock())
    witnessed = WitnessedClock(machine)
    box: SecretBox = open_secret_box(settings.secret_keys, settings.data_dir)
    engine = open_database(settings.database_url)
    migrate(engine)
    migrate_jobs(engine)
    store = open_store(engine, box)
    parts = Parts(
        settings=settings,
        clock=witnessed,
        store=store,
        catalog=catalog,
        policies=policies,
        sites=Sites(store.installations, Gates(store.pauses, store.points, settings, witnessed), settings, witnessed),
        owner=f"{settings.executor_id}/{uuid.uuid4().hex[:8]}",
    )
    return Runtime(parts, Jobs(open_database(settings.database_url)))
