"""The names a site gives to its own statuses, types and priorities when it is opened in French."""

from __future__ import annotations

from typing import Literal

from jira_sandbox.state.site import Site

Language = Literal["en", "fr"]

_FRENCH = {
    "Open": "Ouvert",
    "In Progress": "En cours",
    "In progress": "En cours",
    "Reopened": "Rouvert",
    "Resolved": "Résolu",
    "Closed": "Fermé",
    "Waiting for support": "En attente de support",
    "Waiting for customer": "En attente du client",
    "Pending": "En attente",
    "Escalated": "Remontée",
    "Canceled": "Annulé",
    "Service Request": "Demande de service",
    "Task": "Tâche",
    "Sub-task": "Sous-tâche",
    "Highest": "La plus haute",
    "High": "Haute",
    "Medium": "Moyenne",
    "Low": "Basse",
    "Lowest": "La plus basse",
    "Done": "Terminé",
    "Won't Do": "Ne sera pas fait",
    "Duplicate": "Doublon",
    "Cannot Reproduce": "Impossible à reproduire",
}


def in_language(site: Site, name: str) -> str:
    """What the site calls something of Jira's own."""
    return _FRENCH.get(name, name) if site.language == "fr" else name


def translate(site: Site) -> None:
    """Renames what a new site brings; its workflow “jira” keeps its name, as on real sites."""
    for objects in (site.statuses, site.issue_types, site.priorities, site.resolutions):
        for item in objects.values():
            item.name = in_language(site, item.name)
