"""Gives a request its time-logging sub-task, once per month in which somebody works on it (A6-A8)."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from automation_rules import messages, titles
from automation_rules.actions import CreateSubtask
from automation_rules.chronology import means_something, status_at
from automation_rules.conditions import examine
from automation_rules.decision import Decision
from automation_rules.events import Commented, Edited, Event, StatusChanged, Worklogged
from automation_rules.model import ImputationRule
from automation_rules.question import Question
from workflows.model import StatusRole


def listens(_: ImputationRule) -> tuple[type[Event], ...]:
    """Moves, and whatever shows that somebody works on the request."""
    return (StatusChanged, Worklogged, Commented, Edited)


def evaluate(rule: ImputationRule, asked: Question) -> Decision:
    """Whether the event asks for its month's sub-task: an entry into the role, or work while open."""
    issue, policy = asked.issue, asked.policy
    if issue.parent_key is not None:
        return asked.not_concerned(f"it is a sub-task of {issue.parent_key}")
    if policy.role_of(issue.status) is StatusRole.CLOSED:
        return asked.not_concerned("the request is closed")
    if asked.event.at > asked.now:
        return asked.wait(asked.event.at, "it is dated in the future")
    occasion = _occasion(rule, asked)
    if occasion is None:
        return asked.not_concerned("neither an entry into the role nor work on a request taken in charge")
    zone = policy.calendar(rule.calendar).time_zone
    month = f"{asked.event.at.astimezone(ZoneInfo(zone)):%Y-%m}"
    existing = next((subtask for subtask in issue.subtasks if subtask.imputation_month == month), None)
    if existing is not None:
        return asked.not_concerned(f"{existing.key} is the sub-task of {month}")
    internal = (
        rule.internal_for is not None and examine(rule.internal_for, issue, policy.pack, asked.event.at, zone).holds
    )
    action = CreateSubtask(
        key=f"imputation/{issue.id}/{month}",
        rule=rule.id,
        issue_type=rule.issue_type or policy.pack.imputation_issue_type or "",
        title=title(rule.title, asked, asked.event.at, zone),
        month=month,
        billable=not internal,
    )
    return asked.act([action], occasion, f"no imputation sub-task for {month} yet")


def _occasion(rule: ImputationRule, asked: Question) -> str | None:
    """Why the event asks for a sub-task, None when it does not."""
    event = asked.event
    if isinstance(event, StatusChanged) and asked.policy.role_of(event.move.new) is rule.enters_role:
        return f"the request entered {event.move.new}"
    at_work = asked.policy.role_of(status_at(asked.issue, event.at)) not in {None, StatusRole.NEW, StatusRole.CLOSED}
    if at_work and event.by is not None and event.by.is_human and _is_work(event):
        return f"{event.id.partition('/')[0]} by a human on a request taken in charge"
    return None


def _is_work(event: Event) -> bool:
    return not isinstance(event, Edited) or means_something(event.edit)


def title(message: str, asked: Question, at: datetime, time_zone: str) -> str:
    """The sub-task's title, `#88 - Création de l'utilisateur Fabrice - Janvier 2022`; only the summary is cut (A6)."""
    locale = asked.policy.binding.locale
    values = {
        "number": asked.issue.number,
        "month": messages.month_name(at, locale, time_zone),
        "year": f"{at.astimezone(ZoneInfo(time_zone)):%Y}",
    }
    rest = titles.units(messages.render(message, locale, summary="", **values))
    summary = titles.shortened(titles.one_line(asked.issue.summary), titles.LONGEST - rest)
    return messages.render(message, locale, summary=summary, **values)
