"""Somebody's browser in front of one of the app's pages, inside the local Jira, on Atlassian's own host bridge."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import quote, urlencode, urlsplit

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Frame, Locator, Page, Route

from scripts.desk.desk import Site
from tests.pages.chromium import PACKAGES

CDN = "connect-cdn.atl-paas.net"
DIST = PACKAGES / "atlassian-connect-js" / "dist"
PATIENCE = 10_000  # ms

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

    def settled(self) -> None:
        """Waits until the page is not busy with an answer of ours."""
        self.frame.locator("#page:not([aria-busy])").wait_for(state="attached", timeout=PATIENCE)


@dataclass
class Browsing:
    """One browser; each viewer has a profile of their own, and every page knows the bridge's address offline."""

    browser: Browser
    site: Site
    app: str
    _open: list[Page] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def visit(
        self,
        viewer: str | None,
        module: str,
        *,
        issue: str | None = None,
        project: str | None = None,
        place: str | None = None,
        language: str = "fr",
        dark: bool = False,
        ready: bool = True,
        blocked: bool = False,
        width: int = 1000,
    ) -> Visit:
        """Opens a page of the app as somebody (an account id; None is nobody logged in).

        Without a `place` (a path of the local Jira) the page stands alone, whatever its conditions say. `ready` waits
        for the bridge; give False where the app is expected to refuse. `blocked` keeps the bridge's script away.
        """
        about = urlencode({name: value for name, value in (("issue", issue), ("project", project)) if value})
        path = place or f"/agent/frame/{quote(self.app)}/{module}" + (f"?{about}" if about else "")
        page = self._page(viewer, language=language, dark=dark, ready=ready, blocked=blocked, width=width)
        page.goto(f"{self.site.url}{path}")
        frame = frame_of(page, module)
        if ready:
            frame.locator('html[data-ready="true"]').wait_for(state="attached", timeout=PATIENCE)
            mode = "dark" if dark else "light"
            frame.locator(f'html[data-color-mode="{mode}"]').wait_for(state="attached", timeout=PATIENCE)
        return Visit(page, frame, self.problems)

    def open(self, viewer: str | None, path: str, *, language: str = "fr", dark: bool = False) -> Page:
        """Opens a page of the local Jira itself."""
        page = self._page(viewer, language=language, dark=dark, ready=True, blocked=False, width=1000)
        page.goto(f"{self.site.url}{path}")
        return page

    @contextmanager
    def forgiving(self, text: str) -> Iterator[None]:
        """Lets one error pass that the browser is expected to tell of, such as an answer that is tried again."""
        before = len(self.problems)
        yield
        expected = [each for each in self.problems[before:] if text in each]
        assert expected, f"the browser told of no {text}"
        for each in expected:
            self.problems.remove(each)

    def close_pages(self) -> list[str]:
        """Closes what the test has opened; gives the errors that the browser told meanwhile."""
        for context in {page.context for page in self._open}:
            context.close()
        self._open.clear()
        told, self.problems[:] = list(self.problems), []
        return told

    def _page(self, viewer: str | None, *, language: str, dark: bool, ready: bool, blocked: bool, width: int) -> Page:
        locale = "en-US" if language == "en" else "fr-FR"
        context = self.browser.new_context(
            locale=locale, timezone_id="Europe/Paris", viewport={"width": width, "height": 800}
        )
        context.set_default_timeout(PATIENCE)
        chosen = {
            f"viewer-{self.site.name}": viewer or "anonymous",
            "language": language,
            "theme": "dark" if dark else "light",
        }
        context.add_cookies([{"name": name, "value": value, "url": self.site.url} for name, value in chosen.items()])
        self._route(context, blocked=blocked)
        page = context.new_page()
        page.on("console", lambda message: self._heard(message, ready=ready, blocked=blocked))
        page.on("pageerror", lambda error: self.problems.append(f"script error: {error}"))
        self._open.append(page)
        return page

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

    def _heard(self, message: ConsoleMessage, *, ready: bool, blocked: bool) -> None:
        text = message.text
        refused = not ready and text.startswith("Failed to load resource")
        if message.type != "error" or refused or (blocked and "ERR_FAILED" in text) or NOISE.search(text):
            return
        self.problems.append(f"console: {text} ({message.location.get('url', '')})")


def frame_of(page: Page, module: str, around: str = "") -> Frame:
    """The frame of a module of the app, wherever it is on the page."""
    found = page.locator(f"{around}.app-frame iframe[id*='__{module}']").first
    found.wait_for(state="attached", timeout=PATIENCE)
    handle = found.element_handle()
    frame = handle.content_frame() if handle else None
    assert frame is not None, f"no frame of {module}"
    return frame


@contextmanager
def watched(browsing: Browsing) -> Iterator[Browsing]:
    """Lets a test browse, and fails it when the browser told of an error or of a breach of the page's policy."""
    yield browsing
    told = browsing.close_pages()
    assert not told, f"the browser told of {told}"
