"""Finds a Chromium, and says in one line how to get one."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ROOT / ".build" / "node" / "node_modules"

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--in-process-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # One test process looks at one page at a time: more processes of the browser would only cost.
    "--renderer-process-limit=1",
    "--disable-features=SpareRendererForSitePerProcess,Translate,OptimizationHints,MediaRouter",
)

HOW = (
    "tests of the pages need a Chromium (a system package, RELANCE_CHROMIUM=path, or "
    "`.venv/bin/python -m playwright install chromium`) and the bridge (`sh scripts/bridge.sh`)"
)


@cache
def find_chromium() -> str | None:
    """The path from the environment, the system's browser, or the one that Playwright has fetched for itself."""
    named = os.environ.get("RELANCE_CHROMIUM")
    candidates = [named] if named else [*map(shutil.which, NAMES)]
    found = next((path for path in candidates if path and Path(path).is_file()), None)
    if found or named:
        return found
    with sync_playwright() as playwright:
        own = playwright.chromium.executable_path
    return own if Path(own).is_file() else None


def bridge_is_there() -> bool:
    """Whether Atlassian's packages and axe were fetched."""
    return all((PACKAGES / name).is_dir() for name in ("atlassian-connect-js", "jquery", "axe-core"))


@contextmanager
def started() -> Iterator[Browser]:
    """A browser without a window."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=list(FLAGS))
        yield browser
        browser.close()
