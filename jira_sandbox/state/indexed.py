"""An alias under which an app's descriptor makes a part of an issue property searchable in JQL (contract §2.4)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

ValueType = Literal["number", "text", "string", "user", "date"]


@dataclass(frozen=True, kw_only=True)
class IndexedPath:
    """The dotted path inside the value of a property, and as what Jira indexes what is there."""

    property_key: str
    path: str
    type: ValueType
