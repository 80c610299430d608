"""What an administrator's webhook must prove: the secret over the raw body, and that the body is recent."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connect_app.doors.installation import Door, Installation, Secrets
from connect_app.doors.token.signatures import NEWEST_SECONDS, OLDEST_SECONDS, HookSignatures, check_recent
from connect_app.errors import NotAuthentic
from tests.connect_app.auth_cases import NOW
from tests.connect_app.doors.conftest import site

HOOK = "h" * 32
PUBLISHED_SECRET, PUBLISHED_BODY = "It's a Secret to Everybody", b"Hello World!"
PUBLISHED = "sha256=a4771c39fbe90f317c7824e83ddef3caae9cb3d976c214ace1f2937e133263c9"


def hooks(secrets: Secrets, door: Door = Door.TOKEN) -> HookSignatures:
    found: dict[str, tuple[Installation, Secrets]] = {HOOK: (replace(site(door), hook_id=HOOK), secrets)}
    return HookSignatures(found.get)


def signed(secret: str, body: bytes) -> str:
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def test_atlassians_published_vector_is_accepted() -> None:
    caller = hooks(Secrets(shared=PUBLISHED_SECRET)).verify(HOOK, PUBLISHED, lambda: PUBLISHED_BODY, host_time=NOW)
    assert caller.installation.hook_id == HOOK
    assert caller.account_id is None


@pytest.mark.parametrize(
    "signature",
    [
        None,
        "",
        "sha256=",
        PUBLISHED.removeprefix("sha256="),
        PUBLISHED.replace("sha256", "sha1"),
        PUBLISHED.replace("sha256", "md5"),
        "sha1=" + hmac.new(PUBLISHED_SECRET.encode(), PUBLISHED_BODY, hashlib.sha1).hexdigest(),
        "none=",
        PUBLISHED[:-1],
        PUBLISHED + "0",
        PUBLISHED + "," + PUBLISHED,
        "sha256=" + "ä" * 64,
    ],
)
def test_any_other_signature_is_refused(signature: str | None) -> None:
    with pytest.raises(NotAuthentic):
        hooks(Secrets(shared=PUBLISHED_SECRET)).verify(HOOK, signature, lambda: PUBLISHED_BODY, host_time=NOW)


@given(st.binary(max_size=40), st.integers(0, 39), st.integers(1, 255))
def test_one_changed_byte_of_the_body_is_noticed(body: bytes, place: int, change: int) -> None:
    signature = signed("s", body)
    assert hooks(Secrets(shared="s")).verify(HOOK, signature, lambda: body, host_time=NOW)
    other = bytearray(body or b"x")
    other[place % len(other)] ^= change
    with pytest.raises(NotAuthentic):
        hooks(Secrets(shared="s")).verify(HOOK, signature, lambda: bytes(other), host_time=NOW)


def test_the_secret_before_a_rotation_counts_until_its_end_and_not_a_second_longer() -> None:
    rotated = hooks(Secrets(shared="new", previous="old", previous_until=NOW + 60))
    assert rotated.verify(HOOK, signed("new", b"x"), lambda: b"x", host_time=NOW)
    assert rotated.verify(HOOK, signed("old", b"x"), lambda: b"x", host_time=NOW + 59)
    with pytest.raises(NotAuthentic):
        rotated.verify(HOOK, signed("old", b"x"), lambda: b"x", host_time=NOW + 60)


def test_another_sites_signature_an_unknown_address_and_another_door_are_refused_in_the_same_words() -> None:
    good = signed("mine", b"x")
    told = set()
    for door, hook_id, signature in (
        (Door.TOKEN, HOOK, signed("the neighbour's", b"x")),
        (Door.TOKEN, "u" * 32, good),
        (Door.TOKEN, "short", good),
        (Door.TOKEN, "../" + HOOK, good),
        (Door.CONNECT, HOOK, good),
    ):
        with pytest.raises(NotAuthentic) as refused:
            hooks(Secrets(shared="mine"), door).verify(hook_id, signature, lambda: b"x", host_time=NOW)
        told.add((str(refused.value), refused.value.reason))
    assert len(told) == 1


def test_a_strangers_body_is_never_read() -> None:
    def read() -> bytes:
        raise AssertionError("25 megabytes for nobody")

    with pytest.raises(NotAuthentic):
        hooks(Secrets(shared="mine")).verify("u" * 32, signed("mine", b"x"), read, host_time=NOW)


@pytest.mark.parametrize("age", [0, 4500, OLDEST_SECONDS, -NEWEST_SECONDS])
def test_a_retry_an_hour_and_a_quarter_later_is_recent_enough(age: float) -> None:
    check_recent({"timestamp": int((NOW - age) * 1000)}, now=NOW)


@pytest.mark.parametrize(
    "body",
    [
        {"timestamp": int((NOW - OLDEST_SECONDS - 1) * 1000)},
        {"timestamp": int((NOW + NEWEST_SECONDS + 1) * 1000)},
        {"timestamp": str(int(NOW * 1000))},
        {"timestamp": True},
        {"timestamp": None},
        {},
        [],
        None,
        "text",
    ],
)
def test_an_old_future_or_undated_body_is_refused(body: object) -> None:
    with pytest.raises(NotAuthentic):
        check_recent(body, now=NOW)
