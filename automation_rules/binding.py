"""Defines a binding: which project follows which pack, in which language, since when and with which parameters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any


class Mode(StrEnum):
    """Whether a binding acts; a newly made binding starts in dry run."""

    OFF = "off"
    DRY_RUN = "dry_run"
    ON = "on"


def _nothing() -> Mapping[str, Any]:
    return MappingProxyType({})


@dataclass(frozen=True, kw_only=True)
class Binding:
    """One project's choice, made by its administrators.

    Events before `enabled_at` (UTC) are not acted upon; clocks read the whole history. `people` maps a policy role
    (`team-lead`) to account ids, `groups` to Jira group ids, `parameters` a policy parameter to its value (`X` days),
    `contracts` an organisation name to a calendar id.
    """

    project_key: str
    pack: str
    locale: str
    mode: Mode
    enabled_at: datetime
    people: Mapping[str, tuple[str, ...]] = field(default_factory=_nothing)
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=_nothing)
    parameters: Mapping[str, Any] = field(default_factory=_nothing)
    contracts: Mapping[str, str] = field(default_factory=_nothing)


@dataclass(frozen=True, kw_only=True)
class Vocabulary:
    """How one project's Jira ids read in the pack's words; ids survive a renaming in Jira.

    `statuses` maps a Jira status id to a pack status id, `fields` a pack field id to a Jira field id,
    `organizations_field` and `request_type_field` are Jira field ids, `project_id` is Jira's id of the project.
    """

    project_id: str = ""
    statuses: Mapping[str, str] = field(default_factory=_nothing)
    fields: Mapping[str, str] = field(default_factory=_nothing)
    organizations_field: str | None = None
    request_type_field: str | None = None
