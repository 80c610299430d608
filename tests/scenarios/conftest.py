"""One house of real processes for a test process, and a site of its own for each test."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from connect_app.runtime import Runtime
from scripts.desk.desk import Choice, Desk, Site, runtime_of
from scripts.desk.house import House
from tests.houses import Models, open_house
from tests.scenarios.waiting import Waiting

MakeDesk = Callable[..., Desk]
_numbers = itertools.count(1)


@pytest.fixture(scope="package")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with open_house(tmp_path_factory.mktemp("house")) as house:
        yield house


@pytest.fixture(scope="package")
def runtime(house: House) -> Iterator[Runtime]:
    runtime = runtime_of(house)
    yield runtime
    runtime.close()


@pytest.fixture(scope="package")
def models(house: House) -> Models:
    return Models(house)


@pytest.fixture
def site(house: House) -> Iterator[Site]:
    """A Jira site of its own, in a zone that is not UTC, with the app installed."""
    site = Site(house, f"site{next(_numbers)}", zone="Europe/Paris")
    yield site
    house.control.faults(site.name, {})
    site.uninstall()
    house.settle()


@pytest.fixture
def make_desk(site: Site, runtime: Runtime, models: Models) -> MakeDesk:
    """Opens a provisioned project that follows a pack from now on."""

    def make(pack: str = "managed-operations", *, project: str = "SUP", **choice: object) -> Desk:
        lead = site.agent("Paul Durand")
        people = {"team-lead": (lead.account_id,), "offer-owner": (lead.account_id,)} if "managed" in pack else {}
        desk = Desk(site, Choice(project=project, pack=pack, **choice), people=people)  # type: ignore[arg-type] # the test's own choice
        models.furnish(desk)
        desk.bind(runtime)
        return desk

    return make


@pytest.fixture
def waiting(house: House, make_desk: MakeDesk) -> Waiting:
    """A request of document C's desk that waits for its customer."""
    return Waiting(house, make_desk())


@pytest.fixture
def logs(house: House) -> Callable[[], str]:
    """Everything the app's processes have said."""

    def read() -> str:
        return "\n".join(path.read_text("utf-8", "replace") for path in Path(house.folder).glob("*.log"))

    return read
