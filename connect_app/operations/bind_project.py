"""A project starts to follow a pack, in dry run unless it is said otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from automation_rules.binding import Binding, Mode, Vocabulary
from connect_app.errors import Misconfigured
from connect_app.jira.vocabulary import learn
from connect_app.operations.keep_binding import keep_binding
from connect_app.operations.parts import Parts
from connect_app.store.bindings import BoundProject


def bind_project(
    parts: Parts,
    installation_id: str,
    binding: Binding,
    *,
    statuses: Mapping[str, str] | None = None,
    keep: bool = True,
) -> BoundProject:
    """Checks the binding against the policy, learns the project's words and stores both; in Jira too once it is on.

    `statuses` are those known before by Jira's ids, where our database does not tell; `keep` is False for a binding
    that comes from the copy itself. Raises `Misconfigured` with what is missing (a role nobody holds, an unknown pack,
    a site we may not work for).
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
        learned = _remembering(learned, before.vocabulary.statuses)
    bound = BoundProject(binding=binding, vocabulary=_remembering(learned, statuses or {}))
    parts.store.bindings.put(installation_id, bound)
    # In dry run nothing is written to Jira; what was on once is told there, lest a rebuilt database switch it on again.
    if keep and Mode.ON in {binding.mode, before.binding.mode if before is not None else None}:
        keep_binding(site, bound)
    return bound


def promised_since(parts: Parts, installation_id: str, project_key: str, *, pack: str, mode: Mode) -> datetime:
    """From when the promises of a binding count: from now, or as before when neither pack nor mode changes."""
    before = parts.store.bindings.of_project(installation_id, project_key)
    if before is not None and (before.binding.mode, before.binding.pack) == (mode, pack):
        return before.binding.enabled_at
    return parts.clock.now()


def _remembering(learned: Vocabulary, before: Mapping[str, str]) -> Vocabulary:
    """The vocabulary with the statuses that were renamed in Jira since, which their names do not tell any more."""
    found = set(learned.statuses.values())
    renamed = {jira_id: status for jira_id, status in before.items() if status not in found}
    return replace(learned, statuses={**renamed, **learned.statuses})
