"""Faults, limits, and the control API."""

from __future__ import annotations

import pytest
import requests

from tests.jira_sandbox.site.client import SiteUnderTest, adf


def count(site: SiteUnderTest, key: str) -> int:
    found: int = site.admin.get(f"/rest/api/3/issue/{key}/comment")["total"]
    return found


@pytest.mark.parametrize(("effect", "done"), [("reset_before", 0), ("reset_after", 1)])
def test_a_lost_answer_may_have_had_its_effect(site: SiteUnderTest, effect: str, done: int) -> None:
    key = site.issue()
    site.faults(rest=[{"method": "POST", "path": "/comment$", "effect": effect, "times": 1}])
    with pytest.raises(requests.ConnectionError):
        site.admin.post(f"/rest/api/3/issue/{key}/comment", {"body": adf("a")})
    assert count(site, key) == done
    site.admin.post(f"/rest/api/3/issue/{key}/comment", {"body": adf("b")})
    assert count(site, key) == done + 1


def test_a_failure_may_have_had_its_effect(site: SiteUnderTest) -> None:
    key = site.issue()
    site.faults(rest=[{"method": "POST", "path": "/comment$", "effect": "fail_after"}])
    assert site.admin.status("POST", f"/rest/api/3/issue/{key}/comment", {"body": adf("a")}) == 500
    assert count(site, key) == 1


def test_a_fault_lets_some_pass_and_spares_other_people(site: SiteUnderTest) -> None:
    site.faults(rest=[{"status": 503, "principal": "app"}, {"status": 500, "skip": 2, "principal": site.admin.email}])
    assert [site.admin.status("GET", "/rest/api/3/field") for _ in range(4)] == [200, 200, 500, 200]


@pytest.mark.parametrize(("effect", "done"), [("stop_after", 1), ("timeout_after", 1), ("timeout_before", 0)])
def test_silence_before_or_after_the_effect(site: SiteUnderTest, effect: str, done: int) -> None:
    key = site.issue()
    site.faults(rest=[{"path": "/comment$", "effect": effect}])
    url = f"{site.admin.base_url}/rest/api/3/issue/{key}/comment"
    with requests.Session() as http:
        http.trust_env = False
        with pytest.raises(requests.ReadTimeout):
            http.post(url, json={"body": adf("a")}, auth=(site.admin.email, site.admin.token), timeout=0.5)
    assert count(site, key) == done


def test_refusals_on_demand(site: SiteUnderTest) -> None:
    site.faults(rest=[{"status": 429, "retryAfter": 7, "times": 1}, {"path": "/field$", "status": 503, "times": 2}])
    first = site.admin.send("GET", "/rest/api/3/myself")
    assert (first.status_code, first.headers["Retry-After"]) == (429, "7")
    assert first.headers["RateLimit-Reason"] == "jira-burst-based"
    assert [site.admin.status("GET", "/rest/api/3/field") for _ in range(3)] == [503, 503, 200]
    site.faults()
    assert site.control("GET", f"/sites/{site.name}/faults")["rest"] == []


def test_writes_on_one_issue_are_limited(site: SiteUnderTest) -> None:
    one, two = site.issue(), site.issue()
    site.faults(rateLimit={"perIssueWrites": 2, "perIssueSeconds": 60})
    answers = [site.admin.send("PUT", f"/rest/api/3/issue/{one}/properties/p", n) for n in range(3)]
    assert [answer.status_code for answer in answers] == [201, 200, 429]
    assert answers[2].headers["RateLimit-Reason"] == "jira-per-issue-on-write"
    assert site.admin.status("PUT", f"/rest/api/3/issue/{two}/properties/p", 1) == 201


def test_bursts_are_limited(site: SiteUnderTest) -> None:
    site.faults(rateLimit={"burst": 2, "burstSeconds": 60})
    assert [site.admin.status("GET", "/rest/api/3/myself") for _ in range(3)] == [200, 200, 429]


def test_a_refusal_may_have_any_of_jiras_reasons(site: SiteUnderTest) -> None:
    site.faults(rest=[{"status": 429, "retryAfter": 60, "reason": "jira-quota-global-based"}])
    assert site.admin.send("GET", "/rest/api/3/myself").headers["RateLimit-Reason"] == "jira-quota-global-based"


def test_a_persons_token_costs_no_points(site: SiteUnderTest) -> None:
    site.faults(rateLimit={"quota": 1})
    answers = [site.admin.send("GET", "/rest/api/3/myself") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert not any("X-RateLimit-Limit" in answer.headers for answer in answers)


def test_the_clock_moves_only_forward(site: SiteUnderTest) -> None:
    before = site.control("GET", "/clock")["now"]
    site.control("POST", "/clock", {"advance": -1}, expect=400)
    site.control("POST", "/clock", {"to": "2020-01-01T00:00:00Z"}, expect=400)
    site.control("POST", "/clock", {"to": "2099-01-01T00:00:00"}, expect=400)
    assert site.control("GET", "/clock")["now"] == before
    assert site.control("POST", "/clock", {"advance": 1.5})["now"] > before


def test_control_refuses_what_it_does_not_know(site: SiteUnderTest) -> None:
    site.control("GET", "/sites/nowhere", expect=404)
    site.control("POST", f"/sites/{site.name}/people", {"displayName": "x", "rolls": []}, expect=400)
    site.control("POST", "/sites", {"name": site.name}, expect=409)
    site.control("POST", "/sites", {"name": "mars", "zone": "Mars/Olympus"}, expect=400)
    site.control("PUT", f"/sites/{site.name}/faults", {"rest": [{"status": 418}]}, expect=400)
    site.control("DELETE", f"/sites/{site.name}/apps/nothing", expect=404)


def test_the_snapshot_is_the_same_for_the_same_steps(site: SiteUnderTest) -> None:
    key = site.issue(labels=["b", "a"])
    site.admin.post(f"/rest/api/3/issue/{key}/comment", {"body": adf("a")})
    one = site.control("GET", f"/sites/{site.name}/snapshot")
    assert one == site.control("GET", f"/sites/{site.name}/snapshot")
    assert one["issues"][0]["comments"][0]["text"] == "a"
    assert one["issues"][0]["status"] == "Waiting for support"


def test_the_snapshot_tells_links_and_watchers(site: SiteUnderTest) -> None:
    blocked, blocker = site.issue(), site.issue()
    ends = {"inwardIssue": {"key": blocker}, "outwardIssue": {"key": blocked}}
    site.admin.post("/rest/api/3/issueLink", {"type": {"name": "Blocks"}, **ends})
    site.admin.post(f"/rest/api/3/issue/{blocked}/watchers", site.agent.account_id)
    shown = {issue["key"]: issue for issue in site.control("GET", f"/sites/{site.name}/snapshot")["issues"]}
    assert (shown[blocker]["links"], shown[blocked]["links"]) == ([f"blocks {blocked}"], [f"is blocked by {blocker}"])
    assert len(shown[blocked]["watchers"]) > len(shown[blocker]["watchers"])


def test_idle_when_nothing_is_sent(site: SiteUnderTest) -> None:
    site.issue()
    assert site.control("GET", "/idle?timeout=5") == {"idle": True}


def test_the_pages_are_on_the_site_s_port(site: SiteUnderTest) -> None:
    key = site.issue()
    with requests.Session() as http:
        http.trust_env = False
        answer = http.get(f"{site.admin.base_url}/browse/{key}", timeout=10)
    assert answer.status_code == 200
    assert key in answer.text
