"""Defines what every rule of a policy has: a stable id, and the conditions under which it looks at all."""

from __future__ import annotations

from pydantic import Field

from automation_rules.conditions import When
from workflows.model import Document, Id


class RuleDocument(Document):
    """What every rule has: a stable id (in logs, keys, footers, docs), and the conditions to look at all."""

    id: Id
    when: When = Field(default_factory=When)
