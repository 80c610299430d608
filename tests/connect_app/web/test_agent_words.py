"""The panel's words, in both languages: every state of a clock, every kind of action, the time and the estimate."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, render_template

from automation_rules.facts import Person, Reprieve, Side, Word
from automation_rules.silence import Silence
from automation_rules.sla.measure import Measure
from automation_rules.sla.timeline import ClockState
from automation_rules.telling import Deed, Told
from connect_app.operations.panel_time import Estimate, Time
from connect_app.operations.show_panel import Clock, Coming, Done, Levels, Panel
from connect_app.store.ledger import EntryState
from connect_app.web import words
from connect_app.web.words import set_zone, speak
from workflows.model import Text

NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)
HOUR = timedelta(hours=1)
EVIL = "<script>alert(1)</script>"
NAME = Text(fr="SLA de réponse", en="Response SLA")


def clock(state: ClockState, **more: Any) -> Clock:
    told: dict[str, Any] = {"within_calendar_hours": True, "elapsed": HOUR, "goal": 4 * HOUR} | more
    return Clock(name=NAME, measure=Measure(sla="response", calendar="support-fr", state=state, now=NOW, **told))


PANEL = Panel(
    key="SUP-88",
    status="En cours",
    now=NOW,
    dry_run=False,
    clocks=(),
    silence=None,
    coming=(),
    done=(),
    time=None,
    levels=None,
    rules=(),
    people={"anna": f"Anna {EVIL}"},
)


@pytest.fixture
def app() -> Flask:
    app = Flask(__name__, template_folder=str(Path(words.__file__).parent / "templates"))
    speak(app)
    return app


def shown(app: Flask, panel: Panel, language: str = "fr", **more: Any) -> str:
    with app.test_request_context(headers={"Accept-Language": language}):
        set_zone("Europe/Paris")
        told = {"panel": panel, "language": language, "actions": True, "viewer_id": "me", "base_path": ""} | more
        text = render_template("agent_panel.html", **told)
    return text.replace("\u202f", " ").replace("\xa0", " ")


CLOCKS = {
    "running": (
        clock(ClockState.RUNNING, breach_time=NOW + HOUR),
        "en cours",
        "dépassé à partir du mar. 24 nov. 2026 10:00",
    ),
    "closed": (
        clock(ClockState.RUNNING, within_calendar_hours=False),
        "hors heures d’ouverture",
        "1 h comptés sur 4 h",
    ),
    "paused": (clock(ClockState.PAUSED, paused_for=2 * HOUR), "en pause", "2 h en pause"),
    "late": (
        clock(ClockState.RUNNING, breached=True, elapsed=9 * HOUR, breach_time=NOW),
        "dépassé",
        "dépassé depuis le",
    ),
    "stopped": (clock(ClockState.STOPPED, stop=NOW), "tenu", "arrêté le mar. 24 nov. 2026 09:00"),
    "goalless": (clock(ClockState.STOPPED, goal=None, stop=NOW), "arrêté", "sans objectif pour cette priorité"),
    "idle": (clock(ClockState.NOT_STARTED, goal=None), "pas commencé", "SLA de réponse"),
}


@pytest.mark.promise("B18", "C13")
@pytest.mark.parametrize("name", CLOCKS)
def test_a_clock_says_its_state_in_words_and_shows_how_full_it_is(app: Flask, name: str) -> None:
    one, badge, sentence = CLOCKS[name]
    text = shown(app, replace(PANEL, clocks=(one,)))
    assert f">{badge}</span>" in text
    assert sentence in text
    goal = one.measure.goal is not None
    assert ('role="img" aria-label="SLA de réponse' in text) is goal
    assert (f'width="{100 if name == "late" else 25}" height="10"/></svg>' in text) is goal
    assert "Response SLA" in shown(app, replace(PANEL, clocks=(one,)), "en")


def test_every_kind_of_action_has_its_own_sentence_in_each_language(app: Flask) -> None:
    for language in ("fr", "en"):
        told = [Told(deed=deed, number=1, of=1) for deed in Deed]
        told += [Told(deed=Deed.REMINDER, number=1, of=2), Told(deed=Deed.CLOCK, percent=100)]
        lines = []
        for one in told:
            text = shown(app, replace(PANEL, coming=(Coming(at=NOW + HOUR, told=one, why=("because",)),)), language)
            lines.append(text.partition("<strong>")[2].partition("</strong>")[0].strip())
        assert all(lines)
        assert len(set(lines)) == len(lines)


def test_what_was_done_is_told_with_what_became_of_it_and_everything_in_it_is_text(app: Flask) -> None:
    said = Reprieve(id="1", at=NOW, by=Person("me", Side.AGENT), word=Word.EXEMPTED, reason=EVIL)
    entry = Done(
        at=NOW, told=Told(deed=Deed.NOTICE), state=EntryState.DONE, summary=EVIL, why=(EVIL,), error=None, reprieve=None
    )
    done = (
        entry,
        replace(entry, reprieve=said),
        replace(
            entry, reprieve=replace(said, word=Word.POSTPONED, until=date(2026, 12, 15), by=Person("anna", Side.AGENT))
        ),
        replace(entry, reprieve=replace(said, word=Word.RESUMED, by=Person("gone", Side.AGENT))),
        replace(entry, state=EntryState.FAILED, error=EVIL),
        replace(entry, state=EntryState.WOULD_DO),
        replace(entry, state=EntryState.INTENDED),
    )
    text = shown(app, replace(PANEL, done=done, dry_run=True))
    assert EVIL not in text
    for sentence in (
        "Exemptée par vous le",
        "Clôture reportée au mar. 15 déc. 2026 par Anna &lt;script",
        "Délais prévus repris par un agent le",
        "« &lt;script",
        "refusé par Jira",
        "seulement noté",
        "À l’essai dans ce projet",
    ):
        assert sentence in text


@pytest.mark.promise("A6", "A39", "A40")
def test_the_time_of_the_month_and_the_estimate_are_told(app: Flask) -> None:
    estimate = Estimate(value=Decimal("12.5"), unit="hours", version=2, validated_at=None)
    time = Time(month="2026-11", subtask="SUP-90", by_person=(("anna", 5400), ("me", 1800)), estimate=estimate)
    text = shown(app, replace(PANEL, time=time))
    assert "Sous-tâche du mois : SUP-90" in text
    assert "1 h 30 min" in text
    assert "2 h" in text.partition("<tfoot>")[2]
    assert "Chiffrage : 12,5 heures (version 2)" in text
    assert "pas encore accepté" in text
    accepted = replace(estimate, value=Decimal(1), unit="days", validated_at=NOW)
    text = shown(app, replace(PANEL, time=replace(time, subtask=None, by_person=(), estimate=accepted)))
    assert "Pas encore de sous-tâche ce mois-ci" in text
    assert "Chiffrage : 1 jour (version 2)" in text
    assert "accepté le mar. 24 nov." in text


def test_buttons_are_there_for_what_can_be_done_and_nowhere_outside_jira(app: Flask) -> None:
    silence = Silence(origin=NOW, since_entry=True, reprieve=None, step=1, reminders=2, closes=True, at=NOW + HOUR)
    coming = (Coming(at=NOW + HOUR, told=Told(deed=Deed.CLOSURE), why=()),)
    waiting = replace(PANEL, silence=silence, coming=coming)
    assert "data-dialog" not in shown(app, PANEL)
    assert "api/agent/run" in shown(app, PANEL)
    text = shown(app, waiting)
    assert "postpone-closure" in text
    assert "api/agent/exempt" in text
    assert "api/agent/resume" not in text
    held = Reprieve(id="1", at=NOW, by=Person("me", Side.AGENT), word=Word.EXEMPTED)
    text = shown(app, replace(waiting, coming=(), silence=replace(silence, reprieve=held)))
    assert "api/agent/exempt" not in text
    assert "api/agent/resume" in text
    assert "data-send" not in shown(app, waiting, actions=False)
    assert "transfer-level" not in shown(app, replace(PANEL, levels=Levels(now=None, others=())))
