"""Takes a pack away from a project: shows what would go, takes it away in order, and proves that nothing is left."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from connect_app.errors import RelanceError
from connect_app.jira.client import JiraClient
from connect_app.jira.patience import Patience, PatientClient
from connect_app.jira.removing import Remover, read_uses
from connect_app.operations.provision import Progress, SiteChanged
from connect_app.operations.provision_projects import Target, read_target
from workflows.removal import Removal, removal
from workflows.site import SiteState


class NotGone(RelanceError):
    """Everything was taken away and something of ours is still there; `removal` is what is left."""

    remedy = "Read what is left; an administrator may be using it. The same command tries again."

    def __init__(self, left: Removal) -> None:
        self.removal = left
        super().__init__(f"still there: {', '.join(change.noun for change in left.changes)}")


@dataclass(frozen=True)
class Destruction:
    """One project, the pack to take away from it, and the workflow scheme it is to follow instead."""

    client: JiraClient
    target: Target
    instead: str | None = None
    told: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    patience: Patience = field(default_factory=Patience)

    def plan(self) -> Removal:
        """What would be taken away, reading only."""
        return self._read()[0]

    def destroy(
        self, checksum: str, *, force: bool = False, progress: Callable[[Progress], None] = lambda _: None
    ) -> None:
        """Takes away what was shown.

        Raises:
            UnsafePlan: issues use it and `force` is not given, or they have nowhere to go.
            SiteChanged: it is no longer what was shown; nothing was done.
            NotGone: something of ours is still there.
        """
        found, state = self._read()
        found.raise_if_unsafe(force=force)
        if found.checksum != checksum:
            raise SiteChanged(f"the site changed since {checksum} was shown: nothing was done")
        remover = Remover(self._jira, state, self.instead)
        for step, change in enumerate(found.changes, start=1):
            progress(Progress(step, len(found.changes), change))
            remover.perform(change)
        left = self.plan()
        if left:
            raise NotGone(left)

    def _read(self) -> tuple[Removal, SiteState]:
        state = read_target(self._jira, self.target)
        pack_id = self.target.desired.pack.id
        uses = read_uses(self._jira, state, pack_id)
        return removal(pack_id, state, uses, target=self.instead, told=self.told), state

    @property
    def _jira(self) -> PatientClient:
        return PatientClient(self.client, self.patience)
