"""Keeps the policies of a site bound, since a calendar remembers what it computed and binding it anew forgets."""

from __future__ import annotations

import threading

from automation_rules.binding import Binding
from automation_rules.policy import Policies, Policy


class BoundPolicies:
    """The bound policy of each project of one site, until its binding changes."""

    def __init__(self) -> None:
        self._kept: dict[str, Policy] = {}
        self._lock = threading.Lock()

    def bind(self, policies: Policies, binding: Binding) -> Policy:
        """The policy of a binding; raises what `Policies.bind` raises."""
        with self._lock:
            kept = self._kept.get(binding.project_key)
        if kept is not None and kept.binding == binding:
            return kept
        policy = policies.bind(binding)
        with self._lock:
            self._kept[binding.project_key] = policy
        return policy
