from __future__ import annotations

from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jira_sandbox.apps.qsh import canonical_request, query_string_hash

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
PAIRS = st.lists(st.tuples(TEXT.filter(lambda name: name not in ("", "jwt")), TEXT), max_size=8)


@given(PAIRS, st.randoms(use_true_random=False))
def test_neither_order_nor_style_of_encoding_changes_the_hash(pairs: list[tuple[str, str]], chance: object) -> None:
    plain = "&".join(f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in pairs)
    shuffled = sorted(pairs, key=lambda _: chance.random())  # type: ignore[attr-defined]  # hypothesis' Random
    other = "&".join(f"{quote_plus(name)}={quote_plus(value)}" for name, value in shuffled)
    assert query_string_hash("GET", "/a", plain) == query_string_hash("get", "/a", other)


@given(PAIRS, TEXT)
def test_a_token_in_the_query_is_not_hashed_but_anything_else_is(pairs: list[tuple[str, str]], extra: str) -> None:
    query = "&".join(f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in pairs)
    assert query_string_hash("GET", "/a", f"{query}&jwt=x.y.z") == query_string_hash("GET", "/a", query)
    changed = f"{query}&zz{quote(extra, safe='')}=1"
    assert query_string_hash("GET", "/a", changed) != query_string_hash("GET", "/a", query)


@pytest.mark.parametrize(
    ("path", "base", "canonical"),
    [
        ("/sf/page", "/sf", "/page"),
        ("/sf", "/sf", "/"),
        ("/sf/", "/sf/", "/"),
        ("/sfx/page", "/sf", "/sfx/page"),
        ("", "", "/"),
        ("/a/", "", "/a"),
        ("/a&b%2Fc", "", "/a%26b%2Fc"),
    ],
)
def test_the_path_is_relative_to_the_base_and_otherwise_as_sent(path: str, base: str, canonical: str) -> None:
    assert canonical_request("GET", path, "", base) == f"GET&{canonical}&"


def test_names_sort_by_utf16_code_unit_as_in_java() -> None:
    private, astral = quote("\uffee"), quote("\U0001f600")
    assert canonical_request("GET", "/", f"{private}=1&{astral}=2") == f"GET&/&{astral}=2&{private}=1"
