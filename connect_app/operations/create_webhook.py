"""Creates a site's webhook in Jira's administration by REST, where the service account may and the operator agrees."""

from __future__ import annotations

from connect_app.errors import Refused, RelanceError, Unauthorized
from connect_app.jira.client import JiraClient
from connect_app.logs import logger
from connect_app.operations.site_problems import Finding, Verdict

log = logger(__name__)

PATH = "rest/webhooks/1.0/webhook"
NAME = "Relance"
FILTER = "issue-related-events-section"


def create_webhook(client: JiraClient, *, url: str, secret: str, jql: str, events: tuple[str, ...]) -> Finding:
    """Asks Jira for it once; what Jira says is the finding, and a person does it by hand then.

    A webhook that Jira keeps without its secret would deliver nothing we accept: that is said.
    """
    body = {
        "name": NAME,
        "url": url,
        "events": list(events),
        "filters": {FILTER: jql},
        "excludeBody": False,
        "secret": secret,
    }
    try:
        made = client.request("POST", PATH, body=body).body
    except (Refused, Unauthorized) as refusal:
        reason = "; ".join(refusal.errors) if isinstance(refusal, Refused) else ""
        return _by_hand(reason or "403", secret)
    except RelanceError as error:
        return _by_hand(type(error).__name__, secret)
    if not isinstance(made, dict) or not made.get("isSigned"):
        return Finding("webhook-unsigned", Verdict.WRONG)
    log.info("webhook created")
    return Finding("webhook-created", Verdict.GOOD)


def _by_hand(reason: str, secret: str) -> Finding:
    """Jira's reason, which might repeat what it was given."""
    return Finding("webhook-refused", Verdict.NOTE, {"reason": reason.replace(secret, "…")[:300]})
