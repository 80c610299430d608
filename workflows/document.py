"""Reads one YAML file into a frozen document, and turns whatever is wrong with it into `file:line: what is wrong`."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from workflows.checks import MALFORMED, Check, unknown
from workflows.complaint import Complaint, Location, complaints

M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True)
class Problem:
    """One thing found in one file; `line` counts from 1. What a check finds that is no error refuses nothing."""

    file: Path
    line: int
    message: str
    suggestion: str | None = None
    check: Check = MALFORMED

    def __str__(self) -> str:
        hint = f' (did you mean "{self.suggestion}"?)' if self.suggestion else ""
        return f"{self.file.as_posix()}:{self.line}: {self.message}{hint}"


class DocumentError(ValueError):
    """One or more files are wrong; the text has one `file:line: …` per line."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(problems, key=lambda p: (p.file.as_posix(), p.line)))
        super().__init__("\n".join(str(problem) for problem in self.problems))


def nearest(wrong: object, candidates: Iterable[str]) -> str | None:
    """The candidate most like what was written, or None when nothing is near."""
    by_fold = {candidate.casefold(): candidate for candidate in candidates}
    close = difflib.get_close_matches(str(wrong).casefold(), by_fold, n=1, cutoff=0.6)
    return by_fold[close[0]] if close else None


@dataclass(frozen=True)
class Source:
    """One YAML file as plain data that remembers on which line each part of it starts."""

    file: Path
    data: Any
    lines: Mapping[Location, int]

    def line(self, location: Location) -> int:
        """The line of the deepest part of the file that `location` reaches."""
        while location not in self.lines:
            location = location[:-1]
        return self.lines[location]

    def problem(
        self, location: Location, message: str, suggestion: str | None = None, *, check: Check = MALFORMED
    ) -> Problem:
        """A problem at one place of this file."""
        return Problem(self.file, self.line(location), message, suggestion, check)

    def unknown(self, location: Location, what: str, wrong: str, known: Iterable[str]) -> Problem:
        """The problem of a reference to something that does not exist, with the nearest thing that does."""
        return self.problem(location, f'unknown {what} "{wrong}"', nearest(wrong, known), check=unknown(what))

    def parse(self, model: type[M]) -> M:
        """The file as a document; raises DocumentError with every complaint of pydantic, each on its line."""
        try:
            return model.model_validate(self.data)
        except ValidationError as error:
            found = complaints(error, self.data, model)
        raise DocumentError(self._told(complaint) for complaint in found)

    def _told(self, complaint: Complaint) -> Problem:
        wrong = complaint.wrong
        hint = None if wrong is None or wrong in complaint.candidates else nearest(wrong, complaint.candidates)
        return self.problem(complaint.location, complaint.message, hint, check=complaint.check)


class _Loader(yaml.SafeLoader):
    """YAML 1.2's plain scalars only: `on`, `12:30` and `2026-11-02` stay text; anchors and tags are refused."""

    yaml_implicit_resolvers: dict[Any, Any] = {}  # noqa: RUF012 (PyYAML's own class attribute, without SafeLoader's)

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        event = self.peek_event()  # type: ignore[no-untyped-call]  # the stubs lack it
        if getattr(event, "anchor", None) is not None:
            self._refuse("anchors and aliases are not used here: write the value out", event)
        if getattr(event, "tag", None) is not None:
            self._refuse("tags are not used here: write the plain value", event)
        return super().compose_node(parent, index)

    def _refuse(self, message: str, event: Any) -> None:
        raise yaml.composer.ComposerError(None, None, message, event.start_mark)


for _tag, _pattern, _first in (
    ("null", r"null|~|", [*"n~", ""]),
    ("bool", r"true|false", [*"tf"]),
    ("int", r"[-+]?[0-9]+", [*"-+0123456789"]),
    ("float", r"[-+]?[0-9]+\.[0-9]+", [*"-+0123456789"]),
):
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(rf"^(?:{_pattern})$"), _first)

_SCALARS: dict[str, Callable[[str], Any]] = {
    "null": lambda _: None,
    "bool": lambda text: text == "true",
    "int": int,
    "float": float,
    "str": str,
}


class _Reading:
    """One pass over the composed nodes: plain data, the line of each part, and the keys given twice."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.lines: dict[Location, int] = {}
        self.problems: list[Problem] = []

    def data(self, node: yaml.Node, location: Location) -> Any:
        self.lines.setdefault(location, _line(node))
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, location)
        if isinstance(node, yaml.SequenceNode):
            return [self.data(item, (*location, index)) for index, item in enumerate(node.value)]
        return _SCALARS[node.tag.rpartition(":")[2]](node.value)

    def _mapping(self, node: yaml.MappingNode, location: Location) -> dict[str, Any]:
        data: dict[str, Any] = {}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                self.problems.append(Problem(self.file, _line(key), "a key must be a word, not a list or a mapping"))
                continue
            name = str(key.value)
            if name in data:
                first = self.lines[(*location, name)]
                message = f'the key "{name}" is given twice, first on line {first}'
                self.problems.append(Problem(self.file, _line(key), message))
                continue
            self.lines[(*location, name)] = _line(key)
            data[name] = self.data(value, (*location, name))
        return data


def _line(node: yaml.Node) -> int:
    return int(node.start_mark.line) + 1


def read(path: Path) -> Source:
    """One YAML file as plain data with lines; raises DocumentError for bad YAML, OSError when it cannot be read."""
    raw = path.read_bytes()
    try:
        node = _compose(raw.decode("utf-8"))
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise DocumentError([Problem(path, line, "this is not UTF-8 text")]) from error
    except yaml.reader.ReaderError as error:
        line = raw.decode("utf-8").count("\n", 0, error.position) + 1
        raise DocumentError([Problem(path, line, f"the character U+{error.character:04X} is not allowed")]) from error
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        raise DocumentError([Problem(path, line, f"not valid YAML: {error.problem}")]) from error
    if node is None:
        raise DocumentError([Problem(path, 1, "the file is empty")])
    reading = _Reading(path)
    data = reading.data(node, ())
    if reading.problems:
        raise DocumentError(reading.problems)
    return Source(path, data, reading.lines)


@lru_cache(maxsize=64)
def _compose(text: str) -> yaml.Node | None:
    """The nodes of a text; the same text is parsed once, for parsing is most of what reading costs."""
    loader = _Loader(text)
    try:
        return loader.get_single_node()
    finally:
        loader.dispose()


def load(path: Path, model: type[M]) -> M:
    """One YAML file as a document of this kind; raises DocumentError with every problem, OSError when unreadable."""
    return read(path).parse(model)
