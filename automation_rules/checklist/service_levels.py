"""Writes a policy's clocks and calendars as an administrator types them into Jira Service Management."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from automation_rules.checklist import words
from automation_rules.checklist.items import Item, ItemKind
from automation_rules.model import PolicyDocument
from automation_rules.sla.model import BY_CONTRACT, DEFAULT_GOAL, CalendarDocument, Condition, Conflict, SlaDocument
from workflows.model import Pack, Text

Names = Callable[[str], str]
"""Gives a status's name on the site for a pack id."""


def service_levels(pack: Pack, document: PolicyDocument, locale: str, status_name: Names) -> list[Item]:
    """One item per clock, then one per calendar that a clock uses."""
    writer = _Writer(pack, document, locale, status_name)
    slas = [writer.sla(sla) for sla in document.slas]
    named = {sla.calendar for sla in document.slas}
    return [*slas, *(writer.calendar(c) for c in document.calendars if c.id in named or BY_CONTRACT in named)]


class _Writer:
    """One policy in one language, with one site's names."""

    def __init__(self, pack: Pack, document: PolicyDocument, locale: str, status_name: Names) -> None:
        self.pack = pack
        self.document = document
        self.locale = locale
        self.status_name = status_name

    def sla(self, sla: SlaDocument) -> Item:
        stops = self._conditions(sla.stop)
        pauses = [p for p in self._conditions(sla.pause) if sla.on_conflict is Conflict.PAUSE or p not in stops]
        told = [(words.START, self._conditions(sla.start)), (words.PAUSE, pauses), (words.STOP, stops)]
        values = [(self._in(label), ", ".join(conditions)) for label, conditions in told if conditions]
        values.append((self._in(words.CYCLE), self._in(words.CYCLES[sla.cycle])))
        values.append((self._in(words.CALENDAR), self._calendar_of(sla)))
        values += self._goals(sla)
        name = sla.jsm_name or (sla.name.in_language(self.locale) if sla.name else sla.id)
        return Item(kind=ItemKind.SLA, name=name, values=tuple(values))

    def calendar(self, calendar: CalendarDocument) -> Item:
        values = [(self._in(words.TIME_ZONE), calendar.time_zone)]
        if calendar.hours == "24/7":
            values.append((self._in(words.HOURS), "24/7"))
        else:
            for day, ranges in calendar.weekly().items():
                hours = ", ".join(f"{start}-{end}" for start, end in ranges)
                values += [(self._in(words.DAYS[day]), hours)] if hours else []
        values += [(self._in(words.HOLIDAYS), ", ".join(calendar.holidays))] if calendar.holidays else []
        closed = ", ".join(day.isoformat() for day in calendar.closed)
        values += [(self._in(words.CLOSED), closed)] if closed else []
        return Item(kind=ItemKind.CALENDAR, name=self._calendar_name(calendar.id), values=tuple(values))

    def _in(self, text: Text) -> str:
        return text.in_language(self.locale)

    def _conditions(self, conditions: Iterable[Condition]) -> list[str]:
        return list(dict.fromkeys(part for one in conditions for part in self._condition(one)))

    def _condition(self, one: Condition) -> list[str]:
        if one.on is not None:
            return [self._in(words.HAPPENINGS[one.on])]
        if one.category is not None:
            return [self._in(words.CATEGORIES[one.category])]
        known = {s.id for s in self.pack.statuses}
        if one.role is not None:
            return [f"“{self.status_name(s.id)}”" for s in self.pack.statuses if s.role is one.role]
        # A status the document names and the workflow does not have (C13) cannot be chosen in Jira.
        return [f"“{self.status_name(one.status)}”"] if one.status in known else []

    def _calendar_name(self, calendar_id: str | None) -> str:
        found = next((c for c in self.document.calendars if c.id == calendar_id), None)
        return found.name.in_language(self.locale) if found and found.name else calendar_id or ""

    def _calendar_of(self, sla: SlaDocument) -> str:
        if sla.calendar == BY_CONTRACT:
            return self._in(words.BY_CONTRACT).format(name=self._calendar_name(sla.default_calendar))
        return self._calendar_name(sla.calendar)

    def _goals(self, sla: SlaDocument) -> list[tuple[str, str]]:
        label = self._in(words.GOAL)
        if not sla.goals and not sla.contract_goals:
            return [(label, self._in(words.NO_GOAL))]
        told = [(label, self._goal(name, str(goal))) for name, goal in sla.goals.items()]
        for calendar, goals in sla.contract_goals.items():
            name = f"{label} ({self._calendar_name(calendar)})"
            told += [(name, self._goal(priority, str(goal))) for priority, goal in goals.items()]
        return told

    def _goal(self, priority: str, goal: str) -> str:
        if priority == DEFAULT_GOAL:
            return f"{self._in(words.OTHERS)} : {goal}"
        named = next((p.name.fr for p in self.pack.priorities if p.id == priority), priority)
        return f'priority = "{named}" : {goal}'
