"""What Jira says of its limits is read in every form it is written in, and never believed blindly."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connect_app.jira.limit_headers import BURST, QUOTA_GLOBAL, QUOTA_TENANT, Told, is_quota, read_limits

POLICY = '"global-app-quota";q=65000;w=3600'


def test_the_classic_headers() -> None:
    headers = {"Retry-After": "17", "RateLimit-Reason": BURST, "X-RateLimit-NearLimit": "true"}
    assert read_limits(headers) == Told(retry_after=17.0, reason=BURST, near=True)


@pytest.mark.parametrize("prefix", ["", "Beta-"])
def test_the_structured_headers_with_and_without_their_prefix(prefix: str) -> None:
    headers = {
        f"{prefix}RateLimit-Policy": POLICY,
        f"{prefix}RateLimit": '"global-app-quota";r=1234;t=567',
        f"{prefix}Retry-After": "9",
    }
    assert read_limits(headers) == Told(retry_after=9.0, near=True, near_quota=True, refills_in=567.0)
    headers[f"{prefix}RateLimit"] = '"global-app-quota";r=64000;t=567'
    assert read_limits(headers) == Told(retry_after=9.0)


@pytest.mark.parametrize(("policy", "reason"), [("global-app-quota", QUOTA_GLOBAL), ("tenant-quota", QUOTA_TENANT)])
def test_a_spent_quota_is_known_without_a_reason(policy: str, reason: str) -> None:
    found = read_limits({"RateLimit-Policy": f'"{policy}";q=10;w=3600', "RateLimit": f'"{policy}";r=0;t=60'})
    assert (found.reason, is_quota(found.reason), found.refills_in) == (reason, True, 60.0)


@pytest.mark.parametrize("prefix", ["X-RateLimit", "X-Beta-RateLimit"])
def test_little_left_is_near_though_nobody_says_so(prefix: str) -> None:
    assert read_limits({f"{prefix}-Limit": "100", f"{prefix}-Remaining": "19"}).near
    assert not read_limits({f"{prefix}-Limit": "100", f"{prefix}-Remaining": "20"}).near


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "Sun, 22 Nov 2026 12:00:30 GMT"}, 30.0),
        ({"X-RateLimit-Reset": "2026-11-22T12:01:00Z"}, 60.0),
        ({"X-RateLimit-Reset": "2026-11-22T11:00:00Z"}, None),
        ({"X-RateLimit-Reset": "2026-11-24T12:00:01Z"}, None),
        ({"Retry-After": "5", "X-RateLimit-Reset": "2026-11-22T12:01:00Z"}, 5.0),
    ],
)
def test_dates_are_held_against_jira_s_own_clock(headers: dict[str, str], seconds: float | None) -> None:
    assert read_limits({**headers, "Date": "Sun, 22 Nov 2026 12:00:00 GMT"}).retry_after == seconds


NAMES = ("Retry-After", "X-RateLimit-Reset", "Date", "RateLimit", "RateLimit-Policy", "X-RateLimit-Limit")


@given(st.dictionaries(st.sampled_from(NAMES), st.text(st.characters(max_codepoint=255), max_size=40)))
def test_nonsense_is_read_as_nothing(headers: dict[str, str]) -> None:
    found = read_limits(headers)
    assert found.retry_after is None or 0 < found.retry_after <= 86_400
