"""Says what a bill's columns and kinds are called, in the two languages, and writes seconds, dates and months."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal

from automation_rules.billing import Kind
from automation_rules.billing_remarks import Doubt, Remark
from automation_rules.corrections import Change

FRENCH: Mapping[str, str] = {
    "title": "Facturation",
    "customer": "Client",
    "request": "Demande",
    "summary": "Intitulé",
    "type": "Type",
    "consultant": "Consultant",
    "kind": "Nature",
    "month": "Mois",
    "worked": "Temps passé (h)",
    "billed": "Facturé (h)",
    "internal": "Interne (h)",
    "before": "Facturé auparavant (h)",
    "after": "À présent (h)",
    "difference": "Écart facturé (h)",
    "change": "Modification",
    "total": "Total",
    "total_month": "Facturé ce mois",
    "total_worked": "Temps passé ce mois",
    "total_corrections": "Corrections des mois précédents",
    "to_bill": "À facturer",
    "lines": "Détail",
    "corrections": "Corrections",
    "since": "Modifié depuis la facturation de ce mois",
    "later": "Reporté (h)",
    "corrected": "Corrections (h)",
    "asked": "À facturer (h)",
    "put_off": "Modifications reportées sur un mois suivant",
    "since_note": "facturé avec un mois suivant",
    "estimates": "Chiffrages",
    "version": "Version",
    "versions": "Versions des chiffrages",
    "amount": "Chiffrage",
    "written": "Écrit le",
    "validated": "Validé le",
    "validated_total": "Chiffrage validé (h)",
    "margin": "Marge (h)",
    "remarks": "Remarques",
    "by_request": "Par demande",
    "by_customer": "Par client",
    "by_consultant": "Par consultant",
    "no_customer": "(sans organisation)",
    "unknown": "(compte supprimé)",
    "exported": "Facturé le",
    "not_exported": "Aperçu : rien n'est encore facturé",
    Kind.TIME: "temps",
    Kind.ANALYSIS: "analyse (interne)",
    Kind.REALISATION: "réalisation (interne)",
    Kind.ESTIMATE: "chiffrage validé",
    Change.ADDED: "ajouté",
    Change.CHANGED: "modifié",
    Change.REMOVED: "supprimé",
    Doubt.TIME_ON_REQUEST: "{key} : {minutes} min sont sur la demande, pas sur sa tâche d'imputation : non facturées",
    Doubt.TYPE_WITHOUT_BASIS: "{key} : le type « {name} » n'a pas de base de facturation, son temps n'est pas facturé",
    Doubt.SEVERAL_CUSTOMERS: "{key} : appartient à plusieurs clients, tous nommés sur ses lignes",
    Doubt.OTHER_MONTH: "{key} : du temps de {month} est saisi sur {subtask}, tâche du mois : {subtask_month}",
    Doubt.FIELD_UNKNOWN: "{key} : le champ « {name} » n'est pas connu du projet, aucun chiffrage n'est facturé",
    Doubt.NOT_AN_AMOUNT: "{key} : le chiffrage « {name} » n'est pas un montant, il n'est pas facturé",
    Doubt.APPROVED_NOTHING: "{key} : validé le {at} sans chiffrage, rien n'est facturé à ce titre",
    Doubt.REQUEST_UNREADABLE: "{key} : sa demande ne peut pas être lue, son temps n'est pas facturé",
}
ENGLISH: Mapping[str, str] = {
    "title": "Billing",
    "customer": "Customer",
    "request": "Request",
    "summary": "Summary",
    "type": "Type",
    "consultant": "Consultant",
    "kind": "Kind",
    "month": "Month",
    "worked": "Time spent (h)",
    "billed": "Billed (h)",
    "internal": "Internal (h)",
    "before": "Billed before (h)",
    "after": "Now (h)",
    "difference": "Billed difference (h)",
    "change": "Change",
    "total": "Total",
    "total_month": "Billed this month",
    "total_worked": "Time spent this month",
    "total_corrections": "Corrections of earlier months",
    "to_bill": "To bill",
    "lines": "Details",
    "corrections": "Corrections",
    "since": "Changed since this month was billed",
    "later": "Put off (h)",
    "corrected": "Corrections (h)",
    "asked": "To bill (h)",
    "put_off": "Changes put off to a later month",
    "since_note": "billed with a later month",
    "estimates": "Estimates",
    "version": "Version",
    "versions": "Versions of the estimates",
    "amount": "Estimate",
    "written": "Written on",
    "validated": "Validated on",
    "validated_total": "Validated estimate (h)",
    "margin": "Margin (h)",
    "remarks": "Remarks",
    "by_request": "By request",
    "by_customer": "By customer",
    "by_consultant": "By consultant",
    "no_customer": "(no organisation)",
    "unknown": "(deleted account)",
    "exported": "Billed on",
    "not_exported": "Preview: nothing is billed yet",
    Kind.TIME: "time",
    Kind.ANALYSIS: "analysis (internal)",
    Kind.REALISATION: "realisation (internal)",
    Kind.ESTIMATE: "validated estimate",
    Change.ADDED: "added",
    Change.CHANGED: "changed",
    Change.REMOVED: "removed",
    Doubt.TIME_ON_REQUEST: "{key}: {minutes} min are logged on the request, not on its imputation sub-task: not billed",
    Doubt.TYPE_WITHOUT_BASIS: "{key}: the type “{name}” has no billing basis, its time is not billed",
    Doubt.SEVERAL_CUSTOMERS: "{key}: belongs to several customers, its lines name them all",
    Doubt.OTHER_MONTH: "{key}: time of {month} is logged on {subtask}, the sub-task of {subtask_month}",
    Doubt.FIELD_UNKNOWN: "{key}: the project does not know the field “{name}”, no estimate is billed",
    Doubt.NOT_AN_AMOUNT: "{key}: the estimate “{name}” is not an amount, it is not billed",
    Doubt.APPROVED_NOTHING: "{key}: approved on {at} without an estimate, nothing is billed for it",
    Doubt.REQUEST_UNREADABLE: "{key}: its request cannot be read, its time is not billed",
}


def words(locale: str) -> Mapping[str, str]:
    """Every word of a bill in a binding's language; French when the language is unknown."""
    return ENGLISH if locale.lower().startswith("en") else FRENCH


def hours(seconds: int) -> float:
    """Seconds as hours, less than a second off; sums are made in seconds before."""
    return round(seconds / 3600, 4)


def number_words(number: float, locale: str) -> str:
    """A number with two decimals as readers of the language write it: `1 234,50`."""
    return format_decimal(number, "#,##0.00", locale=locale.replace("-", "_"))


def month_words(month: str, locale: str) -> str:
    """`octobre 2026`."""
    year, number = map(int, month.split("-"))
    return format_date(date(year, number, 1), "MMMM y", locale=locale.replace("-", "_"))


def instant_words(instant: datetime, time_zone: str, locale: str) -> str:
    """An instant as people of the desk write it."""
    zone = ZoneInfo(time_zone)
    return format_datetime(instant.astimezone(zone), "short", tzinfo=zone, locale=locale.replace("-", "_"))


def remark_words(remark: Remark, time_zone: str, locale: str) -> str:
    """A remark as a sentence; what it quotes of others is put in as it is, and never read as a format."""
    return words(locale)[remark.what].format(
        key=remark.key,
        minutes=remark.minutes,
        name=remark.name,
        month=month_words(remark.month, locale) if remark.month else "",
        subtask=remark.subtask,
        subtask_month=month_words(remark.subtask_month, locale) if remark.subtask_month else "",
        at=instant_words(remark.at, time_zone, locale) if remark.at else "",
    )
