"""A project starts to follow a pack, in dry run unless it is said otherwise."""

from __future__ import annotations

from dataclasses import replace

from automation_rules.binding import Binding, Vocabulary
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
    learned = learn(site.client, binding.project_key, pack)
    before = parts.store.bindings.of_project(installation_id, binding.project_key)
    if before is not None and before.binding.pack == binding.pack:
        learned = _remembering(learned, before.vocabulary)
    bound = BoundProject(binding=binding, vocabulary=learned)
    parts.store.bindings.put(installation_id, bound)
    return bound


def _remembering(learned: Vocabulary, before: Vocabulary) -> Vocabulary:
    """The vocabulary with the statuses that were renamed in Jira since, which their names do not tell any more."""
    found = set(learned.statuses.values())
    renamed = {jira_id: status for jira_id, status in before.statuses.items() if status not in found}
    return replace(learned, statuses={**renamed, **learned.statuses})
