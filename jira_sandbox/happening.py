"""Says what has just happened on a site, in the words of a webhook, to whoever delivers it.

The one seam between the site (people, issues, workflows, REST) and the delivery of webhooks: the site publishes, the
deliverer subscribes; neither knows the other.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal


@dataclass(frozen=True, kw_only=True)
class Happening:
    """One thing that happened on one site, ready to be sent as a webhook body.

    `body` is the v2-shaped webhook body (contract §4.3, §4.4) with its `timestamp` and `webhookEvent`. `issue_id` and
    `project_key` are None where the event has none. `trace` echoes the caller's `X-Atlassian-Webhook-Trace`.
    """

    site: str
    event: str
    body: dict[str, Any]
    issue_id: str | None = None
    project_key: str | None = None
    trace: str | None = None
    flow: Literal["Primary", "Secondary"] = "Primary"


Subscriber = Callable[[Happening], None]


@dataclass
class Notices:
    """Passes happenings on to its subscribers, in the order they subscribed."""

    subscribers: list[Subscriber] = field(default_factory=list)

    def subscribe(self, subscriber: Subscriber) -> None:
        """Adds a subscriber; it is called in the thread that made the change and must return at once."""
        self.subscribers.append(subscriber)

    def publish(self, happening: Happening) -> None:
        """Tells every subscriber."""
        for subscriber in self.subscribers:
            subscriber(happening)
