"""The shapes of the keys that appear in addresses."""

from __future__ import annotations

import re

_PROJECT = re.compile(r"^[A-Z][A-Z0-9_]+$")
_ISSUE = re.compile(r"^[A-Z][A-Z0-9_]+-[0-9]+$")
_NUMBER = re.compile(r"^[0-9]+$")


def is_project_key(text: str) -> bool:
    """Whether this may be a project's key."""
    return _PROJECT.fullmatch(text) is not None


def is_issue_key(text: str) -> bool:
    """Whether this may be an issue's key."""
    return _ISSUE.fullmatch(text) is not None


def is_number(text: str) -> bool:
    """Whether this may be the id of a service desk or of a request type."""
    return _NUMBER.fullmatch(text) is not None
