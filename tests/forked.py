"""The nursery that all test processes share: loading our programs costs two seconds, and they start again and again."""

from __future__ import annotations

import os

from scripts.chaos.nursery import Door, Nursery

WHERE = "RELANCE_TEST_NURSERY"
"""Its address, while several test processes share the work; else what a test starts begins with an empty process."""


def open_nursery() -> Nursery:
    """Opens it, and lets the test processes know."""
    nursery = Nursery()
    os.environ[WHERE] = nursery.address
    return nursery


def shared_nursery() -> Door | None:
    """The one that is open, if there is one."""
    return Door(os.environ[WHERE]) if WHERE in os.environ else None
