"""A trial: one site in peace and one for each database in trouble live the same life, and must end the same."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from scripts.chaos.crew import Crew, Killings, Plan, Torments
from scripts.chaos.load import PROJECTS, Life, Town, faults_off, faults_on, found_town
from scripts.chaos.nursery import Nursery
from scripts.chaos.picture import Picture, differences, marks_twice, picture_of, twice
from scripts.chaos.troubles import Troubles
from scripts.desk.control import Control
from scripts.desk.desk import Choice, Desk, Site
from scripts.desk.house import START, ZONE
from scripts.desk.processes import free_port, start_sandbox, wait_for_sandbox
from scripts.desk.token_site import TokenSite

DOORS = ("connect", "token")

STEPS = (timedelta(hours=2), timedelta(days=1), timedelta(days=2), timedelta(days=4))
PAUSE = (0.02, 0.35)
"""Seconds between two kills: the work of a phase takes about as long as a few of them."""


class Unequal(AssertionError):
    """A site in trouble did not become what the one in peace became; the message is where."""


@dataclass(frozen=True, kw_only=True)
class Wish:
    """How long and how rough a trial is to be: `kills` for each database, in so many phases, shared by the doors."""

    seed: int
    phases: int
    kills: int
    postgres: str | None
    sqlite: bool = True
    projects: tuple[str, ...] = tuple(PROJECTS)
    doors: tuple[str, ...] = DOORS


@dataclass
class Verdict:
    """What a trial did, once all was equal."""

    killed: dict[str, Killings] = field(default_factory=dict)
    troubles: dict[str, int] = field(default_factory=dict)
    deeds: int = 0
    requests: int = 0
    actions: int = 0
    mails_twice: int = 0
    seconds: float = 0.0


def principal_of(site: Site) -> str:
    """Who Relance is in the sandbox's log of requests, and in its faults."""
    return site.service.email if isinstance(site, TokenSite) else "app"


@contextmanager
def sandbox(folder: Path) -> Iterator[Control]:
    """A sandbox of its own."""
    port = free_port()
    process = start_sandbox(folder, port=port, start=START, zone=ZONE)
    try:
        wait_for_sandbox(process, folder)
        yield Control(f"http://127.0.0.1:{port}")
    finally:
        process.stop()


