"""Reads JQL into a tree."""

from __future__ import annotations

import re
from dataclasses import dataclass

from jira_sandbox.errors import Refusal

_TOKEN = re.compile(
    r"""\s*(?:
    (?P<string>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
    |(?P<op><=|>=|!=|!~|=|<|>|~)
    |(?P<punct>[(),])
    |(?P<property>issue\.property\[[^\]]+\](?:\.[\w.\-]+)?)
    |(?P<field>cf\[\d+\])
    |(?P<word>[^\s"'()=<>!~,]+)
    )""",
    re.VERBOSE | re.IGNORECASE,
)


def jql_error(message: str) -> Refusal:
    """400 in the words of Jira's parser."""
    return Refusal(400, [f"Error in the JQL Query: {message}"])


@dataclass(frozen=True, kw_only=True)
class Token:
    """A piece of a query; `quoted` tells "3" from 3."""

    kind: str
    text: str
    quoted: bool = False

    def is_word(self, *words: str) -> bool:
        """Whether this is one of the given unquoted words."""
        return self.kind == "word" and not self.quoted and self.text.upper() in words


@dataclass(frozen=True, kw_only=True)
class Operand:
    """A value: text, whether it was quoted, and the function's name when it is a call."""

    text: str
    quoted: bool = False
    function: str | None = None
    empty: bool = False


@dataclass(frozen=True, kw_only=True)
class Clause:
    """`field operator operands`."""

    field: str
    operator: str
    operands: tuple[Operand, ...]


@dataclass(frozen=True, kw_only=True)
class Changed:
    """`status CHANGED FROM … TO … BEFORE … AFTER … BY …`."""

    field: str
    predicates: tuple[tuple[str, tuple[Operand, ...]], ...]


@dataclass(frozen=True, kw_only=True)
class Group:
    """AND or OR of nodes; NOT of one."""

    word: str
    nodes: tuple[Node, ...]


Node = Clause | Changed | Group


@dataclass(frozen=True, kw_only=True)
class Query:
    """A whole query: what restricts (None when nothing does), and the order."""

    where: Node | None
    order: tuple[tuple[str, bool], ...]


def parse(text: str) -> Query:
    """Reads a query; 400 when it is not JQL or beyond the sandbox."""
    return _Parser(_tokens(text)).query()


def _tokens(text: str) -> list[Token]:
    found: list[Token] = []
    position = 0
    while text[position:].strip():
        match = _TOKEN.match(text, position)
        if match is None or match.end() == position:
            raise jql_error(f"The character '{text[position:].strip()[0]}' is a reserved JQL character.")
        position = match.end()
        kind = match.lastgroup or ""
        piece = match.group(kind)
        if kind == "string":
            found.append(Token(kind="word", text=re.sub(r"\\(.)", r"\1", piece[1:-1]), quoted=True))
        else:
            found.append(Token(kind=kind, text=piece))
    return found


