"""A project that is gone, an issue that cannot be read, a site that left: the others never notice."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
import responses

from connect_app.doors.installation import State
from connect_app.operations.sweep_site import sweep_site
from connect_app.store.agenda import Appointment
from connect_app.store.bindings import BoundProject
from tests.connect_app.operations.stage import DAY, Stage


@pytest.mark.promise("C24")
def test_a_project_that_is_gone_does_not_stop_the_sweep_of_the_others(stage: Stage) -> None:
    bound = stage.runtime.store.bindings.of_project(stage.installation.id, "SUP")
    assert bound is not None
    gone = BoundProject(binding=replace(bound.binding, project_key="GONE"), vocabulary=bound.vocabulary)
    stage.runtime.store.bindings.put(stage.installation.id, gone)
    ticket = stage.waiting()
    swept = sweep_site(stage.parts, stage.installation.id)
    assert [(s.project_key, s.issues) for s in swept] == [("SUP", (ticket.id,))]


@pytest.mark.promise("C24")
@pytest.mark.parametrize("answer", [{"status": 403}, {"json": {"id": "1", "key": "SUP-1"}}, {"json": []}])
def test_an_issue_that_cannot_be_read_does_not_stop_the_sweep(
    stage: Stage, jira: responses.RequestsMock, answer: dict[str, object]
) -> None:
    bad, good = stage.waiting(), stage.waiting()
    jira.get(re.compile(rf".*/rest/api/3/issue/{bad.id}(\?.*)?$"), **answer)
    (swept,) = sweep_site(stage.parts, stage.installation.id)
    assert set(swept.issues) == {bad.id, good.id}


@pytest.mark.promise("C24")
def test_what_is_due_on_sites_we_may_not_work_for_never_crowds_out_the_others(stage: Stage) -> None:
    agenda, now = stage.runtime.store.agenda, stage.runtime.clock.now()
    other = replace(stage.installation, id="left")
    for place in range(3):
        agenda.put(
            Appointment(
                installation_id=stage.installation.id,
                issue_id=str(place),
                project_key="SUP",
                due_at=now - DAY,
                why="",
                seen="",
            )
        )
    assert other.id
    assert len([a for a in agenda.due(now) if a.installation_id == stage.installation.id]) == 3
    for state in (State.DISABLED, State.UNREACHABLE):
        stage.runtime.store.installations.set_state(stage.installation.id, state)
        assert [a for a in agenda.due(now) if a.installation_id == stage.installation.id] == []
    stage.runtime.store.installations.set_state(stage.installation.id, State.INSTALLED)
    assert len([a for a in agenda.due(now) if a.installation_id == stage.installation.id]) == 3
