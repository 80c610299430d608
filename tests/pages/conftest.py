"""One house with a browser for the tests of the pages: real iframes, Atlassian's host bridge, a profile per visit."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from connect_app.runtime import Runtime
from scripts.desk.desk import runtime_of
from scripts.desk.house import House
from tests.houses import Models, open_house
from tests.pages.chromium import HOW, bridge_is_there, find_chromium, start
from tests.pages.company import Company
from tests.pages.visiting import Browsing, watched


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        path = find_chromium(playwright)
        if path is None or not bridge_is_there():
            assert not os.environ.get("RELANCE_REQUIRE_BROWSER"), HOW
            pytest.skip(HOW)
        found = start(playwright, path)
        yield found
        found.close()


@pytest.fixture(scope="package")
def house(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Asks for the browser first: without one, no process is started."""
    del browser
    with open_house(tmp_path_factory.mktemp("pages")) as house:
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
