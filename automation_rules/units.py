"""Reads the lengths of time a policy may write: a number and one of five units, never converted into one another."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from pydantic import Field, model_validator

from workflows.model import Document

_PATTERN = r"([1-9][0-9]{0,3})(m|h|bh|d|bd)"
WRITTEN: dict[str, Any] = {"type": "string", "pattern": f"^{_PATTERN}$"}
"""What a length of time looks like in the JSON Schema of a document."""


class Unit(StrEnum):
    """What is counted; none is a multiple of another: a day may last 23 hours, a working day may be five days away."""

    MINUTES = "m"
    HOURS = "h"
    BUSINESS_HOURS = "bh"
    DAYS = "d"
    WORKING_DAYS = "bd"


class Amount(Document):
    """A count of one unit, written as one word: `3d`, `3bd`, `24h`, `8bh`, `10m`; never nothing, never less."""

    count: int = Field(ge=0, le=9999)
    unit: Unit

    @model_validator(mode="before")
    @classmethod
    def _written(cls, value: Any) -> Any:
        if isinstance(value, Mapping | Amount):
            return value
        found = re.fullmatch(_PATTERN, value) if isinstance(value, str) else None
        if found is None:
            raise ValueError(f"{value!r} is not a duration such as 3d, 3bd, 24h, 8bh or 10m, above zero")
        return {"count": int(found[1]), "unit": found[2]}

    def __str__(self) -> str:
        return f"{self.count}{self.unit}"