class Trial:
    """Crews and their towns; the first pair is the one in peace."""

    def __init__(self, folder: Path, wish: Wish, control: Control, nursery: Nursery) -> None:
        self._wish = wish
        self._control = control
        plans = [Plan(name="calm", database_url=f"sqlite:///{folder / 'calm.db'}", webs=1, workers=1)]
        if wish.sqlite:
            plans.append(Plan(name="sqlite", database_url=f"sqlite:///{folder / 'rough.db'}", webs=1, workers=1))
        if wish.postgres is not None:
            plans.append(Plan(name="postgresql", database_url=wish.postgres, webs=2, workers=2))
        chance = [random.Random(f"{wish.seed}/{plan.name}") for plan in plans]  # noqa: S311 - to be repeated
        self.crews = [
            Crew(plan=plan, folder=folder, control=control, nursery=nursery, chance=c)
            for plan, c in zip(plans, chance, strict=True)
        ]
        self._troubles = Troubles(random.Random(f"{wish.seed}/troubles"))  # noqa: S311 - to be repeated
        self._chance = random.Random(f"{wish.seed}/life")  # noqa: S311 - to be repeated
        self._verdict = Verdict()
        self._sweeps = 0

    def run(self, told: Callable[[str], None]) -> Verdict:
        """Lives through every phase; raises `Unequal` as soon as a site differs, `NotStarted` when one never rests."""
        began = time.monotonic()
        self._furnish_model()
        for turn, door in enumerate(self._wish.doors):
            phases = range(self._share(turn), self._share(turn + 1))
            self._live_behind(door, phases, told)
        self._verdict.killed = {crew.plan.name: crew.killed for crew in self.crews[1:]}
        self._verdict.troubles = dict(self._troubles.happened)
        self._verdict.seconds = time.monotonic() - began
        return self._verdict

    def _share(self, turn: int) -> int:
        """The phase with which a door's turn begins."""
        return self._wish.phases * turn // len(self._wish.doors)

    def _live_behind(self, door: str, phases: range, told: Callable[[str], None]) -> None:
        """New sites that came in by one door live through their phases, and let us go; the processes stay."""
        verdict, extra = self._verdict, 0
        towns = [self._town(crew, door) for crew in self.crews]
        life = Life(towns, self._chance, self._wish.projects)
        for phase in phases:
            self._live(phase, towns, life)
            extra = self._compare(phase, towns)
            killed = ", ".join(f"{crew.plan.name} {crew.killed.all}" for crew in self.crews[1:])
            told(f"phase {phase + 1}/{self._wish.phases}, {door}: equal; {life.deeds} deeds, killed so far: {killed}")
        verdict.deeds += life.deeds
        verdict.requests += len(towns[0].tickets)
        verdict.actions += len(self.crews[0].runtime.store.ledger.recent(towns[0].installation_id, limit=100_000))
        verdict.mails_twice += extra
        for town in towns:
            town.site.uninstall()
        self._settle()

    def close(self) -> None:
        """Ends everything."""
        for crew in self.crews:
            crew.close()

    def _furnish_model(self) -> None:
        """Provisions the site all others take after."""
        model = Site(self.crews[0], "model")
        for project in self._wish.projects:
            pack = PROJECTS[project][0]
            Desk(model, Choice(project=project, pack=pack, name=f"Desk {project}"), people={}).provision()
        model.uninstall()

    def _town(self, crew: Crew, door: str) -> Town:
        name = f"{crew.plan.name}-{door}"
        site = TokenSite(crew, name, crew.runtime) if door == "token" else Site(crew, name)

        def installation_id() -> str:
            found = crew.runtime.store.installations.by_client_key(site.client_key)
            if found is None:
                raise LookupError(f"{site.name} did not let us in")
            return found.id

        def bind(desk: Desk) -> None:
            desk.bind(crew.runtime)

        return found_town(site, "model", self._wish.projects, installation_id=installation_id, bind=bind)

    def _live(self, phase: int, towns: list[Town], life: Life) -> None:
        """Time passes, then people act; each amid kills and faults, until all is quiet again."""
        rough, kills = self.crews[1:], self._kills(phase)
        now = self._control.now() + self._chance.choice(STEPS)
        self._control.to(now.replace(second=0, microsecond=0))
        self._amid(towns, rough, kills // 2, lambda: None, gone=False)
        self._control.advance(timedelta(minutes=1))
        self._amid(towns, rough, 0, lambda: life.open_requests(3), gone=False)
        self._control.advance(timedelta(minutes=1))
        self._amid(towns, rough, kills - kills // 2, lambda: life.go_on(8), gone=phase % 6 == 3)

    def _amid(
        self, towns: list[Town], rough: list[Crew], kills: int, happens: Callable[[], None], *, gone: bool
    ) -> None:
        for town in towns[1:]:
            faults_on(town, self._troubles.drawn(principal_of(town.site)))
        with Torments(rough, kills, pause=PAUSE):
            happens()
        many = next((crew for crew in rough if crew.plan.workers > 1), None)
        if many is not None and gone:
            with many.one_is_gone(really=True):
                self._settle()
        self._settle()
        for town in towns[1:]:
            self._troubles.count(faults_off(town))
        # What a lost webhook would have told is found by the sweep: here at once, elsewhere within the hour.
        self._sweeps += 1
        for town, crew in zip(towns, self.crews, strict=True):
            crew.sweep(town.installation_id, f"trial-{self._sweeps}")
        self._settle()

    def _settle(self) -> None:
        for crew in self.crews:
            crew.settle()

    def _kills(self, phase: int) -> int:
        done = self._wish.kills * phase // self._wish.phases
        return self._wish.kills * (phase + 1) // self._wish.phases - done

    def _compare(self, phase: int, towns: list[Town]) -> int:
        """The mails to agents that were sent once too often; raises `Unequal` when anything else differs."""
        calm, *others = [self._picture(crew, town) for crew, town in zip(self.crews, towns, strict=True)]
        extra = 0
        for crew, town, picture in zip(self.crews[1:], towns[1:], others, strict=True):
            found = differences(calm, picture)
            found += [f"in Jira twice: {key}" for key in marks_twice(town)]
            found += [f"failed job: {job}" for job in crew.runtime.jobs.failed()]
            found += [f"against Atlassian's contract: {told}" for told in self._control.violations()]
            if found:
                listed = "\n".join(found[:120])
                raise Unequal(f"seed {self._wish.seed}, phase {phase + 1}, {town.site.name}:\n{listed}")
            extra += twice(calm, picture)
        return extra

    def _picture(self, crew: Crew, town: Town) -> Picture:
        found = crew.runtime.store.installations.by_id(town.installation_id)
        return picture_of(town, crew.runtime, (found and found.app_account_id) or "nobody")
