"""The database is deleted on day 7 of a silence: one reminder 2, one closure, as if nothing had happened."""

from __future__ import annotations

import logging

import pytest
from click.testing import CliRunner

from connect_app.runtime import Runtime, build_runtime
from scripts.desk.desk import Site
from scripts.desk.house import House
from scripts.desk.token_site import TokenSite
from scripts.rebuild import main as rebuild
from tests.scenarios.losses import lose_database
from tests.scenarios.waiting import DAY, Waiting


def lose_everything(house: House, runtime: Runtime) -> None:
    """Nothing is left of the database, and no copy: the processes start on an empty one."""
    lose_database(house, runtime)
    build_runtime(house.settings).close()
    house.start_web()


def comes_in_again(site: Site, runtime: Runtime) -> None:
    """What an administrator does then: installs the app again, or adds the site and its webhook again."""
    if isinstance(site, TokenSite):
        site.moved_to(runtime)
    else:
        site.come_in()


def rebuilds(house: House, site: Site) -> str:
    """The command an operator types, and what it says."""
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    try:
        told = CliRunner().invoke(rebuild, ["--site-url", site.url, "--yes"], env=house.environment)
    finally:
        root.handlers, root.level = handlers, level
    assert told.exit_code == 0, told.output
    return told.output


@pytest.mark.promise("C24", "C25", "C26", "C27")
def test_the_database_deleted_on_day_7_is_one_reminder_2_and_one_closure(
    house: House, site: Site, runtime: Runtime, waiting: Waiting
) -> None:
    for day in (3, 6, 7):
        house.to(waiting.asked + day * DAY)
    assert len(waiting.new()) == 2
    lose_everything(house, runtime)
    comes_in_again(site, runtime)
    house.start_worker()
    told = rebuilds(house, site)
    assert told.startswith("SUP: managed-operations (on)\nSUP: managed-operations (on), 1 request(s) read, "), told
    house.settle()
    house.to(waiting.asked + 8 * DAY)
    assert len(waiting.new()) == 2
    house.to(waiting.asked + 12 * DAY)
    waiting.was_told_once()
