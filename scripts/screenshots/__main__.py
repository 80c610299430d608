"""Makes the pictures of the pages anew: `python -m scripts.screenshots`."""

from __future__ import annotations

import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

import click
from playwright.sync_api import Locator

from scripts.desk.chromium import HOW, bridge_is_there, find_chromium, started
from scripts.desk.desk import runtime_of
from scripts.desk.house import House
from scripts.desk.visiting import Browsing, Look, Visit
from scripts.screenshots.scene import Scene

FOLDER = Path("docs/screenshots")
LARGEST = 150_000  # bytes
BESIDE = ".panel:has(iframe)"
WIDE = ".app-page"


@dataclass(frozen=True)
class Picture:
    """One page as somebody sees it: `place` is a path of the local Jira, where {key} is the request that waits."""

    name: str
    module: str
    who: str
    place: str
    part: str = BESIDE
    press: str | None = None
    look: Look = field(default_factory=Look)


ISSUE, REQUEST = "/agent/issue/{key}", "/portal/request/{key}"

PICTURES = (
    Picture("agent-panel", "promises", "agent", ISSUE, look=Look(width=1250)),
    Picture("agent-panel-dark", "promises", "agent", ISSUE, look=Look(width=1250, dark=True)),
    Picture("agent-postpone", "postpone-closure", "agent", ISSUE, "dialog", "button[data-dialog='postpone-closure']"),
    Picture("portal-request", "standing", "customer", REQUEST),
    Picture("portal-request-dark", "standing", "customer", REQUEST, look=Look(dark=True)),
    Picture("portal-escalate", "escalate", "customer", REQUEST, "dialog", "a[data-app-dialog='escalate']"),
    Picture("portal-company", "company-requests", "customer", "/portal/app/{app}/company-requests", WIDE),
    Picture("project", "figures", "agent", "/agent/project/SUP/app/{app}/figures", WIDE, look=Look(height=1600)),
    Picture(
        "project-dark",
        "figures",
        "agent",
        "/agent/project/SUP/app/{app}/figures",
        WIDE,
        look=Look(height=1600, dark=True),
    ),
    Picture(
        "administration", "administration", "admin", "/agent/admin/{app}/administration", WIDE, look=Look(height=900)
    ),
)


@click.command()
@click.option("--only", multiple=True, help="Make only this picture; repeat it.")
@click.option("--into", default=FOLDER, show_default=True, type=click.Path(path_type=Path), help="Where to write them.")
def main(only: tuple[str, ...], into: Path) -> None:
    """Opens the local Jira with two desks in it, and takes the pictures one after the other."""
    if find_chromium() is None or not bridge_is_there():
        sys.exit(HOW)
    into.mkdir(parents=True, exist_ok=True)
    wanted = [picture for picture in PICTURES if not only or picture.name in only]
    with tempfile.TemporaryDirectory() as folder, started() as browser:
        house = House(Path(folder))
        runtime = runtime_of(house)
        try:
            scene = Scene(house, runtime)
            browsing = Browsing(browser, scene.site, house.settings.app_key)
            for picture in wanted:
                _take(picture, scene, browsing, into / f"{picture.name}.png")
        finally:
            runtime.close()
            house.close()


def _take(picture: Picture, scene: Scene, browsing: Browsing, path: Path) -> None:
    people = {"admin": scene.admin, "agent": scene.agent.account_id, "customer": scene.customer.account_id}
    place = picture.place.format(key=scene.waiting.key, app=browsing.app)
    opener = {"postpone-closure": "promises", "escalate": "standing"}.get(picture.module, picture.module)
    visit = browsing.visit(people[picture.who], opener, place=place, **picture.look)
    if picture.press is not None:
        _opened(visit, picture)
    visit.settled()
    if picture.part == BESIDE:
        visit.grown()
    part: Locator = visit.page.locator(picture.part).first
    part.scroll_into_view_if_needed()
    part.screenshot(path=path, animations="disabled")
    size = path.stat().st_size
    problems = browsing.close_pages()
    click.echo(f"{path} {size // 1000} kB")
    if size > LARGEST or problems:
        sys.exit(f"{path}: {size} bytes; the browser told of {problems or 'no error'}")


def _opened(visit: Visit, picture: Picture) -> None:
    """Presses the button, which is in the app's page or in Jira's own, and waits for the dialog."""
    button = visit.find(picture.press or "")
    (button if button.count() else visit.page.locator(picture.press or "")).first.click()
    visit.dialog(picture.module).find('html[data-ready="true"]').wait_for(state="attached")


if __name__ == "__main__":
    main()
