"""An app's points are counted as Jira counts them, foreseen before they are spent, and waited for when they are."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from connect_app.errors import Temporary
from connect_app.jira.gate import NEAR
from connect_app.jira.limit_headers import QUOTA_TENANT
from connect_app.operations.sweep_site import sweep_site
from connect_app.store.pauses import Pauses
from connect_app.store.schema import points
from tests.connect_app.operations.stage import Stage

PLENTY = 100_000


def limited(stage: Stage, **limit: Any) -> None:
    faults = {"webhooks": {"drop": 1.0}, "rateLimit": {"retryAfter": 600, **limit}}
    stage.site.control.faults(stage.site.name, faults)


def spent(stage: Stage) -> int:
    """What we counted for the site in all."""
    stage.parts.sites.gates.hand_on()
    with stage.runtime.store.engine.connect() as connection:
        found = sa.select(sa.func.sum(points.c.points)).where(points.c.installation_id == stage.installation.id)
        return int(connection.execute(found).scalar_one() or 0)


def asked(stage: Stage) -> int:
    """How often Jira was asked by the app."""
    return sum(map(stage.site.called, stage.site.control.requests(stage.site.name)))


def left(stage: Stage) -> int:
    """What Jira says is left, on an answer to the app."""
    answer = stage.open.client.request("GET", "rest/api/3/serverInfo")
    return int(answer.headers["X-RateLimit-Remaining"])


def test_points_are_counted_as_jira_counts_them(stage: Stage) -> None:
    ticket = stage.waiting()
    limited(stage, quota=PLENTY)
    theirs, ours = left(stage), spent(stage)
    sweep_site(stage.parts, stage.installation.id)
    stage.run(ticket)
    assert theirs - left(stage) == spent(stage) - ours
    assert spent(stage) - ours > 10


def test_a_nearly_spent_quota_puts_sweeps_off_and_customers_first(stage: Stage) -> None:
    ticket = stage.waiting()
    limited(stage, quota=PLENTY, structured=True, quotaSeconds=900)
    stage.run(ticket)
    assert stage.open.spare_for() is None
    limited(stage, quota=24, structured=True, quotaSeconds=900)
    while stage.open.spare_for() is None:
        stage.run(ticket)
    with pytest.raises(Temporary) as caught:
        sweep_site(stage.parts, stage.installation.id, sparing=True)
    assert caught.value.reason == NEAR
    assert caught.value.retry_after is not None
    assert 0 < caught.value.retry_after <= 900
    assert sweep_site(stage.parts, stage.installation.id), "put off often enough, it runs"


def test_a_spent_quota_is_not_asked_again_by_any_process(stage: Stage) -> None:
    ticket = stage.waiting()
    stage.run(ticket)
    limited(stage, quota=1)
    left(stage)
    with pytest.raises(Temporary) as caught:
        stage.run(ticket)
    assert caught.value.reason == QUOTA_TENANT
    before = asked(stage)
    with pytest.raises(Temporary):
        stage.run(ticket)
    assert asked(stage) == before
    other = Pauses(stage.runtime.store.engine).all(stage.runtime.clock.host_time())
    assert stage.installation.id in {pause.scope for pause in other}
