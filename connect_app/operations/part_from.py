"""Lets go of an issue that left the projects we follow, and says so in the audit."""

from __future__ import annotations

from dataclasses import dataclass

from automation_rules.actions import Action
from connect_app.logs import logger
from connect_app.operations.open_site import OpenSite
from connect_app.operations.parts import Parts
from connect_app.store.ledger import Intent

log = logger(__name__)

FOLLOWED = "followed"
"""The rule of the record that an issue is not followed any more."""


@dataclass(frozen=True, kw_only=True)
class Parted(Action):
    """Nothing that is done in Jira: the record that an issue is not followed any more."""

    why: str

    @property
    def summary(self) -> str:
        """One line for people."""
        return self.why


def part_from(parts: Parts, site: OpenSite, issue_id: str, why: str) -> None:
    """Clears the issue's appointment; what was followed until now gets its last line, what never was gets none.

    What was done to it stays on record, and counts as done should it come back.
    """
    installation = site.installation.id
    followed = parts.store.agenda.of_issue(installation, issue_id)
    parts.store.agenda.clear(installation, issue_id)
    if followed is None:
        return
    known = parts.store.ledger.of_issue(installation, issue_id)
    key = known[-1].issue_key if known else issue_id  # all we have of an issue we never did anything to
    at = parts.clock.now()
    parted = Parted(key=f"parted/{issue_id}/{at.isoformat()}", rule=FOLLOWED, why=f"{key}: {why}")
    intent = Intent(action=parted, issue_id=issue_id, issue_key=key, reasons=(), policy="", owner=parts.owner, at=at)
    if parts.store.ledger.intend(installation, intent):
        parts.store.ledger.finish(installation, parted.key, at=at, result={})
    log.info("issue not followed any more", installation=installation, issue=issue_id, issue_key=key, why=why)
