"""Writes the lozenge that Jira shows beside our panel's name: the next thing that matters on a request, and its day.

It tells a day, not a number of days: what changes by itself as time passes would have to be written every night for
every request that waits.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date

from automation_rules.facts import Word
from automation_rules.figures_coming import ComingStep, StepKind
from automation_rules.messages import language
from automation_rules.silence import silences
from automation_rules.sla.measure import Measure
from automation_rules.sla.timeline import ClockState
from connect_app.doors.abilities import has_pages_in_jira
from connect_app.jira.marks import lozenge_property
from connect_app.operations.open_site import OpenSite
from connect_app.operations.parts import Parts
from connect_app.operations.publish_property import publish_property
from connect_app.operations.read_request import Request

WORDS = {
    "fr": {
        "late": "délai dépassé",
        "exempt": "exemptée",
        "before": "répondre avant le {day}",
        "reminder": "relance le {day}",
        "closure": "clôture le {day}",
        "quiet": "à jour",
    },
    "en": {
        "late": "overdue",
        "exempt": "exempted",
        "before": "due by {day}",
        "reminder": "reminder on {day}",
        "closure": "closes on {day}",
        "quiet": "up to date",
    },
}


def publish_lozenge(
    parts: Parts, site: OpenSite, request: Request, coming: Iterable[ComingStep], clocks: Iterable[Measure]
) -> None:
    """Writes the lozenge when it differs from what Jira holds, where Jira shows our panel; a refusal is logged.

    A request on which nothing ever mattered gets none. Issue properties are nobody's activity, and no webhook of ours
    tells of them.
    """
    if not has_pages_in_jira(site.installation):
        return
    name = lozenge_property(parts.settings.app_key)
    held = request.raw.properties.get(name)
    value = lozenge(request, coming, clocks, parts.clock.now())
    if value is None and held is None:
        return
    value = value or _lozenge(request, "quiet", "success")
    if held == value:
        return
    publish_property(site, request.issue, name, value, trace=f"relance:lozenge/{request.issue.id}")


def lozenge(
    request: Request, coming: Iterable[ComingStep], clocks: Iterable[Measure], now: datetime
) -> dict[str, Any] | None:
    """What matters most: a clock that is late, an exemption, the end of a running clock, the next step; else None."""
    open_clocks = [clock for clock in clocks if clock.state in {ClockState.RUNNING, ClockState.PAUSED}]
    if any(clock.breached for clock in open_clocks):
        return _lozenge(request, "late", "removed")
    found = silences(request.issue, request.policy, now).values()
    if any(one.reprieve is not None and one.reprieve.word is Word.EXEMPTED for one in found):
        return _lozenge(request, "exempt", "default")
    ends = [clock.breach_time for clock in open_clocks if clock.breach_time is not None]
    steps = sorted(coming, key=lambda step: step.at)
    if ends and (not steps or min(ends) <= steps[0].at):
        return _lozenge(request, "before", "new", min(ends))
    if not steps:
        return None
    if steps[0].kind is StepKind.CLOSURE:
        return _lozenge(request, "closure", "moved", steps[0].at)
    return _lozenge(request, "reminder", "inprogress", steps[0].at)


def _lozenge(request: Request, words: str, kind: str, at: datetime | None = None) -> dict[str, Any]:
    spoken = language(request.bound.binding.locale)
    zone = ZoneInfo(request.policy.calendar().time_zone)
    day = format_date(at.astimezone(zone).date(), "d MMM", locale=spoken) if at else ""
    return {"type": "lozenge", "value": {"label": WORDS[spoken][words].format(day=day), "type": kind}}
