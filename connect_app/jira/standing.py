"""Tells, before anything else, whether an administrator's credentials may provision a site, and who they are."""

from __future__ import annotations

from dataclasses import dataclass

from connect_app.errors import NotAllowed, RelanceError, Temporary
from connect_app.jira.patience import PatientClient


class SiteUnreachable(RelanceError):
    """Nothing that answers like Jira is at the address."""

    remedy = "Check the site's address and the network, then run the same command again."


class NotAnAdministrator(NotAllowed):
    """The account may log in and not administer Jira."""

    remedy = "Use the token of an account with the global permission “Administer Jira”."


@dataclass(frozen=True, kw_only=True)
class Standing:
    """Who asks, and in which language, as `fr_FR`."""

    name: str
    locale: str


def read_standing(jira: PatientClient) -> Standing:
    """Who the administrator is.

    The first request is not repeated: an address that is wrong stays wrong. Raises SiteUnreachable, NotAnAdministrator,
    and as the client: Unauthorized for a login, Moved for a redirect.
    """
    try:
        me = jira.client.get("rest/api/3/myself")
    except Temporary as error:
        raise SiteUnreachable(f"Jira does not answer at {jira.client.base_url}: {error}") from error
    permissions = jira.get("mypermissions", {"permissions": "ADMINISTER"})["permissions"]
    if not permissions.get("ADMINISTER", {}).get("havePermission"):
        raise NotAnAdministrator(f"{me.get('displayName') or 'this account'} is no Jira administrator of this site")
    return Standing(name=str(me.get("displayName") or ""), locale=str(me.get("locale") or "fr_FR"))
