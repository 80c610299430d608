"""A comment that Jira shows to the wrong people is taken back, and never posted again by itself."""

from __future__ import annotations

import json
import re
import time
from datetime import timedelta

import pytest
import requests
import responses

from automation_rules.binding import Mode
from connect_app.errors import Temporary
from scripts.desk.people import Ticket
from tests.connect_app.operations.stage import Stage

COMMENT = re.compile(r".*/rest/api/3/issue/[^/]+/comment(\?.*)?$")
ONE_COMMENT = re.compile(r".*/rest/api/3/issue/[^/]+/comment/900$")
SHOWN = {"id": "900", "jsdPublic": True, "created": "2026-11-02T09:00:00.000+0100"}


def to_be_flagged(stage: Stage) -> Ticket:
    """A request moved without the comment it requires: the team is told in an internal note."""
    ticket = stage.marie.opens("SUP", "Demande de service", "Arrivée de Jean MARTIN")
    stage.sebastien.moves(ticket, "Commencer")
    stage.sebastien.moves(ticket, "Demander des informations")
    stage.later(timedelta(hours=2))
    return ticket


def internal_posts(jira: responses.RequestsMock) -> int:
    posted = [call.request for call in jira.calls if call.request.method == "POST"]
    bodies = [str(request.body) for request in posted if COMMENT.match(str(request.url))]
    return sum('"internal": true' in body for body in bodies)


@pytest.mark.promise("C4")
def test_an_internal_note_that_was_shown_is_never_posted_again_by_itself(
    stage: Stage, jira: responses.RequestsMock
) -> None:
    ticket = to_be_flagged(stage)
    jira.post(COMMENT, status=201, json=SHOWN)
    jira.delete(ONE_COMMENT, status=204)
    for _ in range(3):
        stage.run(ticket)
    assert internal_posts(jira) == 1
    assert stage.mode() is Mode.DRY_RUN, "an administrator must look first"


@pytest.mark.promise("C4")
@pytest.mark.parametrize("status", [503, 429, 409])
def test_an_internal_note_found_shown_after_a_crash_is_taken_back_and_not_posted_again(
    stage: Stage, jira: responses.RequestsMock, status: int
) -> None:
    ticket = to_be_flagged(stage)
    posted: list[dict[str, object]] = []

    def post(request: requests.PreparedRequest) -> tuple[int, dict[str, str], str]:
        posted.append({**SHOWN, "properties": json.loads(str(request.body))["properties"]})
        return 201, {}, json.dumps(SHOWN)

    jira.add_callback(responses.POST, COMMENT, post)
    jira.add_callback(
        responses.GET, COMMENT, lambda _: (200, {}, json.dumps({"comments": posted, "total": len(posted)}))
    )
    jira.delete(ONE_COMMENT, status=status, headers={"Retry-After": "1"})
    with pytest.raises(Temporary):
        stage.run(ticket)
    time.sleep(1.1 if status == 429 else 0)  # as long as Jira asked to be left alone
    jira.replace(responses.DELETE, ONE_COMMENT, status=204)
    for _ in range(3):
        stage.run(ticket)
    assert internal_posts(jira) == 1
    assert stage.mode() is Mode.DRY_RUN
