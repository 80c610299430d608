"""What a newcomer reads is true: generated pages are up to date, named commands and links exist."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

import pytest

from scripts.write_docs import pages

ROOT = Path(__file__).resolve().parents[1]
PROSE = sorted(
    [ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").rglob("*.md"), ROOT / "jira_sandbox/README.md"]
)


def test_generated_pages_are_up_to_date() -> None:
    stale = [str(path.relative_to(ROOT)) for path, content in pages().items() if path.read_text("utf-8") != content]
    assert stale == [], "run `python -m scripts.write_docs`"


@pytest.mark.parametrize("page", PROSE, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_command_that_is_named_exists(page: Path) -> None:
    text = page.read_text("utf-8")
    for module in set(re.findall(r"python -m ([a-z_.]+)", text)) - {"pytest"}:
        assert importlib.util.find_spec(module), f"{page.name} names {module}"
    for script in set(re.findall(r"sh (scripts/[a-z_]+\.sh)", text)):
        assert (ROOT / script).is_file()


@pytest.mark.parametrize("page", PROSE, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_inside_the_project_leads_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text("utf-8")):
        assert (page.parent / target).exists(), f"{page.name} links {target}"
