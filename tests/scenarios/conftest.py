"""One house of real processes for a test process, and a site of its own for each test."""

from __future__ import annotations

import itertools
import os
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from connect_app.runtime import Runtime
from scripts.desk.desk import Choice, Desk, Site, runtime_of
from scripts.desk.house import House
from scripts.desk.token_site import TokenSite
from tests.houses import Models, open_house
from tests.scenarios.waiting import Waiting
from tests.secrecy import secrets_of, watch_for

MakeDesk = Callable[..., Desk]
DOORS = ("connect", "token")
"""Every story may run through each; one about pages inside Jira says that it needs the app."""

_numbers = itertools.count(1)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Lets each story through one of the doors, half of them through each; `RELANCE_DOORS` may be `other` or `all`."""
    doors = os.environ.get("RELANCE_DOORS")
    if doors == "all":
        return
    turned = 1 if doors == "other" else 0
    stories = [i for i in items if isinstance(i, pytest.Function) and _door_of(i) is not None]
    by_story: dict[str, list[pytest.Function]] = {}
    for item in stories:
        by_story.setdefault(f"{item.path.name}::{item.originalname}", []).append(item)
    left_out = {
        id(item)
        for story, each in by_story.items()
        for item in each
        if len(each) == len(DOORS) and _door_of(item) != DOORS[(zlib.crc32(story.encode()) + turned) % len(DOORS)]
    }
    config.hook.pytest_deselected(items=[i for i in items if id(i) in left_out])
    items[:] = [i for i in items if id(i) not in left_out]


def _door_of(item: pytest.Function) -> str | None:
    door = getattr(item, "callspec", None) and item.callspec.params.get("site")
    return door if door in DOORS else None


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


@pytest.fixture(params=DOORS)
def site(request: pytest.FixtureRequest, house: House, runtime: Runtime) -> Iterator[Site]:
    """A Jira site of its own, in a zone that is not UTC, that came in by each door in turn."""
    name = f"site{next(_numbers)}"
    site = TokenSite(house, name, runtime) if request.param == "token" else Site(house, name)
    yield site
    house.control.faults(site.name, {})
    watch_for(house, secrets_of(site, runtime))
    site.uninstall()
    house.settle()


@pytest.fixture
def make_desk(site: Site, runtime: Runtime, models: Models) -> MakeDesk:
    """Opens a provisioned project that follows a pack from now on."""

    def make(pack: str = "managed-operations", *, project: str = "SUP", **choice: object) -> Desk:
        parts = {"team-lead": "Paul Durand", "offer-owner": "Nadia Roux"} if "managed" in pack else {}
        people = {role: (site.agent(name).account_id,) for role, name in parts.items()}
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
