"""Turns a project's figures into tables: the same ones for the page, its pictures and its sheets."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from babel.dates import format_date
from babel.numbers import format_decimal

from automation_rules.figures_clocks import ClockMonth
from automation_rules.figures_coming import StepsByDay
from automation_rules.figures_time import CustomerTime, MonthTime
from connect_app.operations.show_project import ProjectFigures
from connect_app.operations.write_sheet import Cell
from connect_app.web.words import day, duration, gettext, ngettext, reader_language


class Month(str):
    """A month as `2026-10`, which readers see as `octobre 2026`."""

    __slots__ = ()


@dataclass(frozen=True)
class Bar:
    """One line of a picture: `whole` and `part` are lengths as shares of 100, drawn full and thin."""

    label: str
    text: str
    whole: float
    part: float = 0.0


@dataclass(frozen=True)
class Picture:
    """Bars under one title."""

    title: str
    bars: tuple[Bar, ...]


@dataclass(frozen=True, kw_only=True)
class Table:
    """Numbers with their pictures; `name` is the sheet's, the first cell of a row says what the row is about.

    The first `worded` columns are words, the others numbers. Days are dates, which a sheet has as `2026-10-31`.
    """

    name: str
    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell | date, ...], ...]
    total: tuple[Cell, ...] | None = None
    worded: int = 1
    pictures: tuple[Picture, ...] = ()


def shown(cell: Cell | date) -> str:
    """A cell as readers of the language write it; numbers with two decimals at most."""
    if cell is None:
        return "–"
    if isinstance(cell, date):
        return day(cell)
    if isinstance(cell, Month):
        return month_words(cell)
    return cell if isinstance(cell, str) else format_decimal(cell, "#,##0.##", locale=reader_language())


def status_table(figures: ProjectFigures) -> Table:
    """Open requests by status and age."""
    language, table = reader_language(), figures.ages
    ages = (
        gettext("Under 1 day"),
        gettext("1 to 3 days"),
        gettext("3 to 7 days"),
        gettext("7 to 14 days"),
        gettext("14 to 30 days"),
        gettext("30 days or more"),
    )
    names = [
        row.status_name if row.status is None else figures.status_names[row.status].in_language(language)
        for row in table.rows
    ]
    by_status = [(name, row.total) for name, row in zip(names, table.rows, strict=True)]
    return Table(
        name="status",
        title=gettext("Open requests by status and age"),
        columns=(gettext("Status"), *ages, gettext("Total")),
        rows=tuple((name, *row.counts, row.total) for name, row in zip(names, table.rows, strict=True)),
        total=(gettext("Total"), *table.by_age, table.total),
        pictures=(
            Picture(gettext("By status"), _counted(by_status)),
            Picture(gettext("By age"), _counted(list(zip(ages, table.by_age, strict=True)))),
        ),
    )


def forecast_table(steps: StepsByDay) -> Table:
    """Reminders and closures of the coming days."""
    largest = max((one.reminders + one.closures for one in steps.days), default=0)
    bars = tuple(
        Bar(
            day(one.day),
            _steps(one.reminders, one.closures),
            _share(one.reminders, largest),
            _share(one.closures, largest),
        )
        for one in steps.days
    )
    return Table(
        name="forecast",
        title=gettext("Reminders and closures of the next 14 days"),
        columns=(gettext("Day"), gettext("Reminders"), gettext("Closures")),
        rows=tuple((one.day, one.reminders, one.closures) for one in steps.days),
        total=(gettext("Total"), steps.reminders, steps.closures),
        pictures=(Picture(gettext("Full: reminders. Thin: closures."), bars),),
    )


def clock_table(figures: ProjectFigures) -> Table:
    """How the clocks were kept, by clock and month."""
    language = reader_language()
    rows: list[tuple[Cell, ...]] = []
    pictures: list[Picture] = []
    for sla, months in figures.clocks.items():
        name = figures.clock_names[sla].in_language(language)
        rows += [(name, *_clock_cells(one)) for one in months]
        bars = tuple(Bar(month_words(one.month), _kept(one), _share(one.kept, one.decided)) for one in months)
        pictures.append(Picture(name, bars))
    return Table(
        name="clocks",
        title=gettext("Service levels by month"),
        columns=(
            gettext("Clock"),
            gettext("Month"),
            gettext("Kept"),
            gettext("Missed"),
            gettext("Kept (%)"),
            gettext("Without a goal"),
            gettext("Median time counted (h)"),
        ),
        rows=tuple(rows),
        worded=2,
        pictures=tuple(pictures),
    )


def time_table(time: MonthTime) -> Table:
    """A month's time by customer, with what is billed where the desk bills."""
    billing = time.to_bill_seconds is not None
    columns = [gettext("Customer"), gettext("Time spent (h)")]
    columns += [gettext("Billed (h)"), gettext("Internal (h)")] if billing else []
    totals = (time.worked_seconds, *((time.billed_seconds, time.internal_seconds) if billing else ()))
    largest = max((abs(_weight(one)) for one in time.customers), default=0)
    bars = tuple(
        Bar(
            _customer(one),
            _hours_text(one),
            _share(one.worked_seconds, largest),
            _share(one.billed_seconds or 0, largest),
        )
        for one in time.customers
    )
    title = gettext("Full: time spent. Thin: billed.") if billing else gettext("Time spent")
    return Table(
        name="time",
        title=gettext("Time and billing by customer") if billing else gettext("Time by customer"),
        columns=tuple(columns),
        rows=tuple((_customer(one), *map(_hours, _seconds(one, billing=billing))) for one in time.customers),
        total=(gettext("Total"), *map(_hours, totals)),
        pictures=(Picture(title, bars),),
    )


