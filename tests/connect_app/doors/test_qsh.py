from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, quote, quote_plus, urlencode, urlsplit

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from connect_app.doors.incoming import IncomingRequest, only_token
from connect_app.doors.jwt import read_untrusted, verified_claims
from connect_app.doors.qsh import (
    LARGEST_QUERY,
    MOST_PARAMETERS,
    canonical_request,
    query_string_hash,
    relative_path,
)
from connect_app.doors.request_tokens import check_bound
from connect_app.errors import NotAuthentic
from tests.connect_app.auth_cases import VECTORS

SIGNED: list[Any] = VECTORS["signedUrls"]
UNIT: list[Any] = VECTORS["unit"]


def test_there_are_fifty_one_vectors() -> None:
    assert len(SIGNED) + len(UNIT) == 51


@pytest.mark.parametrize("vector", SIGNED, ids=lambda v: v["name"])
def test_published_signed_addresses(vector: Any) -> None:
    parts = urlsplit(vector["signedUrl"])
    assert canonical_request(vector["method"], parts.path, parts.query) == vector["canonical"]
    assert query_string_hash(vector["method"], parts.path, parts.query) == vector["qsh"]
    request = IncomingRequest(
        method=vector["method"],
        raw_path=parts.path,
        query_string=parts.query,
        jwt_parameters=tuple(value for name, value in parse_qsl(parts.query) if name == "jwt"),
    )
    token = read_untrusted(only_token(request), algorithm="HS256")
    expires = VECTORS["tokensExpireAt"]
    claims = verified_claims(token, VECTORS["hs256Secret"], algorithm="HS256", host_time=expires - 60)
    check_bound(claims["qsh"], request)
    with pytest.raises(NotAuthentic):
        verified_claims(token, VECTORS["hs256Secret"], algorithm="HS256", host_time=expires + 31)
    with pytest.raises(NotAuthentic):
        verified_claims(token, VECTORS["hs256Secret"] + "x", algorithm="HS256", host_time=expires - 60)


@pytest.mark.parametrize("vector", UNIT, ids=lambda v: v["name"])
def test_published_unit_vectors(vector: Any) -> None:
    query = vector["query"] if "query" in vector else urlencode(vector["queryPairs"])
    base = vector.get("baseUrlPath", "")
    assert canonical_request(vector["method"], vector["path"], query, base_path=base) == vector["canonical"]
    assert query_string_hash(vector["method"], vector["path"], query, base_path=base) == vector["qsh"]


PAIRS = st.lists(
    st.tuples(st.text(st.characters(codec="utf-8"), max_size=4), st.text(st.characters(codec="utf-8"), max_size=6)),
    max_size=6,
)


def _written(pairs: list[tuple[str, str]], plus: list[bool]) -> str:
    """The same pairs, each encoded in one of the styles that clients use."""
    styles = [quote_plus if p else (lambda text: quote(text, safe="")) for p in plus]
    return "&".join(
        f"{styles[i % len(styles)](name)}={styles[i % len(styles)](value)}" for i, (name, value) in enumerate(pairs)
    )


@given(PAIRS, st.lists(st.booleans(), min_size=1, max_size=6), st.randoms(use_true_random=False))
def test_neither_order_nor_encoding_of_the_query_matters(
    pairs: list[tuple[str, str]], plus: list[bool], random: Any
) -> None:
    shuffled = list(pairs)
    random.shuffle(shuffled)
    assert query_string_hash("GET", "/x", urlencode(pairs)) == query_string_hash("GET", "/x", _written(shuffled, plus))


@given(PAIRS, PAIRS)
def test_two_queries_that_differ_hash_differently(one: list[tuple[str, str]], other: list[tuple[str, str]]) -> None:
    kept = [sorted(pair for pair in pairs if pair[0] != "jwt") for pairs in (one, other)]
    assume(kept[0] != kept[1])
    assert canonical_request("GET", "/x", urlencode(one)) != canonical_request("GET", "/x", urlencode(other))


@given(PAIRS, st.text(st.characters(codec="ascii"), max_size=5))
def test_the_token_itself_is_not_signed(pairs: list[tuple[str, str]], token: str) -> None:
    with_token = urlencode([*pairs, ("jwt", token)])
    assert query_string_hash("GET", "/x", with_token) == query_string_hash("GET", "/x", urlencode(pairs))


@pytest.mark.parametrize(
    ("one", "other"),
    [("/a%2Fb", "/a/b"), ("/%61", "/a"), ("/a%2f", "/a%2F"), ("/a//", "/a"), ("/A", "/a"), ("/a+b", "/a%20b")],
)
def test_the_raw_path_matters(one: str, other: str) -> None:
    assert query_string_hash("GET", one, "") != query_string_hash("GET", other, "")


def test_the_method_matters_but_not_its_case() -> None:
    assert query_string_hash("post", "/a", "") == query_string_hash("POST", "/a", "")
    assert query_string_hash("GET", "/a", "") != query_string_hash("POST", "/a", "")


@pytest.mark.parametrize(
    ("path", "base", "expected"),
    [
        ("/sf/connect", "/sf", "/connect"),
        ("/sf", "/sf", "/"),
        ("/sf/", "/sf/", "/"),
        ("/sfx/connect", "/sf", "/sfx/connect"),
        ("/connect", "/sf", "/connect"),
        ("", "", "/"),
    ],
)
def test_only_whole_segments_of_the_base_path_are_taken_away(path: str, base: str, expected: str) -> None:
    assert relative_path(path, base) == expected


def test_utf_16_order_not_code_point_order() -> None:
    assert canonical_request("GET", "/", urlencode([("\U0001f600", "1"), ("\uff5e", "2")])).startswith(
        "GET&/&%F0%9F%98%80=1&%EF%BD%9E=2"
    )


@pytest.mark.parametrize("query", ["a=" + "b" * LARGEST_QUERY, "&".join("a=1" for _ in range(MOST_PARAMETERS + 1))])
def test_a_query_out_of_proportion_is_refused(query: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        query_string_hash("GET", "/", query)
    with pytest.raises(NotAuthentic):
        check_bound("0" * 64, IncomingRequest(method="GET", raw_path="/", query_string=query))
