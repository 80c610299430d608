"""Finds closures that come before the last reminder, within a rule's parameters or between two rules."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from automation_rules.durations import DurationValue
from automation_rules.linter.subject import Subject
from automation_rules.model import InactivityRule
from automation_rules.units import Unit
from workflows.checks import CLOSURE_TOO_EARLY
from workflows.document import Problem

_MINUTES = {Unit.MINUTES: 1, Unit.HOURS: 60, Unit.DAYS: 1440}
"""The units of elapsed time, which can be compared with each other; business time only compares with its own unit."""


def too_early(subject: Subject) -> Iterator[Problem]:
    """Each closure that may come before a reminder of the same silence."""
    for index, rule in subject.silences():
        yield from _within(subject, index, rule)
        for other_index, other in subject.silences():
            if other_index != index:
                yield from _between(subject, index, rule, other)


def _within(subject: Subject, index: int, rule: InactivityRule) -> Iterator[Problem]:
    """With literal delays the document itself is refused; this is about those a parameter gives."""
    delays = [subject.delay(step.after) for step in rule.steps]
    for place, (earlier, later) in enumerate(pairwise(delays), start=1):
        if earlier is not None and later is not None and not _before(earlier, later):
            message = f'the step {later} of rule "{rule.id}" does not come after the step {earlier} before it'
            yield subject.source.problem(("rules", index, "steps", place), message, check=CLOSURE_TOO_EARLY)


def _between(subject: Subject, index: int, rule: InactivityRule, other: InactivityRule) -> Iterator[Problem]:
    """A rule that moves a request on, against the reminders another one sends in the same status."""
    last = rule.steps[-1]
    closing = subject.delay(last.after)
    if last.move_to is None or closing is None or not _same_requests(rule, other):
        return
    if not subject.statuses(rule) & subject.statuses(other):
        return
    for step in other.steps:
        reminding = subject.delay(step.after)
        if step.move_to is not None or reminding is None or not _comparable(reminding, closing):
            continue
        if not _before(reminding, closing):
            message = (
                f'the rule "{rule.id}" moves a silent request after {closing}, '
                f'before "{other.id}" has reminded of it after {reminding}'
            )
            place = ("rules", index, "steps", len(rule.steps) - 1)
            yield subject.source.problem(place, message, check=CLOSURE_TOO_EARLY)


def _same_requests(rule: InactivityRule, other: InactivityRule) -> bool:
    mine, theirs = set(rule.when.request_type), set(other.when.request_type)
    return not mine or not theirs or bool(mine & theirs)


def _comparable(one: DurationValue, other: DurationValue) -> bool:
    return one.unit is other.unit or {one.unit, other.unit} <= set(_MINUTES)


def _before(earlier: DurationValue, later: DurationValue) -> bool:
    if earlier.unit is later.unit:
        return earlier.count < later.count
    if not _comparable(earlier, later):
        return False
    return earlier.count * _MINUTES[earlier.unit] < later.count * _MINUTES[later.unit]