def month_words(month: str) -> str:
    """`octobre 2026`, in the reader's language."""
    year, number = map(int, month.split("-"))
    return format_date(date(year, number, 1), "MMMM y", locale=reader_language())


def _counted(pairs: list[tuple[str, int]]) -> tuple[Bar, ...]:
    largest = max((count for _, count in pairs), default=0)
    return tuple(Bar(label, shown(count), _share(count, largest)) for label, count in pairs)


def _steps(reminders: int, closures: int) -> str:
    told = []
    if reminders:
        told.append(ngettext("%(num)d reminder", "%(num)d reminders", reminders) % {"num": reminders})
    if closures:
        told.append(ngettext("%(num)d closure", "%(num)d closures", closures) % {"num": closures})
    return ", ".join(told) or "–"


def _clock_cells(one: ClockMonth) -> tuple[Cell, ...]:
    kept = round(100 * one.kept / one.decided, 1) if one.decided else None
    median = None if one.median_seconds is None else _hours(one.median_seconds)
    return Month(one.month), one.kept, one.missed, kept, one.without_goal, median


def _kept(one: ClockMonth) -> str:
    if one.decided:
        share = shown(round(100 * one.kept / one.decided, 1))
        return gettext("%(share)s%% (%(kept)s of %(all)s)") % {"share": share, "kept": one.kept, "all": one.decided}
    if one.without_goal and one.median_seconds is not None:
        return gettext("no goal; median %(length)s") % {"length": duration(one.median_seconds)}
    return "–"


def _customer(one: CustomerTime) -> str:
    return one.customer or gettext("(no organisation)")


def _seconds(one: CustomerTime, *, billing: bool) -> tuple[int, ...]:
    return (one.worked_seconds, *((one.billed_seconds or 0, one.internal_seconds or 0) if billing else ()))


def _weight(one: CustomerTime) -> int:
    return max(one.worked_seconds, one.billed_seconds or 0)


def _hours_text(one: CustomerTime) -> str:
    worked = gettext("%(hours)s h spent") % {"hours": shown(_hours(one.worked_seconds))}
    if one.billed_seconds is None:
        return worked
    return f"{worked}, " + gettext("%(hours)s h billed") % {"hours": shown(_hours(one.billed_seconds))}


def _hours(seconds: int) -> float:
    """Less than a second off; sums are made in seconds before."""
    return round(seconds / 3600, 4)


def _share(count: int, largest: int) -> float:
    return round(100 * max(count, 0) / largest, 2) if largest > 0 else 0.0
