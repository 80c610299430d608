"""Starts one sandbox for the provisioning tests, and gives each test a site of its own."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.connect_app.provision.desks import Sandbox, Site

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="package")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    ready = tmp_path_factory.mktemp("sandbox") / "ready.json"
    command = [sys.executable, "-m", "jira_sandbox", "--port", "0", "--site", "acme", "--ready-file", str(ready)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    try:
        for _ in range(600):
            if ready.exists() and ready.read_text():
                break
            assert process.poll() is None, process.stderr and process.stderr.read().decode()
            time.sleep(0.05)
        yield Sandbox(json.loads(ready.read_text())["control"])
    finally:
        process.terminate()
        process.communicate(timeout=20)


@pytest.fixture
def site(sandbox: Sandbox) -> Iterator[Site]:
    made = sandbox.site()
    yield made
    made.client.session.close()
    assert sandbox.violations() == []
