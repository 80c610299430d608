"""One house with a browser for the tests of the pages: real iframes, Atlassian's host bridge, a profile per visit."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from connect_app.runtime import Runtime
from scripts.desk.chromium import HOW, bridge_is_there, find_chromium, started
from scripts.desk.desk import runtime_of
from scripts.desk.house import House
from scripts.desk.visiting import Browsing
from tests.houses import Models, open_house
from tests.pages.company import Company
from tests.pages.watching import watched


def pytest_runtest_setup() -> None:
    """Skips every test of this folder where the browser or the bridge is missing, or fails it where they must be."""
    if find_chromium() is not None and bridge_is_there():
        return
    if os.environ.get("RELANCE_REQUIRE_BROWSER"):
        pytest.fail(HOW, pytrace=False)
    pytest.skip(HOW)


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    with started() as browser:
        yield browser


@pytest.fixture(scope="package")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with open_house(tmp_path_factory.mktemp("pages"), poll="0.3") as house:
        yield house


@pytest.fixture(scope="package")
def runtime(house: House) -> Iterator[Runtime]:
    runtime = runtime_of(house)
    yield runtime
    runtime.close()


@pytest.fixture(scope="package")
def company(house: House, runtime: Runtime) -> Company:
    """A desk with its people, and a request that waits for its customer; tests may add requests, never take away."""
    return Company(house, runtime, Models(house))


@pytest.fixture(scope="package")
def browsing(browser: Browser, company: Company) -> Browsing:
    return Browsing(browser, company.site, company.house.settings.app_key)


@pytest.fixture
def visits(browsing: Browsing) -> Iterator[Browsing]:
    """Opens pages: `visits.visit(viewer, module, issue=…)`; an error in the browser's console fails the test."""
    with watched(browsing) as found:
        yield found
