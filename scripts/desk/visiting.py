"""Somebody's browser in front of one of the app's pages, inside the local Jira, on Atlassian's own host bridge."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import NamedTuple, TypedDict, Unpack
from urllib.parse import quote, urlencode, urlsplit

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Frame, Locator, Page, Route

from scripts.desk.chromium import PACKAGES
from scripts.desk.desk import Site

CDN = "connect-cdn.atl-paas.net"
DIST = PACKAGES / "atlassian-connect-js" / "dist"
PATIENCE = 30_000  # ms: a busy machine is no mistake of a page
STEP = 50  # ms between two looks

# The bridge's own: it tells its analytics and asks for feature flags, which only Atlassian's host has.
NOISE = re.compile(r"analytics|feature ?flag|\[Statsig\]|Unload is deprecated", re.IGNORECASE)


@dataclass
class Visit:
    """A page of the local Jira with the frame of one of the app's pages in it."""

    page: Page
    frame: Frame
    problems: list[str]

    def find(self, selector: str) -> Locator:
        """An element in the app's page."""
        return self.frame.locator(selector)

    def flag(self) -> Locator:
        """The flags that Jira shows."""
        return self.page.locator("#flags .flag")

    def dialog(self, module: str) -> Visit:
        """The app's page in the dialog that has opened."""
        return Visit(self.page, frame_of(self.page, module, "dialog "), self.problems)

    def has_closed_dialog(self) -> None:
        """Waits until Jira shows no dialog."""
        self.page.locator("dialog.app-dialog").wait_for(state="detached", timeout=PATIENCE)

    def goes_dark(self) -> None:
        """Presses Jira's own switch, and waits until the app's page has followed."""
        self.page.locator("#theme button").click()
        self.frame.locator('html[data-color-mode="dark"]').wait_for(state="attached", timeout=PATIENCE)

    def grown(self) -> bool:
        """Whether the frame becomes as high as what is in it, as the bridge promises; waits for it."""
        self.frame.frame_element().scroll_into_view_if_needed()  # a browser lets what nobody sees sleep
        for _ in range(PATIENCE // STEP):
            if self.frame.evaluate("document.documentElement.scrollHeight <= innerHeight"):
                return True
            self.page.wait_for_timeout(STEP)
        return False

    def settled(self) -> None:
        """Waits until the page is not busy with an answer of ours."""
        self.frame.locator("#page:not([aria-busy])").wait_for(state="attached", timeout=PATIENCE)


class Look(TypedDict, total=False):
    """How somebody looks at a page.

    `ready` (unless False) waits for the bridge: False is for a page that the app is expected to refuse. `blocked` keeps
    the bridge's script away. Sizes are in pixels; the language is `fr` or `en`.
    """

    language: str
    dark: bool
    ready: bool
    blocked: bool
    width: int
    height: int


class Window(NamedTuple):
    """What cannot be changed once it is there; where the bridge is kept away, no other page may have left it behind."""

    language: str
    width: int
    height: int
    blocked: bool


@dataclass
class Browsing:
    """One browser; a visit begins with its viewer's cookies alone, and every page knows the bridge's address offline.

    A window costs the browser far more than a page in it: one that was left is looked through again.
    """

    browser: Browser
    site: Site
    app: str
    _open: list[Page] = field(default_factory=list)
    _at_rest: dict[Window, list[Page]] = field(default_factory=dict)
    _windows: dict[Page, Window] = field(default_factory=dict)
    _looks: dict[Page, Look] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    def visit(
        self,
        viewer: str | None,
        module: str,
        *,
        issue: str | None = None,
        project: str | None = None,
        place: str | None = None,
        **look: Unpack[Look],
    ) -> Visit:
        """Opens a page of the app as somebody (an account id; None is nobody logged in).

        Without a `place` (a path of the local Jira) the page stands alone, whatever its conditions say.
        """
        about = urlencode({name: value for name, value in (("issue", issue), ("project", project)) if value})
        path = place or f"/agent/frame/{quote(self.app)}/{module}" + (f"?{about}" if about else "")
        page = self.open(viewer, path, **look)
        frame = frame_of(page, module)
        if look.get("ready", True):
            frame.locator('html[data-ready="true"]').wait_for(state="attached", timeout=PATIENCE)
            mode = "dark" if look.get("dark") else "light"
            frame.locator(f'html[data-color-mode="{mode}"]').wait_for(state="attached", timeout=PATIENCE)
        return Visit(page, frame, self.problems)

    def open(self, viewer: str | None, path: str, **look: Unpack[Look]) -> Page:
        """Opens a page of the local Jira itself."""
        page = self._window(look)
        self._looks[page] = look
        self._introduce(page.context, viewer, look)
        self._open.append(page)
        page.goto(f"{self.site.url}{path}", wait_until="domcontentloaded")
        return page

    @contextmanager
    def forgiving(self, text: str) -> Iterator[None]:
        """Lets one error pass that the browser is expected to tell of, such as an answer that is tried again."""
        before = len(self.problems)
        yield
        expected = [each for each in self.problems[before:] if text in each]
        if not expected:
            raise LookupError(f"the browser told of no {text}")
        for each in expected:
            self.problems.remove(each)

    def close_pages(self) -> list[str]:
        """Closes what the test has opened; gives the errors that the browser told meanwhile."""
        for page in self._open:
            del self._looks[page]  # what it tells from now on is nobody's
            page.unroute_all(behavior="ignoreErrors")
            page.goto("about:blank")
            self._at_rest.setdefault(self._windows[page], []).append(page)
        self._open.clear()
        told, self.problems[:] = list(self.problems), []
        return told

    def _window(self, look: Look) -> Page:
        """An empty page in a window for such a look."""
        language, blocked = look.get("language", "fr"), look.get("blocked", False)
        window = Window(language, look.get("width", 1000), look.get("height", 800), blocked)
        if resting := self._at_rest.get(window):
            return resting.pop()
        context = self.browser.new_context(
            locale="en-US" if language == "en" else "fr-FR",
            timezone_id="Europe/Paris",
            viewport={"width": window.width, "height": window.height},
        )
        context.set_default_timeout(PATIENCE)
        self._route(context, blocked=blocked)
        page = context.new_page()
        page.on("console", lambda message: self._heard(page, message))
        page.on("pageerror", lambda error: self._told(page, f"script error: {error}"))
        self._windows[page] = window
        return page

    def _introduce(self, context: BrowserContext, viewer: str | None, look: Look) -> None:
        """Leaves nothing in a profile but who looks and how."""
        context.clear_cookies()
        chosen = {
            f"viewer-{self.site.name}": viewer or "anonymous",
            "language": look.get("language", "fr"),
            "theme": "dark" if look.get("dark") else "light",
        }
        context.add_cookies([{"name": name, "value": value, "url": self.site.url} for name, value in chosen.items()])

    def _route(self, context: BrowserContext, *, blocked: bool) -> None:
        def answer(route: Route) -> None:
            parts = urlsplit(route.request.url)
            if parts.hostname in {"127.0.0.1", "localhost"} or parts.scheme in {"data", "blob"}:
                route.continue_()
            elif parts.hostname == CDN and not blocked:
                name = parts.path.removeprefix("/")
                route.fulfill(path=DIST / ("iframe.js" if name == "all.js" else name))
            else:
                if parts.hostname != CDN:
                    self.problems.append(f"asked for {route.request.url}")
                route.abort()

        context.route(lambda url: urlsplit(url).hostname not in {"127.0.0.1", "localhost"}, answer)

    def _told(self, page: Page, problem: str) -> None:
        if page in self._looks:
            self.problems.append(problem)

    def _heard(self, page: Page, message: ConsoleMessage) -> None:
        look, text = self._looks.get(page, Look()), message.text
        refused = not look.get("ready", True) and text.startswith("Failed to load resource")
        kept_away = look.get("blocked") and "ERR_FAILED" in text
        if message.type != "error" or refused or kept_away or NOISE.search(text):
            return
        self._told(page, f"console: {text} ({message.location.get('url', '')})")


def frame_of(page: Page, module: str, around: str = "") -> Frame:
    """The frame of a module of the app, wherever it is on the page."""
    found = page.locator(f"{around}.app-frame iframe[id*='__{module}']").first
    found.wait_for(state="attached", timeout=PATIENCE)
    handle = found.element_handle()
    frame = handle.content_frame() if handle else None
    if frame is None:
        raise LookupError(f"no frame of {module}")
    return frame
