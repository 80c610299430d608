"""The part of JQL a webhook filter may use (contract §2.1): fields compared with =, !=, IN and NOT IN."""

from __future__ import annotations

import re

_FIELDS = frozenset({"issuekey", "project", "issuetype", "status", "priority", "assignee", "reporter"})
_WORD = r"""(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[\w.@:+-]+)"""
_CLAUSE = re.compile(
    rf"\s*(?P<field>[\w.\[\]-]+)\s*(?:!=|=|(?:not\s+)?in\b)\s*(?:\(\s*{_WORD}(?:\s*,\s*{_WORD})*\s*\)|{_WORD})(?!\s*\()",
    re.IGNORECASE,
)
_JOIN = re.compile(r"\s*(?:and|or)\b", re.IGNORECASE)
_OPEN = re.compile(r"\s*(?:not\s*)?\(", re.IGNORECASE)


def filter_problem(jql: str) -> str | None:
    """Why Jira would refuse this webhook filter, or None when it is within the supported part of JQL."""
    position, depth = 0, 0
    while True:
        while opening := _OPEN.match(jql, position):
            position, depth = opening.end(), depth + 1
        clause = _CLAUSE.match(jql, position)
        if clause is None:
            return f"not a supported clause at: {jql[position : position + 40]!r}"
        if not _supported(clause["field"]):
            return f"the field {clause['field']!r} is not supported in webhook filters"
        position = clause.end()
        while depth and (closing := re.compile(r"\s*\)").match(jql, position)):
            position, depth = closing.end(), depth - 1
        join = _JOIN.match(jql, position)
        if join is None:
            rest = jql[position:].strip()
            return f"not supported in webhook filters: {rest[:40]!r}" if rest or depth else None
        position = join.end()


def _supported(field: str) -> bool:
    return field.lower() in _FIELDS or field.lower().startswith("issue.property") or field.lower().startswith("cf[")
