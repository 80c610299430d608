from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Annotated, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from workflows.document import DocumentError, Problem, load, nearest, read
from workflows.model import Actor, Id


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Circle(Strict):
    kind: Literal["circle"]
    radius: int


class Square(Strict):
    kind: Literal["square"]
    side: float = 1.0


def _odd(value: int) -> int:
    if value % 2 == 0:
        raise ValueError(f"{value} is even")
    return value


class Sheet(Strict):
    title: str
    ident: Id | None = None
    who: tuple[Actor, ...] = ()
    shapes: tuple[Annotated[Circle | Square, Field(discriminator="kind")], ...] = ()
    from_: tuple[Id, ...] | Literal["any"] = Field(default="any", alias="from")
    odd: Annotated[int, AfterValidator(_odd)] = 1
    flag: bool = False
    by_name: dict[str, Circle] = {}
    short: str = Field(default="", max_length=3)
    either: Circle | Square | None = None


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "sheet.yaml"


def problems(file: Path, text: str) -> list[str]:
    """What loading says, without the folder of the file."""
    file.write_text(text, encoding="utf-8")
    with pytest.raises(DocumentError) as caught:
        load(file, Sheet)
    assert str(caught.value) == "\n".join(str(problem) for problem in caught.value.problems)
    return [str(problem).removeprefix(f"{file.parent.as_posix()}/") for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", ["sheet.yaml:1: the file is empty"]),
        ("# only a comment\n", ["sheet.yaml:1: the file is empty"]),
        ("title: [a", ["sheet.yaml:1: not valid YAML: expected ',' or ']', but got '<stream end>'"]),
        ("title: a\n  b: c\n", ["sheet.yaml:2: not valid YAML: mapping values are not allowed here"]),
        ("title: a\n---\ntitle: b\n", ["sheet.yaml:2: not valid YAML: but found another document"]),
        ("title: a\nb: \x07\n", ["sheet.yaml:2: the character U+0007 is not allowed"]),
        (
            "title: &x a\nshort: *x\n",
            ["sheet.yaml:1: not valid YAML: anchors and aliases are not used here: write the value out"],
        ),
        (
            "title: a\nshort: *x\n",
            ["sheet.yaml:2: not valid YAML: anchors and aliases are not used here: write the value out"],
        ),
        ("title: !!str a\n", ["sheet.yaml:1: not valid YAML: tags are not used here: write the plain value"]),
        ("title: a\n\ntitle: b\n", ['sheet.yaml:3: the key "title" is given twice, first on line 1']),
        (
            "title: a\nshapes:\n  - {kind: circle, radius: 1, radius: 2}\n",
            ['sheet.yaml:3: the key "radius" is given twice, first on line 3'],
        ),
        ("title: a\n? [x, y]\n: b\n", ["sheet.yaml:2: a key must be a word, not a list or a mapping"]),
        ("[1, 2]\n", ["sheet.yaml:1: expected a mapping of keys to values, found a list"]),
        ("a word\n", ['sheet.yaml:1: expected a mapping of keys to values, found "a word"']),
        ("{}\n", ['sheet.yaml:1: the key "title" is missing']),
        (
            "# first\ntitle: a\ntitel: b\n",
            ['sheet.yaml:3: unknown key "titel" (did you mean "title"?)'],
        ),
        ("title: a\nzzz: b\n", ['sheet.yaml:2: unknown key "zzz"']),
        ("title: 12\n", ["sheet.yaml:1: expected text, found 12"]),
        ("title:\n", ["sheet.yaml:1: expected text, found nothing"]),
        ("title: {a: b}\n", ["sheet.yaml:1: expected text, found a mapping"]),
        ("title: true\n", ["sheet.yaml:1: expected text, found true"]),
        ("title: 1.5\n", ["sheet.yaml:1: expected text, found 1.5"]),
        (
            "title: a\nident: Not an id\n",
            ['sheet.yaml:2: "Not an id" is not an id: lower-case words joined by hyphens'],
        ),
        (
            "title: a\nwho:\n  - agent\n  - custommer\n",
            ['sheet.yaml:4: "custommer" is not one of agent, customer, app (did you mean "customer"?)'],
        ),
        ("title: a\nwho: agent\n", ['sheet.yaml:2: expected a list, found "agent"']),
        (
            "title: a\nshapes:\n  - {kind: circel, radius: 1}\n",
            ['sheet.yaml:3: unknown kind "circel" (did you mean "circle"?)'],
        ),
        ("title: a\nshapes:\n  - {radius: 1}\n", ['sheet.yaml:3: the key "kind" is missing']),
        (
            "title: a\nshapes:\n  - kind: circle\n    radius: 1\n    raduis: 2\n",
            ['sheet.yaml:5: unknown key "raduis" (did you mean "radius"?)'],
        ),
        (
            "title: a\nshapes:\n  - kind: square\n    radius: 1\n",
            ['sheet.yaml:4: unknown key "radius"'],
        ),
        ("title: a\nshapes:\n  - kind: circle\n", ['sheet.yaml:3: the key "radius" is missing']),
        ("title: a\nshapes:\n  - {kind: circle, radius: x}\n", ['sheet.yaml:3: expected a whole number, found "x"']),
        ("title: a\nshapes:\n  - {kind: square, side: x}\n", ['sheet.yaml:3: expected a number, found "x"']),
        (
            "title: a\nfrom: anny\n",
            ['sheet.yaml:2: expected a list, found "anny", or "anny" is not one of any (did you mean "any"?)'],
        ),
        (
            "title: a\nfrom:\n  - good\n  - Bad\n",
            ['sheet.yaml:4: "Bad" is not an id: lower-case words joined by hyphens'],
        ),
        ("title: a\nodd: 4\n", ["sheet.yaml:2: 4 is even"]),
        ("title: a\nflag: perhaps\n", ['sheet.yaml:2: expected true or false, found "perhaps"']),
        (
            "title: a\nby_name:\n  one:\n    kind: circle\n    radius: 1\n    radios: 1\n",
            ['sheet.yaml:6: unknown key "radios" (did you mean "radius"?)'],
        ),
        ("title: a\nby_name: [1]\n", ["sheet.yaml:2: expected a mapping of keys to values, found a list"]),
        ("title: a\nshort: long\n", ["sheet.yaml:2: String should have at most 3 characters"]),
        (
            "title: 1\nshort: 2\n",
            ["sheet.yaml:1: expected text, found 1", "sheet.yaml:2: expected text, found 2"],
        ),
    ],
)
def test_each_mistake_is_told_with_its_file_and_line(file: Path, text: str, told: list[str]) -> None:
    assert problems(file, text) == told


