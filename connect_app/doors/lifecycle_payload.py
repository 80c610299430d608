"""Validates what Atlassian sends when a site lets us in or leaves (contract §3.1)."""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from connect_app.doors.installation import Admission, Door
from connect_app.doors.site_address import shown_address, site_address
from connect_app.errors import Malformed, NotAuthentic

Visible = StringConstraints(pattern=r"^[\x21-\x7e]+$", max_length=255)

SharedSecret = Annotated[str, StringConstraints(pattern=r"^[\x21-\x7e]+$", min_length=32, max_length=1024)]
"""Opaque; Atlassian promises at least 256 bits, and a shorter one would be guessable."""


class LifecyclePayload(BaseModel):
    """What every lifecycle call says; unknown fields are let through, for Atlassian adds some without notice."""

    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True, strict=True)

    key: Annotated[str, Visible]
    clientKey: Annotated[str, Visible]  # noqa: N815 - the names are Atlassian's
    eventType: str  # noqa: N815 - the names are Atlassian's

    def check_sender(self, client_key: str, app_key: str) -> None:
        """`NotAuthentic` unless the body speaks of the site that was proved, and of our app."""
        if not hmac.compare_digest(self.clientKey, client_key):
            raise NotAuthentic("the body's clientKey is not the token's issuer")
        if self.key != app_key:
            raise NotAuthentic("the body's key is of another app")


class InstalledPayload(LifecyclePayload):
    """What comes with an installation, an upgrade or a new secret."""

    eventType: Literal["installed"]  # noqa: N815 - the names are Atlassian's
    sharedSecret: SharedSecret = Field(repr=False)  # noqa: N815 - the names are Atlassian's
    baseUrl: Annotated[str, Visible]  # noqa: N815 - the names are Atlassian's
    displayUrl: str | None = None  # noqa: N815 - the names are Atlassian's
    productType: Literal["jira"] = "jira"  # noqa: N815 - the names are Atlassian's

    def admission(self, *, suffixes: Sequence[str], development: bool) -> Admission:
        """What the site gives us; `Malformed` when its address is not an allowed Jira host."""
        return Admission(
            door=Door.CONNECT,
            client_key=self.clientKey,
            base_url=site_address(self.baseUrl, suffixes=suffixes, development=development),
            secret=self.sharedSecret,
            display_url=shown_address(self.displayUrl, development=development),
        )


Payload = TypeVar("Payload", bound=LifecyclePayload)


def read_installed(body: Any) -> InstalledPayload:
    """The body of `installed`; `Malformed` names the wrong fields, never their values."""
    return _read(InstalledPayload, body)


def read_lifecycle(body: Any, event: str) -> LifecyclePayload:
    """The body of another lifecycle event; `Malformed` names the wrong fields, never their values."""
    payload = _read(LifecyclePayload, body)
    if payload.eventType != event:
        raise Malformed(f"eventType is not {event}")
    return payload


def _read(model: type[Payload], body: Any) -> Payload:
    try:
        return model.model_validate(body)
    except ValidationError as error:
        fields = ", ".join(".".join(str(part) for part in e["loc"]) or "body" for e in error.errors())
        raise Malformed(f"lifecycle body: {fields}") from None
