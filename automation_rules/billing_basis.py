"""Defines on what each request type is billed: the time logged, or the last validated estimate."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from workflows.model import Document, Id


def _one_or_more(value: object) -> object:
    return (value,) if isinstance(value, str) else value


RequestTypes = Annotated[tuple[Id, ...], BeforeValidator(_one_or_more), Field(min_length=1)]


class TimeBasis(Document):
    """Billed on the time all consultants logged on the imputation sub-tasks (A16, A29)."""

    basis: Literal["time"]
    request_type: RequestTypes


class Validation(Document):
    """The move by which an estimate counts as validated (A40)."""

    from_: Id = Field(alias="from")
    to: Id


class EstimateBasis(Document):
    """Billed on the last estimate that was validated (A47); the time is told beside it, for the team (A34, A38, A43).

    `field` is the pack's number field. Its `unit` makes it comparable with time; a day is worth `hours_per_day`.
    """

    basis: Literal["estimate"]
    request_type: RequestTypes
    field: Id
    unit: Literal["hours", "days"]
    hours_per_day: Decimal | None = Field(default=None, gt=0, le=24)
    validated: Validation

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if (self.unit == "days") != (self.hours_per_day is not None):
            raise ValueError("hours_per_day goes with unit: days, and only with it")
        return self

    def seconds(self, estimate: Decimal) -> int:
        """An estimate as seconds of work, rounded to the second."""
        return round(estimate * (self.hours_per_day or 1) * 3600)


BillingBasis = Annotated[TimeBasis | EstimateBasis, Field(discriminator="basis")]
