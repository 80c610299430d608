"""A title is cut between what readers see as characters, and never longer than Jira takes."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automation_rules.titles import one_line, shortened, units

FAMILY = "👩‍👩‍👧‍👦"


@pytest.mark.parametrize(
    ("text", "room", "cut"),
    [
        ("court", 5, "court"),
        ("un peu long", 7, "un peu…"),
        ("abc", 0, ""),
        ("abc", 1, "…"),
        (FAMILY * 2, 12, f"{FAMILY}…"),
        (FAMILY, 10, "…"),
        ("ee\u0301e", 3, "e…"),
        ("👍🏽👍🏽", 5, "👍🏽…"),
        ("🇫🇷🇧🇪", 5, "🇫🇷…"),
        ("🇫🇷🇧🇪", 7, "🇫🇷…"),
        ("abcd efgh", 6, "abcd…"),
        ("مرحبا", 4, "مرح…"),
    ],
)
def test_a_cut_falls_between_characters(text: str, room: int, cut: str) -> None:
    assert shortened(text, room) == cut


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("une\nligne\r\n  et\tdemie ", "une ligne et demie"),
        ("a\x00b\x1bc", "a b c"),
        ("a\u2028b\u00a0c", "a b c"),
        ("\u202eabc\u2066", "abc"),
        ("", ""),
    ],
)
def test_one_line_has_no_control_characters_and_no_overrides(text: str, line: str) -> None:
    assert one_line(text) == line


@given(st.text(max_size=400), st.integers(0, 300))
def test_whatever_the_text_it_fits_and_ends_whole(text: str, room: int) -> None:
    line = one_line(text)
    cut = shortened(line, room)
    assert units(cut) <= room
    if cut != line and room > 0:
        assert cut.endswith("…")
        rest = line[len(cut) - 1 :].lstrip()
        assert line.startswith(cut[:-1])
        assert not rest or unicodedata.category(rest[0]) not in {"Mn", "Mc", "Me"}
    assert all(unicodedata.category(character) != "Cc" for character in cut)
