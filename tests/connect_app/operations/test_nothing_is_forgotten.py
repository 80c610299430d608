"""What could not be done now is looked at again by itself: refused, overtaken, held, or bound anew."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import responses

from automation_rules.binding import Mode
from connect_app.runtime import Runtime
from connect_app.store.ledger import EntryState
from scripts.desk.desk import Site
from tests.connect_app.operations.stage import DAY, Stage
from tests.houses import Models

COMMENT = re.compile(r".*/rest/api/3/issue/[^/]+/comment$")
HOUR = timedelta(hours=1)


@pytest.mark.promise("C24")
@pytest.mark.parametrize("status", [400, 403, 404, 409])
def test_a_reminder_jira_refused_once_is_tried_again_by_itself(
    stage: Stage, jira: responses.RequestsMock, status: int
) -> None:
    ticket = stage.waiting()
    stage.run(ticket)
    stage.later(3 * DAY)
    jira.post(COMMENT, status=status, json={"errorMessages": ["not now"]})
    stage.run(ticket)
    assert stage.reminded(ticket) == 0
    again = stage.due_at(ticket)
    assert again is not None, "nobody would ever look at this request again"
    jira.reset()
    jira.add_passthru("http://127.0.0.1")
    stage.later(HOUR)
    assert again <= stage.runtime.clock.now()
    stage.run(ticket)
    assert stage.reminded(ticket) == 1
    stage.run(ticket)
    assert stage.reminded(ticket) == 1


@pytest.mark.promise("C24", "C26")
def test_a_request_whose_story_ended_in_dry_run_is_found_when_the_project_is_switched_on(
    site: Site, runtime: Runtime, models: Models
) -> None:
    stage = Stage(site, runtime, models, Mode.DRY_RUN)
    ticket = stage.waiting()
    stage.run(ticket)
    for _ in range(4):
        stage.later(4 * DAY)
        stage.run(ticket)
    assert stage.status(ticket) == "En attente du client"
    assert stage.reminded(ticket) == 0
    assert {e.state for e in stage.entries(ticket)} == {EntryState.WOULD_DO}
    stage.switch(Mode.ON)
    stage.sweep()
    assert stage.reminded(ticket) == 1, "it waits in silence for ever"
    assert stage.status(ticket) == "En attente du client"


@pytest.mark.promise("C24")
def test_a_sweep_reads_again_what_a_new_parameter_may_change_and_nothing_when_nothing_changed(stage: Stage) -> None:
    ticket = stage.waiting()
    stage.sweep()
    assert ticket.id not in stage.sweep().issues
    stage.later(timedelta(seconds=1))
    stage.switch(Mode.ON)
    assert ticket.id in stage.sweep().issues
    assert ticket.id not in stage.sweep().issues


@pytest.mark.promise("C24")
def test_what_is_due_is_swept_though_the_search_does_not_find_it(stage: Stage, jira: responses.RequestsMock) -> None:
    """Search indexes lag, and a status may belong to the category Done."""
    ticket = stage.waiting()
    stage.run(ticket)
    stage.later(3 * DAY)
    jira.post(re.compile(r".*/rest/api/3/search/jql$"), json={"issues": [], "isLast": True})
    stage.sweep()
    assert stage.reminded(ticket) == 1


@pytest.mark.promise("C9", "C27")
def test_a_customer_who_wrote_on_a_closed_request_while_we_were_away_for_days_is_heard(stage: Stage) -> None:
    ticket = stage.waiting()
    for pause in (3, 3, 6):
        stage.later(pause * DAY)
        stage.run(ticket)
    assert stage.status(ticket) == "Fermée"
    stage.sweep()
    stage.later(HOUR)
    stage.marie.answers(ticket, "Jean n'a toujours pas de PC.")
    stage.later(5 * DAY)
    stage.sweep()
    assert stage.status(ticket) == "En cours"
