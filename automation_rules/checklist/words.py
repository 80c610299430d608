"""The words of the checklist, in the administrator's language."""

from __future__ import annotations

from automation_rules.checklist.items import Finding, ItemKind
from automation_rules.sla.model import Cycle, Happening
from workflows.model import StatusCategory, Text

TITLE = Text(fr="À faire à la main dans Jira", en="To do by hand in Jira")
INTRODUCTION = Text(
    fr="Aucune interface publique de Jira ne permet de faire ce qui suit. Recopiez les valeurs telles quelles.",
    en="No public interface of Jira can do what follows. Copy the values as they stand.",
)

HEADINGS = {
    ItemKind.REQUEST_TYPE: Text(
        fr="Types de demande : chacun dans un groupe du portail (Paramètres du projet › Types de demande)",
        en="Request types: each in a portal group (Project settings › Request types)",
    ),
    ItemKind.SLA: Text(fr="SLA (Paramètres du projet › SLA)", en="SLAs (Project settings › SLAs)"),
    ItemKind.CALENDAR: Text(
        fr="Calendriers (Paramètres du projet › SLA › Calendriers)",
        en="Calendars (Project settings › SLAs › Calendars)",
    ),
    ItemKind.QUEUE: Text(fr="Files d'attente", en="Queues"),
    ItemKind.PRIORITY: Text(
        fr="Priorités : dans le schéma de priorités du projet", en="Priorities: in the project's priority scheme"
    ),
    ItemKind.MAIL: Text(
        fr="Notifications client (Paramètres du projet › Notifications client)",
        en="Customer notifications (Project settings › Customer notifications)",
    ),
    ItemKind.WEBHOOK: Text(
        fr="Webhook d'administration (Système › WebHooks)", en="Administrator's webhook (System › WebHooks)"
    ),
}

FINDINGS = {
    Finding.DONE: Text(fr="fait", en="done"),
    Finding.MISSING: Text(fr="absent", en="missing"),
    Finding.DIFFERENT: Text(fr="différent", en="different"),
    Finding.UNREADABLE: Text(fr="illisible par l'API : à vérifier à l'œil", en="not readable: check by eye"),
}
NO_GROUP = Text(fr="dans aucun groupe : invisible sur le portail", en="in no group: not on the portal")

ISSUE_TYPE = Text(fr="Type de ticket", en="Issue type")
GROUP = Text(fr="Groupe", en="Group")
ANY_GROUP = Text(fr="au choix, mais un groupe", en="any, but one")
START = Text(fr="Démarre", en="Starts")
PAUSE = Text(fr="En pause", en="Paused")
STOP = Text(fr="S'arrête", en="Stops")
CYCLE = Text(fr="Cycles", en="Cycles")
CALENDAR = Text(fr="Calendrier", en="Calendar")
BY_CONTRACT = Text(fr="celui du contrat ; par défaut {name}", en="that of the contract; by default {name}")
GOAL = Text(fr="Objectif", en="Goal")
NO_GOAL = Text(fr="aucun : l'horloge mesure sans échéance", en="none: the clock measures without a deadline")
OTHERS = Text(fr="tous les autres tickets", en="all other issues")
TIME_ZONE = Text(fr="Fuseau horaire", en="Time zone")
HOURS = Text(fr="Heures ouvrées", en="Working hours")
HOLIDAYS = Text(fr="Jours fériés", en="Holidays")
CLOSED = Text(fr="Fermetures", en="Closed on")
JQL = Text(fr="JQL", en="JQL")
STATE = Text(fr="État", en="State")
ON = Text(fr="activée", en="on")
OFF_ASSIGNEE = Text(fr="désactivée : Relance prévient la personne assignée", en="off: Relance tells the assignee")
OFF = Text(fr="désactivée : Relance le dit dans un commentaire public", en="off: Relance says it in a public comment")
SUBJECT = Text(fr="Objet", en="Subject")
ADDRESS = Text(fr="Adresse", en="URL")
EVENTS = Text(fr="Événements", en="Events")
FILTER = Text(fr="Filtre JQL", en="JQL filter")
SECRET = Text(fr="Secret", en="Secret")
SAME_SECRET = Text(fr="celui que Relance connaît pour ce site", en="the one Relance knows for this site")

CYCLES = {
    Cycle.FIRST: Text(fr="un seul : ne redémarre jamais", en="one only: never starts again"),
    Cycle.EACH: Text(fr="un nouveau à chaque démarrage", en="a new one at each start"),
    Cycle.RESUME: Text(fr="le même continue après un arrêt", en="the same one goes on after a stop"),
}
HAPPENINGS = {
    Happening.CREATED: Text(fr="à la création du ticket", en="when the issue is created"),
    Happening.PRIORITY_CHANGED: Text(fr="au changement de priorité", en="when the priority changes"),
    Happening.PUBLIC_AGENT_COMMENT: Text(
        fr="à un commentaire de l'équipe au client", en="when the team comments for customers"
    ),
}
CATEGORIES = {
    StatusCategory.TODO: Text(fr="tout statut « À faire »", en="any status of category To Do"),
    StatusCategory.IN_PROGRESS: Text(fr="tout statut « En cours »", en="any status of category In Progress"),
    StatusCategory.DONE: Text(fr="tout statut « Terminé »", en="any status of category Done"),
}
DAYS = {
    "mon": Text(fr="lundi", en="Monday"),
    "tue": Text(fr="mardi", en="Tuesday"),
    "wed": Text(fr="mercredi", en="Wednesday"),
    "thu": Text(fr="jeudi", en="Thursday"),
    "fri": Text(fr="vendredi", en="Friday"),
    "sat": Text(fr="samedi", en="Saturday"),
    "sun": Text(fr="dimanche", en="Sunday"),
}

QUEUE_TO_DO = Text(fr="À traiter", en="To do")
QUEUE_UNASSIGNED = Text(fr="Non assignés", en="Unassigned")
QUEUE_CUSTOMER = Text(fr="En attente du client", en="Waiting for the customer")
QUEUE_OTHERS = Text(fr="En attente d'un tiers ou en interne", en="Waiting for others")
QUEUE_PLANNED = Text(fr="Planifiés", en="Planned")

MAIL_CREATED = Text(fr="Demande créée", en="Request created")
MAIL_STATUS = Text(fr="Statut de la demande modifié / demande résolue", en="Request status changed / request resolved")
MAIL_COMMENT = Text(fr="Commentaire public ajouté", en="Public comment added")
MAIL_PARTICIPANT = Text(fr="Participant ajouté", en="Participant added")
MAIL_ASSIGNEE = Text(
    fr="Schéma de notification du projet : « Ticket commenté » vers la personne assignée",
    en="Notification scheme of the project: “Issue commented” to the current assignee",
)
