"""Names the version of an issue that was read: Jira's `updated`, and under which promises it was judged."""

from __future__ import annotations

import hashlib
import json

from automation_rules.policy import Policy
from connect_app.store.bindings import BoundProject


def version_read(updated: str, bound: BoundProject, policy: Policy) -> str:
    """What the agenda keeps as seen, 64 characters at most.

    It differs when the issue changed, and also when the project is bound anew, switched on, or its policy changed:
    what was judged under other promises must be judged again, even when nobody touches the issue any more.
    """
    binding, vocabulary = bound.binding, bound.vocabulary
    told = {
        "policy": policy.digest,
        "binding": {name: _plain(part) for name, part in vars(binding).items()},
        "vocabulary": {name: _plain(part) for name, part in vars(vocabulary).items()},
    }
    return f"{updated[:40]} {hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:16]}"


def _plain(part: object) -> object:
    """Something JSON can write in one order, whether it comes from a form or from the database."""
    if part is None or isinstance(part, str | int | float):
        return part
    if isinstance(part, list | tuple):
        return [_plain(one) for one in part]
    try:
        return {str(name): _plain(value) for name, value in dict(part).items()}  # type: ignore[call-overload]  # a mapping, read-only or not
    except TypeError:
        return str(part)
