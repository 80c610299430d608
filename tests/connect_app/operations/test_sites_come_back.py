"""A site that refused us is asked again; one that left stays away until it is installed again."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
import responses

from connect_app.doors.installation import Admission, Door, State
from connect_app.operations.sweep_site import sweep_site
from tests.connect_app.operations.stage import DAY, Stage


@pytest.mark.promise("C24")
def test_a_site_that_refused_our_credentials_for_a_while_is_worked_for_again(
    stage: Stage, jira: responses.RequestsMock
) -> None:
    ticket = stage.waiting()
    stage.run(ticket)
    store = stage.runtime.store.installations
    store.set_state(stage.installation.id, State.UNREACHABLE)
    myself = re.compile(r".*/rest/api/3/myself$")
    jira.get(myself, status=401)
    assert sweep_site(stage.parts, stage.installation.id) == []
    assert stage.parts.sites.open(stage.installation.id) is None
    jira.remove("GET", myself)
    stage.later(3 * DAY)
    stage.sweep()
    assert stage.reminded(ticket) == 1


def test_a_job_that_ends_after_the_site_left_or_was_disabled_changes_nothing(stage: Stage) -> None:
    store, site = stage.runtime.store.installations, stage.installation.id
    for state in (State.DISABLED, State.UNINSTALLED):
        store.set_state(site, state)
        store.set_state(site, State.UNREACHABLE)
        assert [found.state for found in store.in_state(state) if found.id == site] == [state]
    store.set_state(site, State.INSTALLED)
    assert stage.parts.sites.open(site) is None


def test_another_account_is_recognised_as_ours_after_installing_again(stage: Stage) -> None:
    """Else our own moves would count as an agent's, and start every clock anew."""
    store = stage.runtime.store.installations
    store.set_identity(stage.installation.id, app_account_id="somebody-before", time_zone=None)
    found = store.secrets_of(stage.installation.client_key)
    assert found is not None
    admission = Admission(
        door=Door.CONNECT,
        client_key=stage.installation.client_key,
        base_url=stage.installation.base_url,
        display_url=stage.installation.display_url,
        secret=found[1].shared,
    )
    store.install(admission, now=stage.runtime.clock.now(), host_time=0.0)
    now = stage.open.installation
    assert now == replace(stage.installation, app_account_id=now.app_account_id, time_zone=now.time_zone)
    assert now.app_account_id not in {None, "somebody-before"}
