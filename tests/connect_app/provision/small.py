"""A small pack that has one of everything provisioning makes, so that a whole run costs little."""

from __future__ import annotations

from typing import Any

from workflows.model import Pack


def both(text: str) -> dict[str, str]:
    return {"fr": text, "en": f"{text} (en)"}


def _transition(transition_id: str, old: str, to: str, name: str, **more: Any) -> dict[str, Any]:
    return {"id": transition_id, "from": [old], "to": to, "name": both(name)} | more


TRANSITIONS = [
    _transition("take", "fresh", "busy", "Prendre", requires=["assignee"], level="n1", assigns="to-current-user"),
    _transition("estimate", "busy", "offered", "Chiffrer", requires=["third_party", "priority"]),
    _transition("agree", "offered", "busy", "Accorder"),
    _transition("refuse", "offered", "fresh", "Refuser"),
    _transition("finish", "busy", "over", "Finir", resolution="done"),
    _transition("lapse", "busy", "over", "Laisser finir", by=["app"], resolution="done"),
    _transition("return", "over", "busy", "Revenir", by=["customer", "agent"], clears_resolution=True),
]

SMALL = Pack.model_validate(
    {
        "kind": "workflow-pack",
        "id": "small",
        "name": both("Petit"),
        "statuses": [
            {"id": "fresh", "role": "new", "name": both("Petit nouveau"), "meaning": both("Rien n'est fait.")},
            {"id": "busy", "role": "in_progress", "name": both("Petit en cours")},
            {"id": "offered", "role": "waiting_approval", "name": both("Petit chiffré")},
            {"id": "over", "role": "closed", "name": both("Petit fini")},
        ],
        "resolutions": [{"id": "done", "name": both("Petit fait")}],
        "priorities": [{"id": "calm", "name": both("Calme"), "meaning": both("Rien ne presse.")}],
        "fields": [
            {
                "id": "third-party",
                "kind": "select",
                "name": both("Petit tiers"),
                "options": [both("Atlas"), both("Rhéa")],
            },
            {"id": "approvers", "kind": "users", "name": {"fr": "Approbateurs", "en": "Approvers"}},
        ],
        "levels": [{"id": "n1", "name": both("Petit niveau")}],
        "workflows": [
            {
                "id": "request",
                "name": "Petit - Demande",
                "initial": "fresh",
                "transitions": TRANSITIONS,
                "approvals": [
                    {"status": "offered", "field": "approvers", "approved": "agree", "refused": "refuse"},
                ],
            }
        ],
        "request_types": [
            {"id": "ask", "issue_type": "Petite demande", "workflow": "request", "name": both("Demander")}
        ],
        "imputation_issue_type": "Petite imputation",
        "enforcement": {"levels": True, "subtasks_before_closing": True},
    }
)
