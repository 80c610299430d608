"""Tells of one issue what every rule answers and why, what was done, and what comes next: the same reading, told."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from automation_rules.decide import review
from connect_app.operations.agents import request_for
from connect_app.operations.open_site import OpenSite
from connect_app.operations.parts import Parts
from connect_app.operations.read_request import Request


def explain_issue(
    parts: Parts, site: OpenSite, issue: str, *, at: datetime | None = None, viewer: str | None = None
) -> dict[str, Any]:
    """What Relance thinks of an issue now, or would think at another instant if nobody acted until then.

    `viewer` is the account it is told to, None for an operator: reasons are the team's, so customers are told nothing.
    Raises `NotFound` for them, and for an issue that is gone, hidden, a sub-task or in a project that is not bound.
    """
    request = request_for(parts, site, issue, viewer)
    now = at or parts.clock.now()
    outcome = review(request.issue, request.policy, now)
    return {
        "issue": request.issue.key,
        "status": request.issue.status_name,
        "mode": request.bound.binding.mode.value,
        "policy": request.policy.digest,
        "now": now.isoformat(),
        "next_at": outcome.next_at.isoformat() if outcome.next_at else None,
        "decisions": [
            {
                "rule": decision.rule,
                "event": decision.event,
                "outcome": decision.outcome.value,
                "reasons": list(decision.reasons),
                "until": decision.until.isoformat() if decision.until else None,
                "actions": [action.summary for action in decision.actions],
            }
            for decision in outcome.decisions
        ],
        "done": _done(request),
    }


def _done(request: Request) -> list[dict[str, Any]]:
    return [
        {
            "key": entry.key,
            "rule": entry.rule,
            "summary": entry.summary,
            "state": entry.state.value,
            "at": (entry.done_at or entry.intended_at).isoformat(),
            "reasons": list(entry.reasons),
            "error": entry.error,
        }
        for entry in request.entries
    ]
