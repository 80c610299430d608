"""A sandbox and an app without a worker: the tests run the jobs themselves, through the operations."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest
import responses

from connect_app.runtime import Runtime
from scripts.desk.desk import Site, runtime_of
from scripts.desk.house import House
from scripts.desk.token_site import TokenSite
from tests.connect_app.operations.stage import Stage
from tests.houses import Models, open_house

_numbers = itertools.count(1)


@pytest.fixture(scope="package")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with open_house(tmp_path_factory.mktemp("operations"), worker=False) as house:
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
    """A Jira site of its own with the app installed; no webhook reaches it."""
    site = Site(house, f"stage{next(_numbers)}")
    house.control.faults(site.name, {"webhooks": {"drop": 1.0}})
    yield site
    house.control.faults(site.name, {})
    site.uninstall()


@pytest.fixture
def stage(site: Site, runtime: Runtime, models: Models) -> Stage:
    """A desk that is switched on."""
    return Stage(site, runtime, models)


@pytest.fixture
def token_site(house: House, runtime: Runtime) -> Iterator[TokenSite]:
    """A site that came in with a token; no webhook reaches it."""
    site = TokenSite(house, f"token{next(_numbers)}", runtime)
    house.control.faults(site.name, {"webhooks": {"drop": 1.0}})
    yield site
    house.control.faults(site.name, {})
    site.uninstall()


@pytest.fixture
def token_stage(token_site: TokenSite, runtime: Runtime, models: Models) -> Stage:
    return Stage(token_site, runtime, models)


@pytest.fixture
def jira() -> Iterator[responses.RequestsMock]:
    """Answers the sandbox cannot give; every other request goes to it as usual."""
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        mock.add_passthru("http://127.0.0.1")
        mock.add_passthru("http://localhost")
        yield mock
