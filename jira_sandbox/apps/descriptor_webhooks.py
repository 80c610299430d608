"""The webhooks an app declares in its descriptor (contract §2.1)."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from jira_sandbox.apps.delivery import Message
from jira_sandbox.apps.installation import Installation
from jira_sandbox.apps.subject import Subject
from jira_sandbox.apps.url_variables import sendable

Headers = Callable[[str, str], dict[str, str] | None]


def descriptor_messages(
    installation: Installation, subject: Subject, next_identifier: Callable[[], str], signed: Headers
) -> Iterator[Message]:
    """What this app is to be told; `signed(app_key, url)` gives the headers of each attempt."""
    happening = subject.happening
    for webhook in installation.descriptor.modules.get("webhooks", ()):
        if webhook["event"] != happening.event or not subject.passes(webhook.get("filter")):
            continue
        url = subject.address(installation.descriptor.address(webhook["url"]))
        payload = subject.payload(webhook.get("propertyKeys", ()), exclude_body=webhook.get("excludeBody", False))
        yield app_message(installation.key, url, payload, subject, next_identifier(), signed)


def app_message(  # noqa: PLR0913, PLR0917 - the parts of one request
    key: str, url: str, payload: bytes, subject: Subject, identifier: str, signed: Headers, *, dynamic: bool = False
) -> Message:
    """A request to an app, signed anew at each attempt."""
    happening, url = subject.happening, sendable(url)
    return Message(
        identifier=identifier,
        url=url,
        event=happening.event,
        body=payload,
        authorise=lambda: signed(key, url),
        flow=happening.flow,
        trace=happening.trace,
        issue_id=happening.issue_id,
        app_key=key,
        dynamic=dynamic,
    )
