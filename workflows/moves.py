"""Chooses where issues go when their status leaves the workflow: as told, else by its words, else by its meaning."""

from __future__ import annotations

from collections.abc import Mapping

from workflows.graph import Graph, StatusNames, folded
from workflows.model import Pack, StatusRole, Workflow

_TEMPLATE: Mapping[StatusRole, tuple[str, ...]] = {
    StatusRole.NEW: (
        "Open",
        "Ouvert",
        "To Do",
        "À faire",
        "New",
        "Reopened",
        "Waiting for support",
        "En attente de support",
    ),
    StatusRole.IN_PROGRESS: (
        "In Progress",
        "En cours",
        "Work in progress",
        "Escalated",
        "Remontée",
        "Under investigation",
    ),
    StatusRole.WAITING_CUSTOMER: ("Waiting for customer", "En attente du client", "Awaiting customer"),
    StatusRole.WAITING_APPROVAL: ("Waiting for approval", "En attente d'approbation"),
    StatusRole.WAITING_THIRD_PARTY: ("Pending", "En attente"),
    StatusRole.PLANNED: ("Planning", "Scheduled", "Planifiée"),
    StatusRole.CLOSED: (
        "Closed",
        "Fermée",
        "Fermé",
        "Resolved",
        "Résolue",
        "Done",
        "Terminé",
        "Terminée",
        "Canceled",
        "Annulée",
    ),
}
"""The statuses of Jira's own service project templates, in English and French, and what they mean."""

_ROLES = {folded(name): role for role, names in _TEMPLATE.items() for name in names}


def role_of(status_name: str) -> StatusRole | None:
    """What a status of Jira's own templates means, by its English or French name; None for any other name."""
    return _ROLES.get(folded(status_name))


def target(pack: Pack, workflow: Workflow, status_name: str, told: Mapping[str, str]) -> str | None:
    """The pack's status that issues in a status of this name go to, or None when only people can say.

    `told` maps folded Jira names to pack ids and comes first. A target outside the workflow is never chosen.
    """
    allowed = Graph(workflow).statuses
    name = folded(status_name)
    english = {folded(s.name.en): s.id for s in pack.statuses}
    by_role = next((s.id for s in pack.statuses if s.role is _ROLES.get(name) and s.id in allowed), None)
    for candidate in (told.get(name), StatusNames(pack).find(status_name), english.get(name), by_role):
        if candidate in allowed:
            return candidate
    return None
