"""What the sandbox answers instead of doing: a status with Jira's words, made a body by the door that answers."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Refusal(Exception):
    """A request refused, with what Jira puts into `errorMessages` and `errors`."""

    status: int
    messages: list[str] = field(default_factory=list)
    errors: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return "; ".join([*self.messages, *(f"{name}: {text}" for name, text in self.errors.items())])


def bad_request(*messages: str, **errors: str) -> Refusal:
    """400 with general messages and messages by field."""
    return Refusal(400, list(messages), dict(errors))


def field_error(field_id: str, message: str) -> Refusal:
    """400 about one field."""
    return Refusal(400, [], {field_id: message})


def not_found(message: str) -> Refusal:
    """404: absent, or not visible to the caller (Jira does not say which)."""
    return Refusal(404, [message])


def no_issue() -> Refusal:
    """404 in the words Jira uses for an issue."""
    return not_found("Issue does not exist or you do not have permission to see it.")


def forbidden(message: str) -> Refusal:
    """403."""
    return Refusal(403, [message])


def conflict(message: str) -> Refusal:
    """409."""
    return Refusal(409, [message])
