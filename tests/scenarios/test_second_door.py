"""A site that came in with a token, on real processes: its login is refused, and comes back."""

from __future__ import annotations

import uuid
from collections.abc import Callable

import pytest

from connect_app.doors.installation import Credentials, State
from connect_app.operations.rotate_site import rotate_token
from connect_app.runtime import Runtime
from scripts.desk.desk import Site
from scripts.desk.house import House
from scripts.desk.token_site import TokenSite
from tests.scenarios.waiting import DAY, TICK, Waiting


@pytest.mark.promise("C24", "C26")
@pytest.mark.parametrize("site", ["token"], indirect=True)
def test_a_revoked_token_is_noticed_at_once_told_and_nothing_is_lost(
    house: House, site: Site, waiting: Waiting, runtime: Runtime, logs: Callable[[], str]
) -> None:
    assert isinstance(site, TokenSite)
    house.to(waiting.asked + 3 * DAY - TICK)
    site.token(token="")
    house.to(waiting.asked + 3 * DAY)
    assert site.installation.state is State.UNREACHABLE
    assert site.url in house.health()["shut"]
    assert waiting.new() == []
    told = [line for line in logs().splitlines() if "site shut" in line and site.url in line]
    assert len(told) == 1
    assert "scripts.site rotate" in told[0]
    assert site.service.token not in logs()
    refused = [r for r in house.control.requests(site.name) if r["status"] == 401]
    assert len(refused) <= 3, "the first refusal is believed"

    waiting.house.to(waiting.asked + 4 * DAY)
    site.token(token="a-new-one")  # noqa: S106 - made up
    login = Credentials(email=site.service.email, token="a-new-one")  # noqa: S106 - made up
    rotate_token(runtime.parts, site.installation, login, token_ends=None)
    runtime.jobs.sweep(f"sweep/site/{uuid.uuid4()}", site.installation.id)
    house.settle()
    assert len(waiting.new()) == 1
    assert house.health()["shut"] == {}
    house.to(waiting.asked + 7 * DAY)
    assert len(waiting.new()) == 2, "the second reminder is out for three days after the first"
