"""Tells the people and groups of a binding as an administrator writes them: `Marie Dupont <5b10ac8d82e05b>`."""

from __future__ import annotations

from collections.abc import Mapping

from automation_rules.binding import Binding
from connect_app.errors import RelanceError
from connect_app.jira.naming import names_of_accounts, names_of_groups
from connect_app.logs import logger
from connect_app.operations.open_site import OpenSite

log = logger(__name__)

Names = Mapping[str, tuple[str, ...]]


def name_people(site: OpenSite | None, binding: Binding) -> tuple[Names, Names]:
    """People and groups by role, with their names where Jira tells them; they are kept nowhere."""
    accounts = [account for ids in binding.people.values() for account in ids]
    groups = [group for ids in binding.groups.values() for group in ids]
    people_names: dict[str, str] = {}
    group_names: dict[str, str] = {}
    if site is not None:
        try:
            people_names = names_of_accounts(site.client, accounts)
            group_names = names_of_groups(site.client, groups)
        except RelanceError as error:
            log.warning("names not told", project=binding.project_key, error=str(error))
    return _named(binding.people, people_names), _named(binding.groups, group_names)


def _named(ids: Names, names: Mapping[str, str]) -> Names:
    return {role: tuple(f"{names[one]} <{one}>" if one in names else one for one in some) for role, some in ids.items()}
