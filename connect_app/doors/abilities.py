"""Says what differs between the doors, in the words of those who act on it: nobody else asks which door it is."""

from __future__ import annotations

from connect_app.doors.installation import Door, Installation


def rest_address(installation: Installation) -> str:
    """Where the site's REST API is asked."""
    return installation.api_url or installation.base_url


def acts_under_own_name(installation: Installation) -> bool:
    """True when the account we act as is ours alone; a service account's login may be used by a person as well."""
    return installation.door is Door.CONNECT


def has_pages_in_jira(installation: Installation) -> bool:
    """True when Jira shows our pages in iframes; elsewhere the same content needs other ways."""
    return installation.door is Door.CONNECT


def one_refusal_is_enough(installation: Installation) -> bool:
    """True when a 401 is certain at once: each wrong login brings the account nearer to a CAPTCHA (jira-rest.md §0)."""
    return installation.door is Door.TOKEN
