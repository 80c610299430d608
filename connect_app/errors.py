"""The exception tree: each class knows whether trying again can help and what an administrator should do."""

from __future__ import annotations

from typing import Any


class RelanceError(Exception):
    """Something Relance knows how to explain."""

    remedy = "Read the message; the operation can be tried again by hand."

    def __reduce__(self) -> tuple[Any, ...]:
        """The job engine keeps errors pickled, and must be able to tell them later with everything they know."""
        return _restore, (type(self), self.args, vars(self))


class Temporary(RelanceError):
    """Jira or the network failed in a way that passes: 429, 5xx, a time-out.

    `retry_after` is in seconds, as Jira asked, or None. `happened` is False when the answer proves nothing was done,
    None when it is unknown whether the effect took place (a time-out after the request had left). `reason` is Jira's
    `RateLimit-Reason`.
    """

    remedy = "Nothing: it is tried again by itself."

    def __init__(
        self,
        message: str,
        *,
        retry_after: float | None = None,
        happened: bool | None = False,
        reason: str | None = None,
    ) -> None:
        super().__init__(message)
        self.retry_after = retry_after
        self.happened = happened
        self.reason = reason


class Stale(RelanceError):
    """The issue is no longer as it was when the decision was made; read and decide again."""

    remedy = "Nothing: the issue is read and decided again."


class Refused(RelanceError):
    """Jira refuses the request (400, 403, 404 …): trying again the same would be refused again.

    `status` is the HTTP status, `errors` are Jira's own sentences.
    """

    remedy = "Check the permissions of the Relance user and the project's configuration, then retry the job."

    def __init__(self, message: str, *, status: int, errors: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.status = status
        self.errors = errors


class NotFound(Refused):
    """Jira does not know the thing, or hides it from us (404)."""

    remedy = "Check that the issue exists and that the Relance user may browse it."


class Unauthorized(RelanceError):
    """Jira does not accept our credentials (401).

    `locked_out` is True when Jira asks for a CAPTCHA (`X-Seraph-LoginReason: AUTHENTICATION_DENIED`): stop at once.
    """

    remedy = "Re-install the app, or give a new API token with scripts.site rotate; what waits goes on by itself then."

    def __init__(self, message: str, *, locked_out: bool = False) -> None:
        super().__init__(message)
        self.locked_out = locked_out
        if locked_out:
            self.remedy = (
                "Log in once on Atlassian's page as the service account and answer the CAPTCHA, then run scripts.site "
                "rotate; nothing is asked of Jira until then."
            )


class Moved(RelanceError):
    """Jira answers from another address (a redirect, which is never followed): the site was renamed.

    `location` is the scheme and host of the new address, or None when the answer does not say.
    """

    remedy = "Add the site again at its new address (scripts.site add, or install the app); everything known is kept."

    def __init__(self, message: str, *, location: str | None = None) -> None:
        super().__init__(message)
        self.location = location


class NotAuthentic(RelanceError):
    """A request to us does not prove who sent it. `reason` is for our log only; the sender learns nothing."""

    remedy = "If it repeats, re-install the app so that a fresh secret is exchanged."

    def __init__(self, reason: str) -> None:
        super().__init__("the request could not be authenticated")
        self.reason = reason


class KeyServerDown(RelanceError):
    """The key of a lifecycle token could not be fetched; Jira should try the installation again."""

    remedy = "Check that the server may reach Atlassian's key server, then install again."


class NotAllowed(RelanceError):
    """The sender is known but may not do this."""

    remedy = "Ask a Jira administrator for the permission."


class Malformed(RelanceError):
    """A request to us is not what it should be (400)."""

    remedy = "Nothing, unless the sender is Jira itself: then report it."


class Misconfigured(RelanceError):
    """A setting or a document is wrong; the program does not start."""

    remedy = "Correct the setting that the message names."


def _restore(kind: type[RelanceError], arguments: tuple[Any, ...], known: dict[str, Any]) -> RelanceError:
    error = kind.__new__(kind, *arguments)
    vars(error).update(known)
    return error
