"""Plans several projects with one reading of the site, and carries the plans out one project after the other."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from connect_app.jira.client import JiraClient
from connect_app.jira.patience import Patience, PatientClient
from connect_app.jira.provisioning_reading import read_site
from connect_app.jira.remembering import RememberingClient
from connect_app.operations.provision import Progress, Provisioning, SiteChanged
from workflows.doubts import doubts
from workflows.plan import Plan, UnsafePlan, plan
from workflows.site import Kind, SiteState
from workflows.survey import Desired


@dataclass(frozen=True, kw_only=True)
class Target:
    """A project and the pack it is to have."""

    project: str
    desired: Desired


@dataclass(frozen=True, kw_only=True)
class Planned:
    """What is to be done for one target, and the site it was planned for."""

    target: Target
    plan: Plan
    state: SiteState

    def refusals(self, *, adopt: bool = False, force: bool = False) -> tuple[str, ...]:
        """Why it may not be carried out with these permissions; an ambiguous name is no reason for who forces it."""
        reasons = self.plan.refusals(adopt=adopt, force=force)
        return reasons if force else (*reasons, *doubts(self.plan.pack, self.state))


def read_target(jira: PatientClient, target: Target) -> SiteState:
    """The site as one target needs to know it. Raises as the client; NotFound when there is no such project."""
    return read_site(jira, target.project, target.desired.pack)


def whole_checksum(plans: Sequence[Plan]) -> str:
    """The checksum of one plan, or of several together."""
    if len(plans) == 1:
        return plans[0].checksum
    return hashlib.sha256(" ".join(p.checksum for p in plans).encode()).hexdigest()[:12]


@dataclass(frozen=True)
class ProvisioningOfMany:
    """Several targets on one site, over an administrator's client."""

    client: JiraClient
    targets: tuple[Target, ...]
    patience: Patience = field(default_factory=Patience)

    def plan(self) -> tuple[Planned, ...]:
        """What is to be done for each target; what they share is read once."""
        jira = RememberingClient(self.client, self.patience)
        found: list[Planned] = []
        for target in self.targets:
            state = read_target(jira, target)
            found.append(Planned(target=target, plan=plan(target.desired, state), state=state))
        return tuple(found)

    def apply(
        self,
        reviewed: Sequence[Planned],
        *,
        adopt: bool = False,
        force: bool = False,
        progress: Callable[[Progress], None] = lambda _: None,
        finished: Callable[[Target], None] = lambda _: None,
    ) -> None:
        """Carries out reviewed plans; nothing is done unless all of them are safe, and still what would be planned.

        What one project has brought to the site the next one finds there: its plan may be shorter than the reviewed
        one, and is refused when it is longer. Raises as `Provisioning.apply`; `finished` tells each project that is
        done, so that a caller can say how far it came.
        """
        several = len(reviewed) > 1
        fresh = self.plan() if several else tuple(reviewed)  # one project alone is read again as it is applied
        refuse_unsafe(fresh, adopt=adopt, force=force)
        checksum = whole_checksum([p.plan for p in reviewed])
        if whole_checksum([p.plan for p in fresh]) != checksum:
            raise SiteChanged(f"the site changed since the plan {checksum} was made: nothing was done")
        for planned in fresh:
            target = planned.target
            provisioning = Provisioning(self.client, target.project, target.desired, self.patience)
            now = _no_more_than(planned.plan, provisioning.plan()) if several else planned.plan
            provisioning.apply(now, adopt=adopt, force=force, progress=progress)
            finished(target)


def refuse_unsafe(planned: Sequence[Planned], *, adopt: bool, force: bool) -> None:
    """Raises UnsafePlan with every reason why plans may not be carried out, with their projects."""
    reasons = [
        f"{p.plan.project}: {reason}" if len(planned) > 1 else reason
        for p in planned
        for reason in p.refusals(adopt=adopt, force=force)
    ]
    if reasons:
        raise UnsafePlan(tuple(reasons))


def _no_more_than(reviewed: Plan, now: Plan) -> Plan:
    """The present plan of a project; SiteChanged when it does something that was not reviewed."""
    known = {(c.verb, c.kind, c.id) for c in reviewed.changes}
    surplus = [c.noun for c in now.changes if (c.verb, c.kind, c.id) not in known and c.kind is not Kind.RECORD]
    if surplus:
        raise SiteChanged(f"the plan of {now.project} now also does: {', '.join(surplus)}")
    return now
