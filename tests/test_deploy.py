"""The files in docs/deploy name commands, options, settings and pages that exist, and start what they say."""

from __future__ import annotations

import importlib
import re
import shlex
import shutil
import subprocess
import sys
from configparser import ConfigParser
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from connect_app.settings import PREFIX, Settings, read_settings

DEPLOY = Path(__file__).resolve().parents[1] / "docs" / "deploy"
COMPOSED = sorted(DEPLOY.glob("compose.*.yml"))
SYSTEMD = shutil.which("systemd-analyze")
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
SETTINGS = {PREFIX + name.upper() for name in Settings.model_fields}


def services(path: Path) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = yaml.safe_load(path.read_text("utf-8"))["services"]
    return found


def unit(path: Path) -> dict[str, str]:
    parsed = ConfigParser(interpolation=None, strict=False)
    parsed.optionxform = str  # type: ignore[assignment,method-assign] # as systemd does: names keep their capitals
    parsed.read_string(path.read_text("utf-8"))
    return dict(parsed["Service"])


def commands() -> list[Any]:
    """Every command line of every file, with where it stands."""
    found = [
        pytest.param(service["command"], id=f"{path.name}:{name}")
        for path in COMPOSED
        for name, service in services(path).items()
        if "image" not in service or service["image"] == "relance"
    ]
    found += [pytest.param(shlex.split(unit(path)["ExecStart"]), id=path.name) for path in UNITS]
    for line in (DEPLOY / "Procfile").read_text("utf-8").splitlines():
        name, _, command = line.partition(": ")
        found.append(pytest.param(shlex.split(command.replace("$PORT", "8060")), id=f"Procfile:{name}"))
    (started,) = re.findall(r"^CMD (.*)$", (DEPLOY / "Dockerfile").read_text("utf-8"), re.MULTILINE)
    found.append(pytest.param(yaml.safe_load(started), id="Dockerfile"))
    return found


@pytest.mark.parametrize("words", commands())
def test_each_command_exists_with_its_options(words: list[str]) -> None:
    program, flag, module, *options = words
    assert (program.rpartition("/")[2], flag) == ("python", "-m")
    command: click.Command = importlib.import_module(module).main
    command.make_context(module, list(options))


def test_each_setting_that_is_named_exists() -> None:
    for path in [*COMPOSED, *UNITS, DEPLOY / "relance.env", DEPLOY / "README.md"]:
        named = set(re.findall(rf"\b{PREFIX}[A-Z_]+", path.read_text("utf-8")))
        assert named <= SETTINGS, path.name


def test_the_settings_file_is_accepted_as_it_is() -> None:
    lines = (DEPLOY / "relance.env").read_text("utf-8").splitlines()
    pairs = [line.partition("=") for line in lines if line and not line.startswith("#")]
    settings = read_settings({name: value for name, _, value in pairs})
    assert settings.database_url.startswith("sqlite:////")


def test_every_worker_of_several_has_a_name_of_its_own_and_shares_database_and_keys_only() -> None:
    found = services(DEPLOY / "compose.many.yml")
    ours = {name: service for name, service in found.items() if service["image"] == "relance"}
    workers = [s["environment"]["RELANCE_EXECUTOR_ID"] for n, s in ours.items() if n.startswith("worker")]
    assert len(workers) == len(set(workers)) > 1
    shared = {
        tuple(sorted(s["environment"].items() - {("RELANCE_EXECUTOR_ID", w) for w in workers})) for s in ours.values()
    }
    assert [set(dict(settings)) for settings in shared] == [{"RELANCE_DATABASE_URL", "RELANCE_SECRET_KEYS"}]
    assert not any("volumes" in service for service in ours.values()), "no disk is shared"


@pytest.mark.parametrize("path", COMPOSED, ids=lambda path: path.name)
def test_each_look_at_its_health_asks_a_page_that_exists(path: Path) -> None:
    pages = re.findall(r"127\.0\.0\.1:8060(/\w+)", path.read_text("utf-8"))
    assert pages
    assert set(pages) <= {"/healthz", "/readyz"}


@pytest.mark.skipif(SYSTEMD is None, reason="systemd reads its units, and is not here")
def test_systemd_finds_nothing_wrong_with_the_units(tmp_path: Path) -> None:
    for path in UNITS:
        there = path.read_text("utf-8").replace("/srv/relance/.venv/bin/python", sys.executable)
        (tmp_path / path.name).write_text(there, "utf-8")
    units = [str(tmp_path / path.name) for path in UNITS]
    told = subprocess.run([str(SYSTEMD), "verify", *units], capture_output=True, text=True, check=False)
    ours = [line for line in (told.stdout + told.stderr).splitlines() if "relance" in line]
    assert (told.returncode, ours) == (0, [])


def test_an_image_takes_nothing_along_that_a_checkout_keeps_to_itself() -> None:
    """The Dockerfile copies the whole folder: another machine's environment, its keys and its databases stay behind."""
    root = DEPLOY.parents[1]
    left = set((root / ".dockerignore").read_text("utf-8").split())
    caches = {"pytest_cache", "mypy_cache", "ruff_cache", "import_linter_cache"}
    for line in (root / ".gitignore").read_text("utf-8").splitlines():
        name = line.rstrip("/")
        names = {name, f"**/{name}"} | ({".*_cache"} if name.lstrip(".") in caches else set())
        assert names & left or name.startswith(".coverage"), f"{line} would be in the image"
    assert {".git", ".coverage*", "**/secret.key", "**/*.env"} <= left


def test_every_file_is_listed() -> None:
    listed = (DEPLOY / "README.md").read_text("utf-8")
    files = [path.relative_to(DEPLOY) for path in DEPLOY.rglob("*") if path.is_file() and path.name != "README.md"]
    assert [str(path) for path in files if f"`{path}`" not in listed] == []
