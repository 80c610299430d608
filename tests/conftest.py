"""How hard Hypothesis looks, and which tests stay together in one test process."""

from __future__ import annotations

import gc
import os
from collections.abc import Generator
from fnmatch import fnmatch

import pytest
from hypothesis import settings
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from scripts.chaos.nursery import Nursery
from tests import databases
from tests.forked import open_nursery, shared_nursery

_nursery = pytest.StashKey[Nursery]()

# No deadline: these tests share two cores with others, and a slow moment is not a mistake.
settings.register_profile("usual", derandomize=True, deadline=None, max_examples=30)
settings.register_profile("thorough", derandomize=False, deadline=None, max_examples=1000, print_blob=True)
settings.load_profile(os.environ.get("RELANCE_HYPOTHESIS", "usual"))

SHARING = (
    "tests/scenarios/test_[a-l]*",  # the stories in two halves: they wait more than they compute
    "tests/scenarios/*",
    "tests/pages/*",
    "tests/connect_app/operations/*",
    "tests/connect_app/provision/*",
    "tests/connect_app/store/*",
    "tests/jira_sandbox/site/*",
)
"""Tests that share processes which take seconds to start; the longest first."""


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Lets the collector of garbage pass over what stays for the whole run: modules, tests and their fixtures."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.collect()
        gc.freeze()
        gc.set_threshold(10_000, 50, 50)
        gc.enable()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Puts the tests that share slow processes first, so that no test process is left alone with them at the end."""
    items.sort(key=lambda item: _rank(item.nodeid))


def pytest_configure(config: pytest.Config) -> None:
    """Opens one nursery for all test processes, where several share the work."""
    if config.getoption("numprocesses", None) and shared_nursery() is None:
        config.stash[_nursery] = open_nursery()


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stops the PostgreSQL and the nursery of the tests, when they were started."""
    databases.close()
    if (nursery := config.stash.get(_nursery, None)) is not None:
        nursery.close()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadScopeScheduling:
    """Keeps the tests of a module, and of a folder that shares processes, in one test process.

    Not by `xdist_group`: xdist 3.8 writes a group into an attribute that pytest 9.2 does not read.
    """
    return _Together(config, log)


class _Together(LoadScopeScheduling):  # type: ignore[misc]  # xdist has no types
    def _split_scope(self, nodeid: str) -> str:
        rank = _rank(nodeid)
        return SHARING[rank] if rank < len(SHARING) else nodeid.partition("::")[0]


def _rank(nodeid: str) -> int:
    path = nodeid.partition("::")[0]
    return next((rank for rank, pattern in enumerate(SHARING) if fnmatch(path, pattern)), len(SHARING))
