"""Keeps, for each open issue, when to look at it again and why, and which version of it was last read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from automation_rules.figures_coming import ComingStep, StepKind
from connect_app.doors.installation import State
from connect_app.store.schema import agenda, installations
from connect_app.store.upsert import upsert


@dataclass(frozen=True, kw_only=True)
class Appointment:
    """One issue to look at, not before `due_at`; never by itself when that is None.

    `seen` names the version last read (Jira's `updated`, and under which promises): it tells a sweep that something
    changed, never how long anybody was silent. `coming` are the reminders and closures to come, None for what was last
    read before they were kept: a sweep reads it again. `late` is how many of its clocks run beyond their goal.
    """

    installation_id: str
    issue_id: str
    project_key: str
    due_at: datetime | None
    why: str
    seen: str
    coming: tuple[ComingStep, ...] | None = ()
    late: int = 0


class Agenda:
    """The next instant of every open issue."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def put(self, appointment: Appointment) -> None:
        """Sets or moves the appointment of an issue."""
        with self._engine.begin() as connection:
            upsert(connection, agenda, {**vars(appointment), "coming": _written(appointment.coming)})

    def clear(self, installation_id: str, issue_id: str) -> None:
        """Removes the appointment of an issue, if it has one."""
        with self._engine.begin() as connection:
            connection.execute(
                sa.delete(agenda).where(agenda.c.installation_id == installation_id, agenda.c.issue_id == issue_id)
            )

    def due(self, now: datetime, *, installation_id: str | None = None, limit: int = 10_000) -> list[Appointment]:
        """The appointments that have come, earliest first, of one site or of all we may work for.

        What waits on sites that are disabled or unreachable never takes the place of what can be done.
        """
        query = sa.select(agenda).where(agenda.c.due_at <= now, _workable())
        if installation_id is not None:
            query = query.where(agenda.c.installation_id == installation_id)
        with self._engine.connect() as connection:
            rows = connection.execute(query.order_by(agenda.c.due_at).limit(limit)).mappings()
            return [_read(row) for row in rows]

    def of_project(self, installation_id: str, project_key: str) -> list[Appointment]:
        """Every appointment of a project, also of issues that wait for nothing."""
        query = sa.select(agenda).where(
            agenda.c.installation_id == installation_id, agenda.c.project_key == project_key
        )
        with self._engine.connect() as connection:
            return [_read(row) for row in connection.execute(query).mappings()]

    def count_late(self) -> dict[str, int]:
        """How many clocks run beyond their goal, by site, as far as their issues were read."""
        # An expression, not the column: SQLite would group by walking the primary key, through every row there is.
        site = agenda.c.installation_id.concat(sa.literal_column("''")).label("site")
        query = sa.select(site, sa.func.sum(agenda.c.late)).where(sa.text("late > 0")).group_by(site)
        with self._engine.connect() as connection:
            return {name: int(late) for name, late in connection.execute(query)}

    def count_followed(self) -> dict[str, dict[str, int]]:
        """How many issues are followed, by site and project."""
        query = sa.select(agenda.c.installation_id, agenda.c.project_key, sa.func.count())
        found: dict[str, dict[str, int]] = {}
        with self._engine.connect() as connection:
            for site, project, count in connection.execute(
                query.group_by(agenda.c.installation_id, agenda.c.project_key)
            ):
                found.setdefault(site, {})[project] = count
        return found

    def count_due(self, before: datetime, *, limit: int = 10_000) -> int:
        """How many appointments of the sites we may work for came before an instant, `limit` at most."""
        with self._engine.connect() as connection:
            found = sa.select(sa.literal(1)).where(agenda.c.due_at <= before, _workable()).limit(limit).subquery()
            return int(connection.execute(sa.select(sa.func.count()).select_from(found)).scalar_one())

    def of_issue(self, installation_id: str, issue_id: str) -> Appointment | None:
        """The appointment of one issue."""
        with self._engine.connect() as connection:
            query = sa.select(agenda).where(agenda.c.installation_id == installation_id, agenda.c.issue_id == issue_id)
            row = connection.execute(query).mappings().first()
        return None if row is None else _read(row)

    def seen(self, installation_id: str, project_key: str) -> dict[str, str]:
        """What was last read of each issue of a project: issue id to version."""
        with self._engine.connect() as connection:
            query = sa.select(agenda.c.issue_id, agenda.c.seen).where(
                agenda.c.installation_id == installation_id,
                agenda.c.project_key == project_key,
                agenda.c.coming.is_not(sa.null()),
            )
            return {row.issue_id: row.seen for row in connection.execute(query)}


def _workable() -> sa.ColumnElement[bool]:
    idle = sa.select(installations.c.id).where(installations.c.state != State.INSTALLED.value)
    return agenda.c.installation_id.not_in(idle)


def _written(coming: tuple[ComingStep, ...] | None) -> list[list[str]] | None:
    return None if coming is None else [[step.at.isoformat(), step.kind.value, step.rule] for step in coming]


def _read(row: sa.RowMapping) -> Appointment:
    known = row["coming"]
    coming = None
    if known is not None:
        coming = tuple(
            ComingStep(at=datetime.fromisoformat(at), kind=StepKind(kind), rule=rule) for at, kind, rule in known
        )
    return Appointment(**{**dict(row), "coming": coming})
