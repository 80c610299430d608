"""Collects what each sentence of the source documents is kept by and proved by, and writes `docs/promises.md`."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import Field

from workflows.catalog import load_catalog
from workflows.document import load
from workflows.model import Document

ROOT = Path(__file__).resolve().parents[1]
LISTED = ROOT / "docs" / "promises.yaml"
CITING = (ROOT / "workflows" / "catalog", ROOT / "automation_rules" / "policies")

_COMMENT = re.compile(r"(?:^|\s)#\s(.*)$")
_CITED = re.compile(r"\b([A-E])([0-9]{1,2})\b(?:\s*[-–]\s*\1?([0-9]{1,2})\b)?")
_HEAD = ("| | sentence | kept by | tests |", "|---|---|---|---|")
_ONE_OF = {
    "statuses": "status",
    "resolutions": "resolution",
    "fields": "field",
    "levels": "level",
    "priorities": "priority",
    "workflows": "workflow",
    "transitions": "transition",
    "request_types": "request type",
    "calendars": "calendar",
    "slas": "clock",
    "roles": "role",
    "parameters": "parameter",
    "rules": "rule",
    "reasons": "reason",
}


class Promise(Document):
    """One sentence of a source document in short; `by` is what keeps it where no pack or policy cites it."""

    sentence: str = Field(min_length=1)
    noise: bool = False
    by: tuple[str, ...] = ()


class PromiseList(Document):
    """Every sentence, by its number."""

    kind: Literal["promises"]
    promises: dict[Annotated[str, Field(pattern=r"^[A-E][1-9][0-9]?$")], Promise]


@dataclass(frozen=True)
class Proof:
    """One test that is marked as keeping promises."""

    file: str
    name: str
    promises: tuple[str, ...]
    asserts: bool


@dataclass(frozen=True)
class Span:
    """The lines, from 0 and without the last, of a part of a YAML file that has an id."""

    first: int
    last: int
    label: str


def promises() -> Mapping[str, Promise]:
    """Every sentence, in the order of the documents."""
    return load(LISTED, PromiseList).promises


def citations() -> dict[str, list[str]]:
    """What the packs and policies say keeps each sentence: ``rule `told-new` ``."""
    found: dict[str, list[str]] = {}
    for folder in CITING:
        for path in sorted(folder.glob("*.yaml")):
            for number, keeper in cited_in(path.read_text("utf-8")):
                kept = found.setdefault(number, [])
                if keeper not in kept:
                    kept.append(keeper)
    return found


def cited_in(text: str) -> Iterator[tuple[str, str]]:
    """Each sentence a YAML file cites in a comment, with the innermost part with an id that the comment stands in.

    What the comment at the head of the file cites is not claimed for any part of it.
    """
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    spans = sorted(_spans(root, "document"), key=lambda span: span.first)
    for line, written in enumerate(text.splitlines()):
        comment = _COMMENT.search(written)
        if comment is None or root is None or line < root.start_mark.line:
            continue
        around = [span for span in spans if span.first <= line < span.last]
        if around:
            for number in numbers(comment[1]):
                yield number, around[-1].label


def numbers(text: str) -> Iterator[str]:
    """The numbers of sentences in a text, ranges written out: `C2-C4` is C2, C3, C4."""
    for document, first, last in _CITED.findall(text):
        yield from (f"{document}{number}" for number in range(int(first), int(last or first) + 1))


def _spans(node: yaml.Node | None, what: str, inside: str = "") -> Iterator[Span]:
    if isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from _spans(item, what, inside)
    if not isinstance(node, yaml.MappingNode):
        return
    named = next((value.value for key, value in node.value if key.value == "id" and what != "document"), None)
    if named is not None:
        # A flow mapping ends on its own line, a block where the next part begins.
        last = node.end_mark.line + (1 if node.flow_style else 0)
        yield Span(node.start_mark.line, last, f"{what} `{inside}{named}`")
    for key, value in node.value:
        if what == "document":
            yield Span(key.start_mark.line, value.end_mark.line + 1, key.value)
        yield from _spans(value, _ONE_OF.get(key.value, key.value), f"{named}/" if what == "workflow" else "")


@lru_cache
def proofs(folder: Path) -> tuple[Proof, ...]:
    """Every marked test below a folder, and whether it asserts anything, itself or by what it calls."""
    trees = {path: ast.parse(path.read_text("utf-8")) for path in sorted(folder.rglob("*.py"))}
    asserting = _asserting(trees.values())
    return tuple(
        Proof(path.relative_to(folder.parent).as_posix(), node.name, marked, _asserts(node, asserting))
        for path, tree in trees.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and (marked := _marked(node))
    )


def _marked(node: ast.FunctionDef) -> tuple[str, ...]:
    return tuple(
        str(argument.value)
        for decorator in node.decorator_list
        if isinstance(decorator, ast.Call) and ast.unparse(decorator.func) == "pytest.mark.promise"
        for argument in decorator.args
        if isinstance(argument, ast.Constant)
    )


def _asserting(trees: Iterable[ast.Module]) -> frozenset[str]:
    """The names of the functions among the tests that assert something, directly or by calling one that does."""
    functions = [
        node
        for tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("test_")
    ]
    names: frozenset[str] = frozenset()
    while True:
        more = frozenset(node.name for node in functions if _asserts(node, names))
        if more == names:
            return names
        names = more


def _asserts(function: ast.FunctionDef, asserting: frozenset[str]) -> bool:
    for node in ast.walk(function):
        if isinstance(node, ast.Assert) and not isinstance(node.test, ast.Constant):
            return True
        if isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            if called == "pytest.raises" or called.rpartition(".")[2] in asserting:
                return True
    return False


def page() -> str:
    """The tables of `docs/promises.md`."""
    cited, marked = citations(), proofs(ROOT / "tests")
    packs = {str(pack.source): pack.id for pack in load_catalog().packs.values()}
    parts: list[str] = []
    for document in sorted({number[0] for number in promises()}):
        lines = [f"## Document {document}: [{packs[document]}](packs/{packs[document]}.md)", "", *_HEAD]
        lines += [
            _row(number, promise, cited.get(number, []), [proof for proof in marked if number in proof.promises])
            for number, promise in promises().items()
            if number.startswith(document)
        ]
        parts.append("\n".join(lines))
    return "\n\n".join(parts)


def _row(number: str, promise: Promise, cited: list[str], marked: list[Proof]) -> str:
    if promise.noise:
        return f"| {number} | {promise.sentence} | nothing to keep | |"
    by_file: dict[str, list[str]] = {}
    for proof in marked:
        by_file.setdefault(proof.file, []).append(proof.name.removeprefix("test_").replace("_", " "))
    tests = "<br>".join(f"`{file}`: {'; '.join(names)}" for file, names in by_file.items())
    return f"| {number} | {promise.sentence} | {'; '.join((*cited, *promise.by))} | {tests} |"