def test_a_union_without_discriminator_tells_its_alternatives_in_one_line_per_place(file: Path) -> None:
    told = problems(file, "title: a\neither: {kind: hexagon, radius: 1}\n")
    assert told == [
        'sheet.yaml:2: "hexagon" is not one of circle, or "hexagon" is not one of square',
        'sheet.yaml:2: unknown key "radius"',
    ]


def test_bytes_that_are_not_utf8_are_told_with_their_line(file: Path) -> None:
    file.write_bytes(b"title: a\nshort: \xe9\n")
    with pytest.raises(DocumentError, match=r":2: this is not UTF-8 text$"):
        load(file, Sheet)


def test_a_file_that_cannot_be_read_is_the_callers_affair(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read(tmp_path / "absent.yaml")


def test_plain_words_stay_words(file: Path) -> None:
    file.write_text(
        "a: on\nb: 12:30\nc: 2026-11-02\nd: 3d\ne: 1e3\nf: ~\ng: null\nh:\n"
        "i: true\nj: -4\nk: 1.50\nl: '7'\nm: 012\n12: x\n",
        encoding="utf-8",
    )
    assert read(file).data == {
        "a": "on",
        "b": "12:30",
        "c": "2026-11-02",
        "d": "3d",
        "e": "1e3",
        "f": None,
        "g": None,
        "h": None,
        "i": True,
        "j": -4,
        "k": 1.5,
        "l": "7",
        "m": 12,
        "12": "x",
    }


def test_a_right_document_is_read(file: Path) -> None:
    file.write_text("title: été\nfrom: [a, b]\nshapes: [{kind: circle, radius: 2}]\n", encoding="utf-8")
    sheet = load(file, Sheet)
    assert (sheet.title, sheet.from_, sheet.shapes) == ("été", ("a", "b"), (Circle(kind="circle", radius=2),))


def test_problems_are_sorted_by_file_and_line() -> None:
    error = DocumentError([Problem(Path("b"), 1, "x"), Problem(Path("a"), 9, "y"), Problem(Path("a"), 2, "z", "w")])
    assert str(error) == 'a:2: z (did you mean "w"?)\na:9: y\nb:1: x'


@given(st.text(min_size=1, max_size=12), st.lists(st.text(min_size=1, max_size=12), min_size=1, max_size=6))
def test_the_nearest_name_is_one_of_the_candidates(wrong: str, candidates: list[str]) -> None:
    assert nearest(wrong, candidates) in {None, *candidates}


@given(st.sampled_from(["waiting-customer", "in-progress", "closed"]), st.integers(min_value=0, max_value=15))
def test_one_missing_letter_is_always_recognised(name: str, position: int) -> None:
    position %= len(name)
    known = ["waiting-customer", "in-progress", "closed"]
    assert nearest(name[:position] + name[position + 1 :], known) == name


@given(
    st.recursive(
        st.text(alphabet="abc é:#-'\"{}[],&*!|>%@`", max_size=8) | st.integers() | st.booleans() | st.none(),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abc", min_size=1), inner, max_size=3),
        max_leaves=8,
    )
)
def test_whatever_is_in_a_file_reading_ends_in_data_or_in_problems(
    tmp_path_factory: pytest.TempPathFactory, value: object
) -> None:
    path = tmp_path_factory.mktemp("any") / "any.yaml"
    path.write_text(str(value), encoding="utf-8")
    with contextlib.suppress(DocumentError):
        assert load(path, Sheet).title
