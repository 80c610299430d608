"""Opens a house for the tests of a folder, and furnishes its desks; nothing may break Atlassian's contract."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from connect_app.store.database import open_database
from scripts.desk.desk import Choice, Desk, Site
from scripts.desk.house import House
from tests.databases import database_in
from tests.forked import shared_nursery
from tests.log_lines import lines_of, untold
from tests.secrecy import OURS, kept_by, told_by, watched


@contextlib.contextmanager
def open_house(folder: Path, *, worker: bool = True, poll: str = "0.1") -> Iterator[House]:
    """A sandbox, a web server and a worker, which is sent away at once when the tests run the jobs themselves.

    The worker looks for something to do each `poll` seconds: that is most of what it costs while nothing happens.
    """
    house = House(
        folder,
        nursery=shared_nursery(),
        RELANCE_DATABASE_URL=database_in(folder),
        RELANCE_LOG_LEVEL="DEBUG",
        RELANCE_TICK_SECONDS=poll,
        RELANCE_POLL_SECONDS=poll,
    )
    try:
        if os.environ.get("RELANCE_REQUIRE_CONTRACTS"):
            assert house.contracts.startswith("validated"), "Atlassian's OpenAPI files must be there in CI"
        if not worker:
            house.kill_worker()
        yield house
        assert house.control.violations() == []
        assert told_by(house, watched(house)) == [], "the logs tell what they must not"
        assert unsaid(house) == [], "each line says which site, issue, job and delivery it is about"
        assert kept(house) == [], "account ids are all we keep of people"
    finally:
        house.close()


def unsaid(house: House) -> list[str]:
    """The lines of the house's web servers and workers that do not say what they are about."""
    return [
        line
        for pattern in OURS
        for path in sorted(house.folder.glob(pattern))
        for line in untold(lines_of(path), worker=path.name.startswith("worker"))
    ]


def kept(house: House) -> list[str]:
    """Where the house's database names somebody."""
    engine = open_database(house.settings.database_url)
    try:
        return kept_by(engine, house.control.members)
    finally:
        engine.dispose()


class Models:
    """One site for each pack, provisioned as an administrator does it once; the sites of the tests take after it."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._sites: dict[tuple[str, str], str] = {}

    def furnish(self, desk: Desk) -> None:
        """Gives a desk's site the project of its pack."""
        wanted = (desk.choice.pack, desk.choice.project)
        if wanted not in self._sites:
            name = f"model{len(self._sites) + 1}"
            model = Site(self._house, name)
            Desk(model, Choice(pack=wanted[0], project=wanted[1]), people={}).provision()
            model.uninstall()  # no app needs to hear of it
            self._sites[wanted] = name
        self._house.control.call("PUT", f"/sites/{desk.site.name}/configuration", {"like": self._sites[wanted]})
