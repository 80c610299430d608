"""The words of the pages in French, the reference, and in English."""

from __future__ import annotations

from typing import Literal

Language = Literal["fr", "en"]

_WORDS: dict[str, tuple[str, str]] = {
    "agent_view": ("Vue des agents", "Agent view"),
    "portal": ("Portail client", "Customer portal"),
    "viewer": ("Vu par", "Seen by"),
    "switch": ("Changer", "Switch"),
    "clock": ("Horloge de test", "Test clock"),
    "hour": ("+1 heure", "+1 hour"),
    "day": ("+1 jour", "+1 day"),
    "projects": ("Projets", "Projects"),
    "requests": ("Demandes", "Requests"),
    "my_requests": ("Mes demandes", "My requests"),
    "organization_requests": ("Demandes de mon organisation", "My organisation's requests"),
    "new_request": ("Nouvelle demande", "New request"),
    "nothing": ("Rien ici.", "Nothing here."),
    "key": ("Référence", "Reference"),
    "summary": ("Résumé", "Summary"),
    "status": ("Statut", "Status"),
    "type": ("Type", "Type"),
    "assignee": ("Responsable", "Assignee"),
    "reporter": ("Rapporteur", "Reporter"),
    "created": ("Création", "Created"),
    "fields": ("Champs", "Fields"),
    "description": ("Description", "Description"),
    "transitions": ("Changer de statut", "Change the status"),
    "comments": ("Commentaires", "Comments"),
    "public": ("Public", "Public"),
    "internal": ("Interne", "Internal"),
    "public_help": ("Visible par le client", "The customer sees it"),
    "internal_help": ("Visible par les agents seulement", "Only agents see it"),
    "add_comment": ("Ajouter un commentaire", "Add a comment"),
    "reply_customer": ("Répondre au client", "Reply to the customer"),
    "note_internal": ("Note interne", "Internal note"),
    "send": ("Envoyer", "Send"),
    "subtasks": ("Sous-tâches", "Sub-tasks"),
    "parent": ("Demande parente", "Parent request"),
    "worklogs": ("Temps passé", "Work log"),
    "log_work": ("Saisir du temps", "Log work"),
    "time_spent": ("Durée (1h 30m)", "Time spent (1h 30m)"),
    "history": ("Historique", "History"),
    "properties": ("Propriétés", "Properties"),
    "participants": ("Participants", "Participants"),
    "activity": ("Activité", "Activity"),
    "create": ("Créer", "Create"),
    "choose_type": ("De quoi avez-vous besoin ?", "What do you need?"),
    "required": ("obligatoire", "required"),
    "refused": ("Le site a refusé", "The site refused"),
    "back": ("Revenir", "Go back"),
    "resolution": ("Résolution", "Resolution"),
    "administration": ("Administration", "Administration"),
    "anonymous": ("Personne (non connecté)", "Nobody (not logged in)"),
    "app_pages": ("Pages des applications", "Pages of apps"),
    "actions": ("Actions", "Actions"),
    "theme": ("Clair / sombre", "Light / dark"),
    "close": ("Fermer", "Close"),
    "submit": ("Envoyer", "Submit"),
    "cancel": ("Annuler", "Cancel"),
    "no_bridge": (
        "Le pont d'Atlassian manque : les boutons des applications restent muets (sh scripts/bridge.sh le télécharge).",
        "Atlassian's bridge is missing: the buttons of apps stay mute (sh scripts/bridge.sh fetches it).",
    ),
    "other_language": ("English", "Français"),
}


def words(language: Language) -> dict[str, str]:
    """Every label in one language."""
    place = 0 if language == "fr" else 1
    return {name: pair[place] for name, pair in _WORDS.items()}
