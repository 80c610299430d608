"""A write whose outcome is unknown is looked for, twice and at a distance, before it is made again."""

from __future__ import annotations

import json
import re
import time

import pytest
import requests
import responses

from connect_app.errors import Temporary
from tests.connect_app.operations.stage import DAY, Stage

COMMENT = re.compile(r".*/rest/api/3/issue/[^/]+/comment$")


@pytest.mark.promise("C24", "C25")
def test_a_comment_jira_writes_after_we_stopped_waiting_is_not_written_twice(
    stage: Stage, jira: responses.RequestsMock
) -> None:
    """A gateway gives up, another job of the issue starts at once, and only then Jira commits."""
    ticket = stage.waiting()
    stage.run(ticket)
    stage.later(3 * DAY)
    late: list[bytes] = []

    def gives_up(request: requests.PreparedRequest) -> tuple[int, dict[str, str], str]:
        late.append(bytes(request.body if isinstance(request.body, bytes) else str(request.body).encode()))
        raise requests.ReadTimeout

    jira.add_callback(responses.POST, COMMENT, gives_up)
    with pytest.raises(Temporary):
        stage.run(ticket)
    jira.reset()
    jira.add_passthru("http://127.0.0.1")
    with pytest.raises(Temporary):
        stage.run(ticket)
    with pytest.raises(Temporary):
        stage.run(ticket)
    (body,) = late
    stage.open.client.request("POST", f"rest/api/3/issue/{ticket.id}/comment", body=json.loads(body))
    time.sleep(2 * stage.runtime.settings.retry_seconds)
    stage.run(ticket)
    assert stage.reminded(ticket) == 1


@pytest.mark.promise("C24", "C25")
def test_a_comment_that_never_arrived_is_written_after_the_second_look(
    stage: Stage, jira: responses.RequestsMock
) -> None:
    ticket = stage.waiting()
    stage.run(ticket)
    stage.later(3 * DAY)
    jira.post(COMMENT, body=requests.ReadTimeout())
    with pytest.raises(Temporary):
        stage.run(ticket)
    jira.reset()
    jira.add_passthru("http://127.0.0.1")
    with pytest.raises(Temporary) as looked:
        stage.run(ticket)
    assert looked.value.retry_after == stage.runtime.settings.retry_seconds
    time.sleep(stage.runtime.settings.retry_seconds)
    stage.run(ticket)
    assert stage.reminded(ticket) == 1
