"""Says what differs between the doors, in the words of those who act on it: nobody else asks which door it is."""

from __future__ import annotations

from connect_app.doors.installation import Door, Installation


def rest_address(installation: Installation) -> str:
    """Where the site's REST API is asked."""
    return installation.api_url or installation.base_url


def own_account(installation: Installation) -> str | None:
    """The account whose every act is ours; None where a person may use our account's login as well."""
    return installation.app_account_id if installation.door is Door.CONNECT else None


def shared_account(installation: Installation) -> str | None:
    """The account whose acts are ours or a person's, to be told apart one by one; None where there is none."""
    return installation.app_account_id if installation.door is Door.TOKEN else None


def has_pages_in_jira(installation: Installation) -> bool:
    """True when Jira shows our pages in iframes; elsewhere the same content needs other ways."""
    return installation.door is Door.CONNECT


def one_refusal_is_enough(installation: Installation) -> bool:
    """True when a 401 is certain at once: each wrong login brings the account nearer to a CAPTCHA (jira-rest.md §0)."""
    return installation.door is Door.TOKEN
