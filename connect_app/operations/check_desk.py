"""Writes the checklist of a project in the administrator's language, and reads back what Jira shows of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from automation_rules.checklist.items import Item, Verdict, judge
from automation_rules.checklist.writing import Place, checklist
from automation_rules.model import PolicyDocument
from connect_app.jira.desk_reading import read_desk
from connect_app.jira.patience import PatientClient
from workflows.blueprint import found_status
from workflows.model import Pack
from workflows.site import SiteState


@dataclass(frozen=True, kw_only=True)
class CheckedDesk:
    """The checklist of a project, and what the site shows of each item."""

    items: tuple[Item, ...]
    verdicts: Mapping[Item, Verdict]


def desk_items(
    pack: Pack, document: PolicyDocument | None, state: SiteState, locale: str, webhook: str | None
) -> tuple[Item, ...]:
    """The checklist with the names this site gives to the pack's statuses."""
    names = {status.id: found.name for status in pack.statuses if (found := found_status(status, state))}
    place = Place(project=state.project.key, locale=locale, statuses=names, webhook=webhook)
    return checklist(pack, document, place)


def check_desk(jira: PatientClient, project: str, items: tuple[Item, ...]) -> CheckedDesk:
    """What the site shows of a checklist. Raises as the client."""
    desk = read_desk(jira, project)
    return CheckedDesk(items=items, verdicts={item: judge(item, desk) for item in items})
