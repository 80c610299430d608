"""The part of JQL a webhook filter may use (contract §2.1): fields compared with =, !=, IN and NOT IN."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

_FIELDS = frozenset({"issuekey", "project", "issuetype", "status", "priority", "assignee", "reporter"})
_TOKEN = re.compile(
    r"""\s*(?:(?P<quoted>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|(?P<sign>!=|[=(),])|(?P<word>[^\s"'=!(),]+))"""
)
_NAMES = ("id", "key", "name", "value", "accountId", "displayName")

Issue = Mapping[str, Any]
Test = Callable[[Issue], bool]


class FilterProblem(ValueError):
    """The text is not within the supported part of JQL."""


def filter_problem(jql: str) -> str | None:
    """Why Jira would refuse this webhook filter, or None when it is within the supported part of JQL."""
    try:
        _Reader(jql).read()
    except FilterProblem as problem:
        return str(problem)
    return None


def issue_passes(jql: str, issue: Issue) -> bool:
    """Whether an issue, as a webhook body shows it, passes a supported filter; for issues that no longer exist."""
    return _Reader(jql).read()(issue)


class _Reader:
    """Reads a filter by recursive descent: OR of ANDs of clauses, with NOT and parentheses."""

    def __init__(self, jql: str) -> None:
        self._tokens = _tokens(jql)
        self._place = 0

    def read(self) -> Test:
        test = self._either()
        if self._place < len(self._tokens):
            raise FilterProblem(f"not supported in webhook filters: {self._tokens[self._place]!r}")
        return test

    def _either(self) -> Test:
        tests = [self._both()]
        while self._take("or"):
            tests.append(self._both())
        return lambda issue: any(test(issue) for test in tests)

    def _both(self) -> Test:
        tests = [self._one()]
        while self._take("and"):
            tests.append(self._one())
        return lambda issue: all(test(issue) for test in tests)

    def _one(self) -> Test:
        if self._take("not"):
            test = self._one()
            return lambda issue: not test(issue)
        if self._take("("):
            inner = self._either()
            self._need(")")
            return inner
        return self._clause()

    def _clause(self) -> Test:
        field = self._next("a field").lower()
        if field not in _FIELDS and not field.startswith(("issue.property", "cf[")):
            raise FilterProblem(f"the field {field!r} is not supported in webhook filters")
        excluded = False
        if self._take("="):
            values = {self._value()}
        elif self._take("!="):
            excluded, values = True, {self._value()}
        else:
            excluded = self._take("not")
            self._need("in")
            values = self._list()
        return lambda issue: bool(_texts(issue, field) & values) != excluded

    def _list(self) -> set[str]:
        self._need("(")
        values = {self._value()}
        while self._take(","):
            values.add(self._value())
        self._need(")")
        return values

    def _value(self) -> str:
        token = self._next("a value")
        if token in ("(", ")", ",", "=", "!="):
            raise FilterProblem(f"a value is needed instead of {token!r}")
        if self._place < len(self._tokens) and self._tokens[self._place] == "(":
            raise FilterProblem(f"functions are not supported in webhook filters: {token}()")
        bare = re.sub(r"\\(.)", r"\1", token[1:-1]) if token[0] in "\"'" else token
        return bare.lower()

    def _next(self, what: str) -> str:
        if self._place >= len(self._tokens):
            raise FilterProblem(f"{what} is missing at the end")
        self._place += 1
        return self._tokens[self._place - 1]

    def _take(self, word: str) -> bool:
        found = self._place < len(self._tokens) and self._tokens[self._place].lower() == word
        self._place += found
        return found

    def _need(self, word: str) -> None:
        found = self._tokens[self._place] if self._place < len(self._tokens) else "the end"
        if not self._take(word):
            raise FilterProblem(f"{word.upper()!r} is needed instead of {found!r}")


def _tokens(jql: str) -> list[str]:
    tokens, position, text = [], 0, jql.rstrip()
    while position < len(text):
        found = _TOKEN.match(text, position)
        if found is None:
            raise FilterProblem(f"not JQL: {text[position : position + 40]!r}")
        tokens.append(found[0].strip())
        position = found.end()
    return tokens


def _texts(issue: Issue, field: str) -> set[str]:
    """Every way of naming the value of a field, in lower case; empty when the body does not show the field."""
    if field == "issuekey":
        return {str(issue[name]).lower() for name in ("id", "key") if issue.get(name)}
    value = (issue.get("fields") or {}).get(field)
    if not isinstance(value, Mapping):
        return set()
    return {str(value[name]).lower() for name in _NAMES if value.get(name)}
