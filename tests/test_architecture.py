"""The house numbers that a reader would otherwise have to check by eye (design §7)."""

from __future__ import annotations

import ast
import statistics
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("workflows", "automation_rules", "connect_app", "scripts", "jira_sandbox")
TOP_LEVEL = {
    ".ci",
    ".dockerignore",
    ".gitignore",
    "CHANGELOG.md",
    "LICENSE",
    "README.md",
    "atlassian-connect.json",
    "automation_rules",
    "connect_app",
    "docs",
    "jira_sandbox",
    "pyproject.toml",
    "requirements.lock",
    "scripts",
    "tests",
    "workflows",
}
FORBIDDEN_NAMES = {"utils", "helpers", "common", "misc", "base", "manager"}
LONGEST_FILE = 350
LONGEST_FUNCTION = 40
MEDIAN_FILE = 120
P90_FUNCTION = 25


def sources(*packages: str) -> list[Path]:
    return [path for package in packages for path in sorted((ROOT / package).rglob("*.py"))]


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def length(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of a function, without those of the functions it holds (routes inside a blueprint's factory)."""
    held = [child for child in node.body if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef)]
    return (node.end_lineno or node.lineno) - node.lineno + 1 - sum(map(length, held))


def test_every_file_can_be_read_at_one_sitting() -> None:
    lengths = {path: len(path.read_text("utf-8").splitlines()) for path in sources(*PACKAGES)}
    assert {str(p.relative_to(ROOT)): n for p, n in lengths.items() if n > LONGEST_FILE} == {}
    assert statistics.median(lengths.values()) <= MEDIAN_FILE


def test_functions_stay_short() -> None:
    lengths = {
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name}": length(node)
        for path in sources(*PACKAGES)
        for node in functions(path)
    }
    assert {name: n for name, n in lengths.items() if n > LONGEST_FUNCTION} == {}
    assert statistics.quantiles(lengths.values(), n=10)[-1] <= P90_FUNCTION


def test_no_drawer_for_odds_and_ends() -> None:
    assert [path for path in sources(*PACKAGES, "tests") if path.stem in FORBIDDEN_NAMES] == []


def test_broad_excepts_are_counted() -> None:
    """Only the web error handler may catch everything; the job engine catches for the worker loop."""
    broad = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in sources(*PACKAGES)
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or (isinstance(node.type, ast.Name) and node.type.id in {"Exception", "BaseException"}))
    ]
    assert broad == []


def test_our_own_modules_are_never_mocked() -> None:
    for path in sources("tests"):
        if path == Path(__file__):
            continue
        text = path.read_text("utf-8")
        for name in ("unittest.mock", "mock.patch", "monkeypatch.setattr"):
            assert name not in text, f"{path.relative_to(ROOT)} uses {name}"


def test_the_top_level_stays_short() -> None:
    try:
        listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout  # noqa: S607
    except (FileNotFoundError, subprocess.CalledProcessError):
        pytest.skip("not a git checkout")
    assert {line.split("/", maxsplit=1)[0] for line in listed.splitlines()} <= TOP_LEVEL


def test_the_lock_holds_names_versions_and_hashes_only() -> None:
    text = (ROOT / "requirements.lock").read_text("utf-8")
    assert "://" not in text
    assert "--hash=sha256:" in text
