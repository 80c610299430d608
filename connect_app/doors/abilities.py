"""Says what differs between the doors, in the words of those who act on it: nobody else asks which door it is."""

from __future__ import annotations

from connect_app.doors.installation import Door, Installation, State


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


def hours_between_questions(installation: Installation) -> int:
    """How often a site that refuses us is asked whether it still does: seldom where each question is a wrong login."""
    return 6 if installation.door is Door.TOKEN else 1


def has_login(installation: Installation) -> bool:
    """True when we log in to the site with a token that ends, and that an administrator renews."""
    return installation.door is Door.TOKEN


def may_come_by_app(installation: Installation, host_time: float) -> bool:
    """Whether an installation of the app may take the site over: it came so before, left, or its move was announced.

    What Atlassian signs names the site, but its address stands in the unsigned body: a stranger's site could name
    somebody else's.
    """
    left = installation.state is State.UNINSTALLED
    return installation.door is Door.CONNECT or left or host_time < installation.moving_until


def leaves_by_app(installation: Installation) -> bool:
    """Whether the app's removal from the site ends our work there; not when the site has moved to another door."""
    return installation.door is Door.CONNECT


def counts_points(installation: Installation) -> bool:
    """Whether Jira counts our calls against an app's hourly points; those with a user's token are exempt (§5.1)."""
    return installation.door is not Door.TOKEN
