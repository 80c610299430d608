"""A mistake in a document or a setting stops the start, with the place and the nearest right name."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from scripts import serve, worker
from scripts.desk.processes import ROOT

POLICIES = ROOT / "automation_rules" / "policies"
CATALOG = ROOT / "workflows" / "catalog"


def environment(folder: Path, **settings: str) -> dict[str, str]:
    return {"RELANCE_DATABASE_URL": f"sqlite:///{folder / 'relance.db'}", "RELANCE_DATA_DIR": str(folder), **settings}


def starts(command: click.Command, folder: Path, **settings: str) -> Result:
    """The command as it is started, in this process: importing it anew each time would prove nothing more."""
    return CliRunner().invoke(command, [], env=environment(folder, **settings))


def broken_policy(folder: Path) -> tuple[Path, int]:
    """A copy of the policies with a slip of the pen, and its line."""
    policies = folder / "policies"
    shutil.copytree(POLICIES, policies)
    broken = policies / "managed_operations.yaml"
    lines = broken.read_text("utf-8").splitlines()
    number = next(n for n, line in enumerate(lines, start=1) if "comment: reminder-last" in line)
    lines[number - 1] = lines[number - 1].replace("reminder-last", "reminder-lst")
    broken.write_text("\n".join(lines), "utf-8")
    return policies, number


def test_a_process_that_cannot_start_ends_with_the_place_and_no_traceback(tmp_path: Path) -> None:
    policies, number = broken_policy(tmp_path)
    ended = subprocess.run(
        [sys.executable, "-m", "scripts.worker"],
        cwd=ROOT,
        env={**os.environ, **environment(tmp_path, RELANCE_POLICY_DIR=str(policies))},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 2
    assert f"managed_operations.yaml:{number}: " in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize("command", [worker.main, serve.main], ids=["worker", "serve"])
def test_a_mistake_in_a_policy_stops_the_start_with_file_line_and_nearest_name(
    tmp_path: Path, command: click.Command
) -> None:
    policies, number = broken_policy(tmp_path)
    ended = starts(command, tmp_path, RELANCE_POLICY_DIR=str(policies))
    assert ended.exit_code == 2
    assert re.search(
        rf'managed_operations\.yaml:{number}: .*"reminder-lst".*did you mean "reminder-last"', ended.stderr
    )


def test_a_mistake_in_a_pack_stops_the_start_the_same_way(tmp_path: Path) -> None:
    catalog = tmp_path / "catalog"
    shutil.copytree(CATALOG, catalog)
    broken = catalog / "managed_operations.yaml"
    text = broken.read_text("utf-8")
    number = text[: text.index("to: waiting-customer\n")].count("\n") + 1
    broken.write_text(text.replace("to: waiting-customer\n", "to: wating-customer\n", 1), "utf-8")
    ended = starts(worker.main, tmp_path, RELANCE_CATALOG_DIR=str(catalog))
    assert ended.exit_code == 2
    assert f"managed_operations.yaml:{number}: " in ended.stderr
    assert 'did you mean "waiting-customer"' in ended.stderr


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("RELANCE_BASE_URL", "http://relance.example.com"),
        ("RELANCE_TICK_SECONDS", "soon"),
        ("RELANCE_CLOCK_URL", "http://127.0.0.1:1/clock"),
        ("RELANCE_SECRET_KEYS", "not-a-key"),
    ],
)
def test_a_wrong_setting_stops_the_start_and_is_named(tmp_path: Path, name: str, value: str) -> None:
    ended = starts(worker.main, tmp_path, **{name: value})
    assert ended.exit_code == 2
    assert name in ended.stderr
