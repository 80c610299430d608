"""Names the marks Relance leaves in Jira, so that after a crash, or the loss of its database, it knows what it did."""

from __future__ import annotations

COMMENT_MARK = "relance.mark"
"""Comment property: `{"key": natural key, "rule": rule id}`, written with the comment itself.

With `"by"`, the account id of a customer, it holds words of theirs that we wrote down for them.
"""

MOVE_MARK = "relance.move"
"""Issue property: the same, written with the transition itself; holds the last move of ours."""

IMPUTATION = "relance.imputation"
"""Issue property of an imputation sub-task: `{"parent", "month", "billable", "key"}`, written at its creation (A6)."""

ESCALATIONS = "relance.escalations"
"""Issue property: `{"list": [{"id", "at", "by", "reason"}]}` (C28)."""

REPRIEVES = "relance.reprieves"
"""Issue property: `{"list": [{"id", "at", "by", "word", "until", "reason"}]}`, agents' words on a silent request."""

LEVEL = "relance.level"
"""Issue property: `{"level": id, "history": [{"id", "at", "by", "from", "to"}]}`, where the site has no field (A11)."""

SLA_PROPERTY = "relance.sla"
"""Issue property with the measures, declared in the descriptor so that JQL finds them."""

STATE_PROPERTY = "relance.state"
"""Issue property with the next step and its instant, declared in the descriptor so that JQL finds them.

Beside them, under `done`, what we did that leaves no mark of its own (`jira/own_marks.py`).
"""

BINDING = "relance.binding"
"""Project property: which pack the project follows, since when and with whom, so that a lost database is made anew."""

INTERNAL = "sd.public.comment"
"""JSM's own comment property: `{"internal": true}` keeps a comment from customers (jira-rest.md §c)."""


def lozenge_property(app_key: str) -> str:
    """The issue property in which Jira looks for the lozenge of our panel `promises` (contract §2.2)."""
    return f"com.atlassian.jira.issue:{app_key}:promises:status"
