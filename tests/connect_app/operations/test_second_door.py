"""A site that came in with a token: the same promises, and a login that ends, is refused, denied or shared."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from automation_rules.facts import Side
from connect_app.doors.installation import Admission, Credentials, Door, State
from connect_app.errors import Moved, NotAllowed, Unauthorized
from connect_app.operations.add_site import Wish, add_site
from connect_app.operations.check_site import check_site
from connect_app.operations.look_at_site import checked_address
from connect_app.operations.move_site import move_site
from connect_app.operations.read_request import NotOurs, read_request
from connect_app.operations.rotate_site import rotate_secret, rotate_token
from connect_app.operations.site_problems import SiteRefused, Verdict
from connect_app.operations.sweep_site import sweep_site
from connect_app.runtime import Runtime
from connect_app.settings import Settings
from connect_app.store.schema import ledger
from scripts.desk.desk import Site
from scripts.desk.house import House
from scripts.desk.people import Agent, Ticket
from scripts.desk.token_site import TokenSite
from tests.connect_app.operations.stage import DAY, Stage, comes_by_a_token


def sides(stage: Stage, ticket: Ticket) -> list[Side]:
    request = read_request(stage.parts, stage.open, ticket.id)
    assert not isinstance(request, NotOurs)
    return [comment.by.side for comment in request.issue.comments]


@pytest.mark.promise("C24", "C26")
def test_our_reminders_do_not_restart_the_days_and_a_persons_word_with_the_same_login_does(
    token_stage: Stage, token_site: TokenSite
) -> None:
    stage, ticket = token_stage, token_stage.waiting()
    stage.run(ticket)
    stage.later(3 * DAY)
    stage.run(ticket)
    assert stage.reminded(ticket) == 1
    person = Agent(token_site.url, token_site.service)
    stage.later(DAY)
    person.says(ticket, "Avez-vous pu retrouver les dates ?")
    assert sides(stage, ticket)[-2:] == [Side.RELANCE, Side.AGENT]
    stage.later(2 * DAY)
    stage.run(ticket)
    assert stage.reminded(ticket) == 2, "one reminder and the person's own word: day 6 counts from that word now"
    stage.later(DAY)
    stage.run(ticket)
    assert stage.reminded(ticket) == 3


@pytest.mark.promise("C24", "C26")
def test_a_silent_customer_is_closed_on_day_12_by_a_site_with_a_token(token_stage: Stage) -> None:
    stage, ticket = token_stage, token_stage.waiting()
    for pause, told in ((3, 1), (3, 2), (6, 3)):
        stage.later(pause * DAY)
        stage.run(ticket)
        assert stage.reminded(ticket) == told
    assert stage.status(ticket) == "Fermée"


def test_without_the_ledger_our_comments_are_known_by_their_marks(token_stage: Stage) -> None:
    stage, ticket = token_stage, token_stage.waiting()
    stage.later(3 * DAY)
    stage.run(ticket)
    with stage.runtime.store.engine.begin() as connection:
        connection.execute(sa.delete(ledger).where(ledger.c.installation_id == stage.installation.id))
    assert sides(stage, ticket)[-1] is Side.RELANCE


@pytest.mark.promise("C24")
def test_a_token_revoked_in_mid_sweep_loses_nothing_and_a_new_one_goes_on(
    token_stage: Stage, token_site: TokenSite
) -> None:
    stage, ticket = token_stage, token_stage.waiting()
    stage.run(ticket)
    stage.later(3 * DAY)
    token_site.token(token="")
    with pytest.raises(Unauthorized) as refused:
        stage.sweep()
    assert token_site.service.token not in str(refused.value)
    stage.parts.sites.close(stage.installation, refused.value)
    assert state_of(token_site) is State.UNREACHABLE
    assert stage.runtime.health()["shut"] == {token_site.url: str(refused.value)}
    stage.run(ticket)
    found = {f.code: f for f in check_site(stage.parts, token_site.installation)}
    assert found["state-unreachable"].verdict is Verdict.WRONG
    assert found["still-refused"].verdict is Verdict.WRONG
    with pytest.raises(SiteRefused, match="token-refused"):
        rotate_token(stage.parts, stage.installation, login(token_site, "wrong"), token_ends=None)
    token_site.token(token="another")  # noqa: S106 - made up
    rotate_token(stage.parts, token_site.installation, login(token_site, "another"), token_ends=None)
    assert state_of(token_site) is State.INSTALLED
    stage.sweep()
    assert stage.reminded(ticket) == 1


def state_of(site: TokenSite) -> State:
    return site.installation.state


def login(site: TokenSite, token: str) -> Credentials:
    return Credentials(email=site.service.email, token=token)


def test_a_denied_login_is_never_asked_again_until_somebody_acted(token_stage: Stage, token_site: TokenSite) -> None:
    stage, ticket = token_stage, token_stage.waiting()
    token_site.token(lockedOut=True)
    with pytest.raises(Unauthorized) as denied:
        stage.run(ticket)
    assert denied.value.locked_out
    stage.parts.sites.close(stage.installation, denied.value)
    assert state_of(token_site) is State.LOCKED
    before = len(stage.site.control.requests(token_site.name))
    stage.run(ticket)
    assert sweep_site(stage.parts, stage.installation.id) == []
    codes = [f.code for f in check_site(stage.parts, token_site.installation)]
    assert codes[0] == "state-locked"
    assert len(stage.site.control.requests(token_site.name)) == before
    token_site.token(lockedOut=False)
    rotate_token(stage.parts, token_site.installation, login(token_site, token_site.service.token), token_ends=None)
    stage.sweep()
    assert state_of(token_site) is State.INSTALLED


def test_a_login_that_becomes_locked_while_unreachable_is_left_alone(token_stage: Stage, token_site: TokenSite) -> None:
    stage = token_stage
    stage.runtime.store.installations.set_state(stage.installation.id, State.UNREACHABLE)
    token_site.token(lockedOut=True)
    assert stage.parts.sites.reach_again(stage.installation.id) is None
    assert state_of(token_site) is State.LOCKED


@pytest.mark.promise("C24")
def test_a_project_the_account_may_not_see_is_named_and_the_others_are_kept(
    token_stage: Stage, token_site: TokenSite
) -> None:
    stage, ticket = token_stage, token_stage.waiting()
    bound = stage.runtime.store.bindings.of_project(stage.installation.id, "SUP")
    assert bound is not None
    for key in ("UNC", "DEV"):
        token_site.admin.creates_project(key, key)
        other = replace(bound, binding=replace(bound.binding, project_key=key))
        stage.runtime.store.bindings.put(stage.installation.id, other)
    token_site.token(hiddenProjects=["UNC"])
    stage.later(3 * DAY)
    assert sorted(swept.project_key for swept in sweep_site(stage.parts, stage.installation.id)) == ["DEV", "SUP"]
    stage.run(ticket)
    assert stage.reminded(ticket) == 1
    found = check_site(stage.parts, token_site.installation)
    wrong = [f.facts for f in found if f.code == "may-not-work"]
    assert wrong == [{"project": "UNC", "permissions": wrong[0]["permissions"]}]
    assert "BROWSE_PROJECTS" in str(wrong[0]["permissions"])


def test_a_renamed_site_is_told_in_one_line_and_goes_on_at_its_new_address(
    token_stage: Stage, token_site: TokenSite
) -> None:
    stage, ticket = token_stage, token_stage.waiting()
    elsewhere = {"path": ".*", "status": 301, "location": "https://new.atlassian.net/x?secret=1", "times": 99}
    stage.site.control.faults(token_site.name, {"rest": [elsewhere], "webhooks": {"drop": 1.0}})
    with pytest.raises(Moved) as moved:
        stage.run(ticket)
    assert moved.value.location == "https://new.atlassian.net"
    assert "secret=1" not in str(moved.value)
    codes = [f.code for f in check_site(stage.parts, token_site.installation)]
    assert "moved" in codes
    assert state_of(token_site) is State.UNREACHABLE
    stage.site.control.faults(token_site.name, {"webhooks": {"drop": 1.0}})
    assert check_site(stage.parts, token_site.installation)
    assert state_of(token_site) is State.INSTALLED, "it answers again"


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("http://acme.atlassian.net", "http"),
        ("https://10.0.0.8", "private-address"),
        ("https://[::1]", "private-address"),
        ("http://192.168.1.5:8080", "private-address"),
        ("https://jira.internal", "private-address"),
        ("https://acme.example.com", "other-host"),
        ("https://acme.atlassian.net.evil.com", "other-host"),
        ("https://user:pass@acme.atlassian.net", "other-host"),
        ("https://[acme", "odd-address"),
    ],
)
def test_a_wrong_address_is_refused_before_anything_is_sent(written: str, code: str) -> None:
    with pytest.raises(SiteRefused) as refused:
        checked_address(written, Settings())
    assert refused.value.code == code


def test_an_address_may_be_written_as_people_write_it() -> None:
    for written in ("acme.atlassian.net", " https://acme.atlassian.net/jira/your-work ", "https://Acme.Atlassian.NET/"):
        assert checked_address(written, Settings()) == "https://acme.atlassian.net"


def test_a_site_is_added_once_and_refused_with_its_reason(token_stage: Stage, token_site: TokenSite) -> None:
    parts = token_stage.parts
    with pytest.raises(SiteRefused, match="already-added"):
        add_site(parts, Wish(address=token_site.url, credentials=login(token_site, token_site.service.token)))
    with pytest.raises(SiteRefused, match="token-refused") as refused:
        add_site(parts, Wish(address=token_site.url, credentials=login(token_site, "not-the-token")))
    assert "not-the-token" not in str(refused.value)
    customer = token_site.customer("Marie").member
    with pytest.raises(SiteRefused, match="customer-account"):
        add_site(
            parts,
            Wish(address=token_site.url, credentials=Credentials(email=customer.email, token=customer.token)),
        )


def test_a_token_with_scopes_is_used_at_the_gateway(house: House, runtime: Runtime) -> None:
    site = TokenSite(house, "gateway", runtime)
    site.token(tokenScoped=True)
    parts = replace(runtime.parts, settings=runtime.settings.model_copy(update={"api_gateway": house.control.url}))
    site.uninstall()
    with pytest.raises(SiteRefused, match="token-refused"):
        add_site(parts, Wish(address=site.url, credentials=login(site, site.service.token)))
    added = add_site(parts, Wish(address=site.url, credentials=login(site, site.service.token), gateway=True))
    opened = runtime.parts.sites.open(added.installation.id)
    assert opened is not None
    assert opened.client.base_url.startswith(f"{house.control.url}/ex/jira/")
    assert opened.installation.app_account_id == site.service.account_id
    site.uninstall()


@pytest.mark.promise("C24", "C26")
def test_a_site_moves_between_doors_in_mid_episode_and_keeps_what_was_done(runtime: Runtime, stage: Stage) -> None:
    """Reminded as an app on day 3, as a service account on day 6, closed as an app on day 12: one episode."""
    site, ticket = stage.site, stage.waiting()
    stage.run(ticket)
    stage.later(3 * DAY)
    stage.run(ticket)
    first, entries = runtime.store.installations.by_id(stage.installation.id), stage.entries(ticket)
    assert first is not None
    added = comes_by_a_token(runtime, site)
    assert (added.installation.id, added.moved) == (first.id, True)
    assert added.installation.door is Door.TOKEN
    site.uninstall()  # the app leaves; the site stays
    assert stage.entries(ticket) == entries
    stage.later(3 * DAY)
    stage.run(ticket)
    assert comments_of(site, ticket, "relance.mark") == 2
    with pytest.raises(NotAllowed):
        announce_nothing(runtime, site)
    move_site(stage.parts, added.installation)
    Site.come_in(site)
    now = runtime.store.installations.by_id(first.id)
    assert now is not None
    assert (now.door, now.client_key, now.state) == (Door.CONNECT, first.client_key, State.INSTALLED)
    stage.later(6 * DAY)
    stage.run(ticket)
    assert stage.status(ticket) == "Fermée"
    assert comments_of(site, ticket, "relance.mark") == 3
    keys = [entry.key for entry in stage.entries(ticket)]
    assert len(keys) == len(set(keys))


def announce_nothing(runtime: Runtime, site: Site) -> None:
    """The app is installed on a site that is in by a token, and nobody announced it."""
    found = next(i for i in runtime.store.installations.all() if i.base_url == site.url)
    runtime.install(Admission(door=Door.CONNECT, client_key=found.client_key, base_url=site.url, secret="x" * 40))


def comments_of(site: Site, ticket: Ticket, mark: str) -> int:
    path = f"rest/api/3/issue/{ticket.key}/comment"
    comments = site.admin.jira.get(path, {"maxResults": 100, "expand": "properties"})["comments"]
    return sum(any(p["key"] == mark for p in c.get("properties") or ()) for c in comments)


def test_a_token_that_ends_soon_is_told_before_it_does(token_stage: Stage, token_site: TokenSite) -> None:
    stage, now = token_stage, token_stage.runtime.clock.now()
    told = {}
    for days in (-1, 13, 29, 31):
        renewed = login(token_site, token_site.service.token)
        rotate_token(stage.parts, token_site.installation, renewed, token_ends=now + days * DAY)
        found = {f.code: f.verdict for f in check_site(stage.parts, token_site.installation)}
        told[days] = [(c, v) for c, v in found.items() if c.startswith("token-end")]
        assert (token_site.url in stage.runtime.health()["ending"]) is (days < 14)
    assert told == {
        -1: [("token-ended", Verdict.WRONG)],
        13: [("token-ends-soon", Verdict.NOTE)],
        29: [("token-ends-soon", Verdict.NOTE)],
        31: [("token-ends", Verdict.GOOD)],
    }


def test_the_webhooks_secret_is_renewed_without_a_gap(token_stage: Stage, token_site: TokenSite) -> None:
    store = token_stage.runtime.store.installations
    before = store.secrets_of(token_site.client_key)
    hook = rotate_secret(token_stage.parts, token_stage.installation)
    after = store.secrets_of(token_site.client_key)
    assert before is not None
    assert after is not None
    now = token_stage.runtime.clock.host_time()
    assert after[1].valid(now) == (hook.secret, before[1].shared)
    assert after[1].valid(now + timedelta(days=2).total_seconds()) == (hook.secret,)
    assert after[1].credentials == before[1].credentials
