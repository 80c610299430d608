"""Brings a project to a workflow pack: plan, apply with progress, and prove that nothing is left to do."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from connect_app.errors import RelanceError
from connect_app.jira.client import JiraClient
from connect_app.jira.patience import Patience, PatientClient
from connect_app.jira.provisioning import Provisioner
from connect_app.jira.provisioning_reading import SiteReader
from workflows.changes import Adopt, Change, Create, Delete
from workflows.plan import Plan, plan
from workflows.site import Kind, SiteState
from workflows.survey import Desired


class SiteChanged(RelanceError):
    """The site is no longer as it was when the plan was made; nothing was done."""

    remedy = "Make the plan again and read what is different."


class NotConverged(RelanceError):
    """Everything was carried out and the site is still not as the catalog says; `plan` is what is left."""

    remedy = "Read what is left in the plan; an administrator may have changed it meanwhile."

    def __init__(self, left: Plan) -> None:
        self.plan = left
        nouns = ", ".join(change.noun for change in left.changes) or "; ".join(left.conflicts)
        super().__init__(f"after everything was carried out there is still something to do: {nouns}")


@dataclass(frozen=True)
class Progress:
    """One step about to be taken: its place among all, and what it is."""

    step: int
    steps: int
    change: Change


@dataclass(frozen=True)
class Provisioning:
    """One project and the pack it is to have, over an administrator's client."""

    client: JiraClient
    project: str
    desired: Desired
    patience: Patience = field(default_factory=Patience)

    def plan(self) -> Plan:
        """What is to be done, reading only. Raises as the client; NotFound when there is no such project."""
        return plan(self.desired, self._reader.whole())

    def apply(
        self,
        planned: Plan,
        *,
        adopt: bool = False,
        force: bool = False,
        progress: Callable[[Progress], None] = lambda _: None,
    ) -> None:
        """Carries out a plan, change by change, reading again, before each that builds on them, the parts touched.

        Raises:
            UnsafePlan: the plan needs `adopt` or `force`, or has conflicts.
            SiteChanged: the same plan would no longer be made.
            NotConverged: a second plan is not empty.
            NotValid, TaskFailed and the client's errors: run it again, it goes on where it stopped.
        """
        state = self._reader.whole()
        fresh = plan(self.desired, state)
        # The counts of issues may have changed without changing the plan: what is unsafe is judged on the fresh one.
        fresh.raise_if_unsafe(adopt=adopt, force=force)
        if fresh.checksum != planned.checksum:
            raise SiteChanged(f"the site changed since the plan {planned.checksum} was made")
        self._carry_out(fresh, state, progress)
        left = self.plan()
        if left:
            raise NotConverged(left)

    def _carry_out(self, fresh: Plan, state: SiteState, progress: Callable[[Progress], None]) -> None:
        provisioner, reader = Provisioner(self._jira, self.desired), self._reader
        done, stale = 0, set[Kind]()
        for group in _groups(fresh.changes):
            for change in group:
                done += 1
                progress(Progress(done, len(fresh.changes), change))
            due = stale & _needs(group[0])
            if due:
                state, stale = reader.again(state, due), stale - due
            provisioner.perform(group, state)
            stale |= {Kind.RECORD if isinstance(change, Adopt) else change.kind for change in group}

    @property
    def _jira(self) -> PatientClient:
        return PatientClient(self.client, self.patience)

    @property
    def _reader(self) -> SiteReader:
        return SiteReader(self._jira, self.project, self.desired.pack)


_RECORDED = frozenset(
    {Kind.RESOLUTION, Kind.ISSUE_TYPE, Kind.FIELD, Kind.STATUS, Kind.WORKFLOW, Kind.SCHEME, Kind.RECORD}
)

_NEEDS: Mapping[Kind, frozenset[Kind]] = {
    Kind.ISSUE_TYPE_SCHEME: frozenset({Kind.ISSUE_TYPE}),
    Kind.OPTIONS: frozenset({Kind.FIELD, Kind.RECORD}),
    Kind.PROJECT_SCREENS: frozenset({Kind.FIELD, Kind.RECORD}),
    Kind.SCREEN: frozenset({Kind.FIELD, Kind.RECORD}),
    Kind.WORKFLOW: frozenset({Kind.RESOLUTION, Kind.FIELD, Kind.SCREEN, Kind.STATUS, Kind.RECORD}),
    Kind.SCHEME: frozenset({Kind.ISSUE_TYPE, Kind.STATUS, Kind.WORKFLOW, Kind.RECORD}),
    Kind.PROJECT: frozenset({Kind.STATUS, Kind.SCHEME, Kind.RECORD}),
    Kind.REQUEST_TYPE: frozenset({Kind.ISSUE_TYPE}),
    Kind.RECORD: _RECORDED,
}
"""What a change must know of the site as it is after the changes before it; other kinds name all they touch."""


def _needs(change: Change) -> frozenset[Kind]:
    if isinstance(change, Adopt):
        return _RECORDED
    return frozenset() if isinstance(change, Delete) else _NEEDS.get(change.kind, frozenset())


def _groups(changes: Sequence[Change]) -> Iterator[list[Change]]:
    """Changes in order; neighbours that one request can carry go together."""

    def key(numbered: tuple[int, Change]) -> tuple[str, object]:
        number, change = numbered
        if isinstance(change, Adopt):
            return ("adopt", None)
        return ("statuses", None) if isinstance(change, Create) and change.kind is Kind.STATUS else ("one", number)

    for _, group in groupby(enumerate(changes), key):
        yield [change for _, change in group]
