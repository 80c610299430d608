"""A project starts to follow a pack, in dry run unless it is said otherwise."""

from __future__ import annotations

from automation_rules.binding import Binding
from connect_app.errors import Misconfigured
from connect_app.jira.vocabulary import learn
from connect_app.operations.parts import Parts
from connect_app.store.bindings import BoundProject


def bind_project(parts: Parts, installation_id: str, binding: Binding) -> BoundProject:
    """Checks the binding against the policy, learns the project's vocabulary and stores both.

    Raises `Misconfigured` with what is missing (a role nobody holds, an unknown pack, a site we may not work for).
    """
    site = parts.sites.open(installation_id)
    if site is None:
        raise Misconfigured("this site is not installed, or is disabled")
    try:
        pack = parts.catalog.pack(binding.pack)
        parts.policies.bind(binding)
    except (KeyError, ValueError) as error:
        raise Misconfigured(str(error.args[0])) from error
    bound = BoundProject(binding=binding, vocabulary=learn(site.client, binding.project_key, pack))
    parts.store.bindings.put(installation_id, bound)
    return bound
