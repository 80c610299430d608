"""The ways in which the delivery of webhooks can be made worse on purpose."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field


class WebhookFaults(BaseModel):
    """What goes wrong with webhooks: all of it may happen on a real site, since order and uniqueness are not promised.

    `duplicate` is the number of extra copies of every delivery (same identifier); `drop` the share of deliveries lost;
    `shuffle` releases windows of deliveries in an order drawn from `seed`; `delay` is in real seconds.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    duplicate: Annotated[int, Field(ge=0, le=10)] = 0
    drop: Annotated[float, Field(ge=0, le=1)] = 0.0
    shuffle: bool = False
    delay: Annotated[float, Field(ge=0, le=3600)] = 0.0
    seed: int = 0
