"""Says what a bill leaves out or doubts, as facts: the words are found where the bill is written, in its language."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

ANY_MONTH = ""


class Doubt(StrEnum):
    """What is worth a remark."""

    TIME_ON_REQUEST = "time_on_request"
    TYPE_WITHOUT_BASIS = "type_without_basis"
    SEVERAL_CUSTOMERS = "several_customers"
    OTHER_MONTH = "other_month"
    FIELD_UNKNOWN = "field_unknown"
    NOT_AN_AMOUNT = "not_an_amount"
    APPROVED_NOTHING = "approved_nothing"
    REQUEST_UNREADABLE = "request_unreadable"


@dataclass(frozen=True, kw_only=True)
class Remark:
    """One doubt about one request (`key`), told with the bill of `month`, or of any month the request is in.

    `minutes` of time not billed; `name` of the type or field, or the text that is no amount; `subtask` the time is on
    and the month it is for; `at` the instant of a validation. What a doubt does not need stays empty.
    """

    what: Doubt
    key: str
    month: str = ANY_MONTH
    minutes: int = 0
    name: str = ""
    subtask: str = ""
    subtask_month: str = ""
    at: datetime | None = None
