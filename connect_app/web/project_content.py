"""Prepares what the templates of a project's page say, inside Jira and outside."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from automation_rules.billing_month import months_before
from automation_rules.binding import Mode
from automation_rules.figures_coming import ComingStep, StepKind
from automation_rules.figures_time import MonthTime
from connect_app.operations.recently import Reading
from connect_app.operations.show_project import ProjectFigures
from connect_app.operations.write_sheet import Cell
from connect_app.web.project_tables import (
    Table,
    clock_table,
    forecast_table,
    month_words,
    shown,
    status_table,
    time_table,
)
from connect_app.web.words import gettext, moment, ngettext

MOST_SHOWN = 100
MONTHS_BACK = 12


def contents(figures: ProjectFigures) -> dict[str, Any]:
    """Everything but the time."""
    return {
        "figures": figures,
        "notices": list(notices(figures)),
        "by_status": status_table(figures),
        "forecast": forecast_table(figures.steps),
        "clocks": clock_table(figures),
        "goalless": any(one.without_goal for months in figures.clocks.values() for one in months),
        "months": (),
        "most_shown": MOST_SHOWN,
        "shown": shown,
        "step_words": step_words,
    }


def missing(state: str) -> dict[str, Any]:
    """A page without figures: `foreign` for what is not the viewer's, `failed` when Jira does not answer."""
    return {"figures": None, "state": state}


def month_choice(present: str) -> dict[str, Any]:
    """The months whose time can be asked for, the present one first."""
    months = [months_before(present, back) for back in range(MONTHS_BACK + 1)]
    return {"months": [(month, month_words(month)) for month in months], "month": present}


def time_contents(reading: Reading[MonthTime]) -> dict[str, Any]:
    """The time of one month."""
    time = reading.value
    return {
        "time": time_table(time),
        "month": time.month,
        "time_made_at": reading.made_at,
        "time_words": " ".join(_time_words(time)),
    }


def notices(figures: ProjectFigures) -> Iterator[str]:
    """What a reader must know before believing the figures."""
    if figures.mode is Mode.OFF:
        yield gettext("Relance is switched off in this project: nothing is done, and nothing new is worked out.")
    elif figures.mode is Mode.DRY_RUN:
        yield gettext("Relance is in dry run here: it says what it would do, does nothing, and publishes no clock.")
    if figures.late:
        yield gettext("Jira does not answer, or asks us to wait: these are the last figures we have.")
    if figures.steps.overdue:
        yield ngettext(
            "%(num)d step is due already and counts today.",
            "%(num)d steps are due already and count today.",
            figures.steps.overdue,
        ) % {"num": figures.steps.overdue}
    if figures.unknown:
        yield ngettext(
            "%(num)d open request was not looked at yet: what is to come of it is missing.",
            "%(num)d open requests were not looked at yet: what is to come of them is missing.",
            figures.unknown,
        ) % {"num": figures.unknown}
    if figures.read.open_left_out:
        yield gettext("There are more open requests than this page reads: the oldest %(count)s are counted.") % {
            "count": len(figures.read.open)
        }
    if figures.read.done_left_out:
        yield gettext("So many requests were done that the older months of the clocks are not complete.")


def step_words(step: ComingStep | None) -> str:
    """What a step is."""
    if step is None:
        return gettext("The rules look again")
    return gettext("Closure") if step.kind is StepKind.CLOSURE else gettext("Reminder")


def sheet_of(figures: ProjectFigures, name: str) -> list[tuple[Cell, ...]] | None:
    """The rows of one sheet with its heading; None for a name that is none."""
    if name == "steps":
        return _steps_sheet(figures)
    tables = (status_table(figures), forecast_table(figures.steps), clock_table(figures))
    return next((rows_of(table) for table in tables if table.name == name), None)


def rows_of(table: Table) -> list[tuple[Cell, ...]]:
    """A table with its heading and its total."""
    rows = [tuple(cell.isoformat() if isinstance(cell, date) else cell for cell in row) for row in table.rows]
    return [table.columns, *rows, *([table.total] if table.total else [])]


def _steps_sheet(figures: ProjectFigures) -> list[tuple[Cell, ...]]:
    zone = ZoneInfo(figures.time_zone)
    heading = (gettext("When"), gettext("Request"), gettext("Summary"), gettext("Step"), gettext("Rule"))
    rows = [
        (
            f"{one.at.astimezone(zone):%Y-%m-%d %H:%M}",
            one.issue_key,
            " ".join(one.summary.split()),
            step_words(one.step),
            one.step.rule if one.step else one.why,
        )
        for one in figures.upcoming
    ]
    return [heading, *rows]


def _time_words(time: MonthTime) -> Iterator[str]:
    if time.to_bill_seconds is not None:
        yield gettext("To bill: %(hours)s h, of which %(corrections)s h are corrections of earlier months.") % {
            "hours": shown(round(time.to_bill_seconds / 3600, 4)),
            "corrections": shown(round((time.correction_seconds or 0) / 3600, 4)),
        }
        if time.billed_at is None:
            yield gettext("This month is not billed yet.")
        else:
            yield gettext("Billed on %(moment)s.") % {"moment": moment(time.billed_at)}
    if time.remarks:
        yield ngettext("%(num)d remark: the bill tells it.", "%(num)d remarks: the bill tells them.", time.remarks) % {
            "num": time.remarks
        }
