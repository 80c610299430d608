"""Names what every operation may need; the runtime builds it once and hands it down."""

from __future__ import annotations

from dataclasses import dataclass

from automation_rules.policy import Policies
from connect_app.clock import WitnessedClock
from connect_app.operations.open_site import Sites
from connect_app.settings import Settings
from connect_app.store.store import Store
from workflows.catalog import Catalog


@dataclass(frozen=True, kw_only=True)
class Parts:
    """The settings, the clock, the memory, the promises and the sites.

    `owner` names this process among all that ever ran (`worker-1/9f2c`): it signs what the ledger says is intended.
    """

    settings: Settings
    clock: WitnessedClock
    store: Store
    catalog: Catalog
    policies: Policies
    sites: Sites
    owner: str
