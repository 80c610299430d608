"""A mistake in a document or a setting stops the start, with the place and the nearest right name."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from scripts.desk.processes import ROOT

POLICIES = ROOT / "automation_rules" / "policies"
CATALOG = ROOT / "workflows" / "catalog"


def starts(folder: Path, command: str, **settings: str) -> subprocess.CompletedProcess[str]:
    environment = {
        **os.environ,
        "RELANCE_DATABASE_URL": f"sqlite:///{folder / 'relance.db'}",
        "RELANCE_DATA_DIR": str(folder),
        **settings,
    }
    return subprocess.run(
        [sys.executable, "-m", f"scripts.{command}"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize("command", ["worker", "serve"])
def test_a_mistake_in_a_policy_stops_the_start_with_file_line_and_nearest_name(tmp_path: Path, command: str) -> None:
    policies = tmp_path / "policies"
    shutil.copytree(POLICIES, policies)
    broken = policies / "managed_operations.yaml"
    lines = broken.read_text("utf-8").splitlines()
    number = next(n for n, line in enumerate(lines, start=1) if "comment: reminder-last" in line)
    lines[number - 1] = lines[number - 1].replace("reminder-last", "reminder-lst")
    broken.write_text("\n".join(lines), "utf-8")
    ended = starts(tmp_path, command, RELANCE_POLICY_DIR=str(policies))
    assert ended.returncode == 2
    assert re.search(
        rf'managed_operations\.yaml:{number}: .*"reminder-lst".*did you mean "reminder-last"', ended.stderr
    )
    assert "Traceback" not in ended.stderr


def test_a_mistake_in_a_pack_stops_the_start_the_same_way(tmp_path: Path) -> None:
    catalog = tmp_path / "catalog"
    shutil.copytree(CATALOG, catalog)
    broken = catalog / "managed_operations.yaml"
    text = broken.read_text("utf-8")
    number = text[: text.index("to: waiting-customer\n")].count("\n") + 1
    broken.write_text(text.replace("to: waiting-customer\n", "to: wating-customer\n", 1), "utf-8")
    ended = starts(tmp_path, "worker", RELANCE_CATALOG_DIR=str(catalog))
    assert ended.returncode == 2
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
    ended = starts(tmp_path, "worker", **{name: value})
    assert ended.returncode == 2
    assert "Traceback" not in ended.stderr
    assert name in ended.stderr or name.removeprefix("RELANCE_").lower() in ended.stderr
