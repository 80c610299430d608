"""Opens accounts: people, customers and the users of apps, with deterministic ids and tokens."""

from __future__ import annotations

import re
import unicodedata
import zlib
from collections.abc import Iterable

from jira_sandbox.state.people import AccountType, Organization, Person, SiteRole
from jira_sandbox.state.site import Site


def open_account(  # noqa: PLR0913 - an account has that many parts
    site: Site,
    display_name: str,
    account_type: AccountType,
    *,
    roles: Iterable[SiteRole] = (),
    email: str | None = None,
    app_key: str | None = None,
) -> Person:
    """A new account; its e-mail address is made from the name when none is given."""
    number = site.ids.number("person")
    mark = zlib.crc32(site.name.encode())
    if account_type == "customer":
        account_id = f"qm:{mark:08x}-0000-4000-8000-{number:012d}"
    elif account_type == "app":
        account_id = f"557058:{site.ids.named_uuid('app', app_key or display_name)}"
    else:
        account_id = f"5b10a2844c20{mark:08x}{number:04x}"
    person = Person(
        account_id=account_id,
        display_name=display_name,
        email=email or _email(site, display_name),
        token=f"token-{site.name}-{number}" if account_type != "app" else "",
        account_type=account_type,
        time_zone=site.zone.key,
        locale="fr_FR" if site.locale.startswith("fr") else "en_US",
        roles=set(roles),
        app_key=app_key,
    )
    site.people[account_id] = person
    return person


def delete_account(site: Site, person: Person) -> None:
    """Deletes an account: what it did stays under its id, and nobody can be asked or told by that id any more."""
    person.deleted, person.active = True, False
    person.display_name, person.email, person.token = "Former user", "", ""
    person.roles = set()
    for group in site.groups.values():
        group.members = [member for member in group.members if member != person.account_id]
    for organization in site.organizations.values():
        organization.members = [member for member in organization.members if member != person.account_id]


def _email(site: Site, display_name: str) -> str:
    plain = unicodedata.normalize("NFKD", display_name).encode("ascii", "ignore").decode().lower()
    local = re.sub(r"[^a-z0-9]+", ".", plain).strip(".") or "someone"
    taken = {person.email for person in site.people.values()}
    email, number = f"{local}@{site.name}.test", 2
    while email in taken:
        email, number = f"{local}{number}@{site.name}.test", number + 1
    return email


def app_user(site: Site, key: str, name: str) -> Person:
    """The user of an app: the same account at every installation."""
    known = next((person for person in site.people.values() if person.app_key == key), None)
    if known is not None:
        known.active = True
        return known
    return open_account(site, name, "app", app_key=key)


def organization_named(site: Site, name: str) -> Organization:
    """The organisation of that name, made when there is none."""
    for organization in site.organizations.values():
        if organization.name == name:
            return organization
    new = Organization(id=site.ids.id("organization"), name=name)
    site.organizations[new.id] = new
    return new
