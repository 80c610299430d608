"""Answers JQL over issues."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from jira_sandbox import adf
from jira_sandbox.errors import Refusal
from jira_sandbox.jql.dates import instant
from jira_sandbox.jql.fields import DATES, SETS, View, canonical
from jira_sandbox.jql.properties import ORDERED, WRITTEN, by_alias, by_path
from jira_sandbox.jql.syntax import Changed, Clause, Group, Node, Operand, Query, jql_error, parse
from jira_sandbox.state.issues import Issue
from jira_sandbox.state.people import Person
from jira_sandbox.state.shapes import Value
from jira_sandbox.state.site import Site

Test = Callable[[Issue], bool]


def search(site: Site, viewer: Person, jql: str, issues: Iterable[Issue]) -> list[Issue]:
    """The issues that match, in order; 400 for a query that restricts nothing."""
    query = parse(jql)
    if query.where is None:
        raise Refusal(
            400,
            ["Unbounded JQL queries are not allowed here. Please add a search restriction to your query."],
        )
    test = _compile(View(site=site, viewer=viewer), query.where)
    return _sorted(site, query, [issue for issue in issues if test(issue)])


def matches(site: Site, viewer: Person, jql: str, issue: Issue) -> bool:
    """Whether one issue matches, as a webhook filter asks; a query beyond the sandbox matches nothing."""
    try:
        where = parse(jql).where
        return where is None or _compile(View(site=site, viewer=viewer), where)(issue)
    except Refusal:
        return False


def _compile(view: View, node: Node) -> Test:
    if isinstance(node, Group):
        tests = [_compile(view, inner) for inner in node.nodes]
        if node.word == "NOT":
            return lambda issue: not tests[0](issue)
        if node.word == "AND":
            return lambda issue: all(test(issue) for test in tests)
        return lambda issue: any(test(issue) for test in tests)
    if isinstance(node, Changed):
        return _changed(view, node)
    return _clause(view, node)


def _clause(view: View, clause: Clause) -> Test:
    found = WRITTEN.match(clause.field)
    if found:
        return by_path(clause, found[1].strip("\"'"), found[2])
    name = canonical(clause.field)
    if clause.operator in ("was", "was not"):
        return _was(view, name, clause)
    if name in SETS:
        return _set(view, name, clause)
    if name in DATES:
        return _date(view, name, clause)
    if name in ("summary", "description", "text", "comment") and clause.operator in ("~", "!~"):
        return _text(name, clause)
    if indexed := view.site.aliases().get(name):
        return by_alias(view, clause, indexed)
    raise jql_error(f"Field '{clause.field}' does not exist or you do not have permission to view it.")


def _unsupported(clause: Clause) -> Refusal:
    return jql_error(f"The operator '{clause.operator}' is not supported by the '{clause.field}' field.")


def _set(view: View, name: str, clause: Clause) -> Test:
    values, mean = SETS[name]
    site = view.site
    if clause.operator in ("is", "is not"):
        wants_empty = clause.operator == "is"
        return lambda issue: bool(values(site, issue)) != wants_empty
    if name == "key" and clause.operator in ORDERED:
        return _key_order(view, clause)
    if clause.operator not in ("=", "!=", "in", "not in"):
        raise _unsupported(clause)
    wanted: set[str] = set()
    for operand in clause.operands:
        wanted |= {""} if operand.empty else mean(view, operand)

    def has(issue: Issue) -> bool:
        return bool((values(site, issue) or {""}) & wanted)

    if clause.operator in ("=", "in"):
        return has
    # Jira's != and NOT IN never match an issue that has nothing there, unless EMPTY itself was excluded.
    return lambda issue: not has(issue) and (bool(values(site, issue)) or "" in wanted)


def _key_order(view: View, clause: Clause) -> Test:
    bound = view.site.find_issue(clause.operands[0].text)
    if bound is None:
        raise jql_error(f"An issue with key '{clause.operands[0].text}' does not exist for field 'key'.")
    compare, number, project_id = ORDERED[clause.operator], bound.number, bound.project_id
    return lambda issue: issue.project_id == project_id and compare(issue.number, number)


def _date(view: View, name: str, clause: Clause) -> Test:
    value = DATES[name]
    if clause.operator in ("is", "is not"):
        wants_empty = clause.operator == "is"
        return lambda issue: (value(issue) is None) == wants_empty
    zone = ZoneInfo(view.viewer.time_zone)
    bounds = [instant(operand, clause.field, view.site.now(), zone) for operand in clause.operands]
    if clause.operator in ORDERED:
        compare = ORDERED[clause.operator]
        return lambda issue: (at := value(issue)) is not None and compare(at, bounds[0])
    if clause.operator in ("=", "in"):
        return lambda issue: any(_same_minute(value(issue), bound) for bound in bounds)
    if clause.operator in ("!=", "not in"):
        return lambda issue: value(issue) is not None and not any(_same_minute(value(issue), b) for b in bounds)
    raise _unsupported(clause)


def _same_minute(at: datetime | None, bound: datetime) -> bool:
    return at is not None and bound <= at < bound + timedelta(minutes=1)


def _text(name: str, clause: Clause) -> Test:
    words = clause.operands[0].text.casefold().split()

    def has(issue: Issue) -> bool:
        comments = " ".join(adf.to_text(comment.body) for comment in issue.comments)
        places = {"summary": issue.summary, "description": adf.to_text(issue.description), "comment": comments}
        text = (" ".join(places.values()) if name == "text" else places[name]).casefold()
        return all(word.strip('*"') in text for word in words)

    return has if clause.operator == "~" else lambda issue: not has(issue)


def _history_ids(view: View, name: str, operands: Iterable[Operand]) -> set[str]:
    _, mean = SETS[name]
    found: set[str] = set()
    for operand in operands:
        if name == "status" and not operand.quoted and operand.text.isdigit():
            raise jql_error(f"History searches on the field 'status' take names, not the id '{operand.text}'.")
        found |= mean(view, operand)
    return found


def _was(view: View, name: str, clause: Clause) -> Test:
    if name not in ("status", "assignee", "priority", "resolution"):
        raise jql_error(f"History searches do not support the field '{clause.field}'.")
    wanted = _history_ids(view, name, clause.operands)
    values, _ = SETS[name]

    def was(issue: Issue) -> bool:
        past = {line.before for entry in issue.histories for line in entry.changes if line.field_id == name}
        return bool((past | values(view.site, issue)) & wanted)

    return was if clause.operator == "was" else lambda issue: not was(issue)


Moved = Callable[[datetime, str, str | None, str | None], bool]
"""A test of one change in the history: when, by whom, from what, to what."""


def _changed(view: View, node: Changed) -> Test:
    name = canonical(node.field)
    if name not in ("status", "assignee", "priority", "resolution"):
        raise jql_error(f"History searches do not support the field '{node.field}'.")
    tests = [_predicate(view, node.field, word, operands) for word, operands in node.predicates]

    def changed(issue: Issue) -> bool:
        return any(
            all(test(entry.created, entry.author, line.before, line.after) for test in tests)
            for entry in issue.histories
            for line in entry.changes
            if line.field_id == name
        )

    return changed


def _predicate(view: View, field: str, word: str, operands: tuple[Operand, ...]) -> Moved:
    if word == "from":
        sources = _history_ids(view, canonical(field), operands)
        return lambda _at, _by, old, _new: old in sources
    if word == "to":
        targets = _history_ids(view, canonical(field), operands)
        return lambda _at, _by, _old, new: new in targets
    if word == "by":
        people = _history_people(view, operands)
        return lambda _at, by, _old, _new: by in people
    zone, now = ZoneInfo(view.viewer.time_zone), view.site.now()
    bounds = [instant(operand, field, now, zone) for operand in operands]
    return lambda at, _by, _old, _new: _when(word, at, bounds)


def _history_people(view: View, operands: Iterable[Operand]) -> set[str]:
    return set().union(*(SETS["assignee"][1](view, operand) for operand in operands))


def _when(word: str, at: datetime, bounds: list[datetime]) -> bool:
    if word == "before":
        return at < bounds[0]
    if word == "after":
        return at > bounds[0]
    if word == "on":
        return bounds[0] <= at < bounds[0] + timedelta(days=1)
    return bounds[0] <= at <= bounds[-1]


def _sorted(site: Site, query: Query, issues: list[Issue]) -> list[Issue]:
    # Without an order the newest come first; ties of an order are broken by age, so that pages never overlap.
    found = sorted(issues, key=lambda issue: int(issue.id), reverse=not query.order)
    for name, descending in reversed(query.order):
        found.sort(key=_order_key(site, name), reverse=descending)
    return found


def _order_key(site: Site, name: str) -> Callable[[Issue], tuple[bool, Value]]:
    field = canonical(name)
    if field == "key":
        if name.lower() == "id":
            return lambda issue: (True, int(issue.id))
        return lambda issue: (True, (site.project_of(issue).key, issue.number))
    if field in DATES:
        return lambda issue: ((at := DATES[field](issue)) is not None, at)
    if field == "priority":
        return lambda issue: (True, -int(issue.priority_id or 0))
    if field == "summary":
        return lambda issue: (True, issue.summary.casefold())
    if field in SETS:
        return lambda issue: (True, sorted(SETS[field][0](site, issue)))
    raise jql_error(f"Field '{name}' does not exist or you do not have permission to view it.")