class _Parser:
    def __init__(self, tokens: list[Token]) -> None:
        self._tokens = tokens
        self._at = 0

    def query(self) -> Query:
        where = None
        if self._tokens and not self._next_is("ORDER"):
            where = self._or()
        order = self._order() if self._next_is("ORDER") else ()
        if self._at < len(self._tokens):
            raise jql_error(f"Expecting either 'OR' or 'AND' but got '{self._tokens[self._at].text}'.")
        return Query(where=where, order=order)

    def _peek(self) -> Token | None:
        return self._tokens[self._at] if self._at < len(self._tokens) else None

    def _next_is(self, *words: str) -> bool:
        token = self._peek()
        return token is not None and token.is_word(*words)

    def _next_is_open(self) -> bool:
        token = self._peek()
        return token is not None and token.text == "("

    def _take(self) -> Token:
        token = self._peek()
        if token is None:
            raise jql_error("Expecting a value, list or function before the end of the query.")
        self._at += 1
        return token

    def _expect(self, *words: str) -> None:
        token = self._take()
        if not token.is_word(*words):
            raise jql_error(f"Expecting '{words[0]}' but got '{token.text}'.")

    def _or(self) -> Node:
        nodes = [self._and()]
        while self._next_is("OR", "||"):
            self._at += 1
            nodes.append(self._and())
        return nodes[0] if len(nodes) == 1 else Group(word="OR", nodes=tuple(nodes))

    def _and(self) -> Node:
        nodes = [self._not()]
        while self._next_is("AND", "&&"):
            self._at += 1
            nodes.append(self._not())
        return nodes[0] if len(nodes) == 1 else Group(word="AND", nodes=tuple(nodes))

    def _not(self) -> Node:
        if self._next_is("NOT"):
            self._at += 1
            return Group(word="NOT", nodes=(self._not(),))
        token = self._peek()
        if token is not None and token.text == "(" and token.kind == "punct":
            self._at += 1
            node = self._or()
            self._close()
            return node
        return self._clause()

    def _close(self) -> None:
        token = self._take()
        if token.text != ")":
            raise jql_error(f"Expecting ')' but got '{token.text}'.")

    def _clause(self) -> Node:
        name = self._take()
        if name.kind not in ("word", "property", "field"):
            raise jql_error(f"Expecting a field name but got '{name.text}'.")
        token = self._take()
        if token.kind == "op":
            return Clause(field=name.text, operator=token.text, operands=(self._operand(),))
        if token.is_word("IN"):
            return Clause(field=name.text, operator="in", operands=self._list())
        if token.is_word("NOT"):
            self._expect("IN")
            return Clause(field=name.text, operator="not in", operands=self._list())
        if token.is_word("IS"):
            negated = self._next_is("NOT")
            self._at += negated
            self._expect("EMPTY", "NULL")
            return Clause(field=name.text, operator="is not" if negated else "is", operands=())
        if token.is_word("CHANGED"):
            return Changed(field=name.text, predicates=self._predicates())
        if token.is_word("WAS"):
            return self._was(name.text)
        raise jql_error(f"Expecting operator but got '{token.text}'.")

    def _was(self, field: str) -> Node:
        negated = self._next_is("NOT")
        self._at += negated
        if self._next_is("IN"):
            self._at += 1
            operands = self._list()
        else:
            operands = (self._operand(),)
        return Clause(field=field, operator="was not" if negated else "was", operands=operands)

    def _predicates(self) -> tuple[tuple[str, tuple[Operand, ...]], ...]:
        found: list[tuple[str, tuple[Operand, ...]]] = []
        while self._next_is("FROM", "TO", "BEFORE", "AFTER", "ON", "BY", "DURING"):
            word = self._take().text.lower()
            token = self._peek()
            listed = token is not None and token.text == "("
            found.append((word, self._list() if listed else (self._operand(),)))
        return tuple(found)

    def _list(self) -> tuple[Operand, ...]:
        following = self._tokens[self._at + 1 : self._at + 2]
        if following and following[0].text == "(" and not self._next_is_open():
            return (self._operand(),)  # a function gives the list itself
        opening = self._take()
        if opening.text != "(":
            raise jql_error(f"Expecting '(' but got '{opening.text}'.")
        operands = [self._operand()]
        while (token := self._take()).text == ",":
            operands.append(self._operand())
        if token.text != ")":
            raise jql_error(f"Expecting ')' but got '{token.text}'.")
        return tuple(operands)

    def _operand(self) -> Operand:
        token = self._take()
        if token.kind != "word":
            raise jql_error(f"Expecting a value but got '{token.text}'.")
        if token.is_word("EMPTY", "NULL"):
            return Operand(text="", empty=True)
        following = self._peek()
        if not token.quoted and following is not None and following.text == "(":
            self._at += 1
            argument = ""
            if (inner := self._take()).text != ")":
                argument = inner.text
                self._close()
            return Operand(text=argument, function=token.text)
        return Operand(text=token.text, quoted=token.quoted)

    def _order(self) -> tuple[tuple[str, bool], ...]:
        self._at += 1
        self._expect("BY")
        keys: list[tuple[str, bool]] = []
        while True:
            name = self._take().text
            descending = self._next_is("DESC")
            if self._next_is("ASC", "DESC"):
                self._at += 1
            keys.append((name, descending))
            token = self._peek()
            if token is None or token.text != ",":
                break
            self._at += 1
        if len(keys) > 7:
            raise jql_error("No more than 7 fields can be used in ORDER BY.")
        return tuple(keys)
