"""Names the marks Relance leaves in Jira, so that after a crash, or the loss of its database, it knows what it did."""

from __future__ import annotations

COMMENT_MARK = "relance.mark"
"""Comment property: `{"key": natural key, "rule": rule id}`, written with the comment itself."""

MOVE_MARK = "relance.move"
"""Issue property: the same, written with the transition itself; holds the last move of ours."""

IMPUTATION = "relance.imputation"
"""Issue property of an imputation sub-task: `{"parent", "month", "billable", "key"}`, written at its creation (A6)."""

ESCALATIONS = "relance.escalations"
"""Issue property: `{"list": [{"id", "at", "by", "reason"}]}` (C28)."""

LEVEL = "relance.level"
"""Issue property: `{"level": id, "history": [{"id", "at", "by", "from", "to"}]}`, where the site has no field (A11)."""

SLA_PROPERTY = "relance.sla"
"""Issue property with the measures, declared in the descriptor so that JQL finds them."""

STATE_PROPERTY = "relance.state"
"""Issue property with the next step and its instant, declared in the descriptor so that JQL finds them."""

INTERNAL = "sd.public.comment"
"""JSM's own comment property: `{"internal": true}` keeps a comment from customers (jira-rest.md §c)."""
