"""The sandbox as people start it."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import requests


def test_it_starts_says_where_and_ends(tmp_path: Path) -> None:
    ready = tmp_path / "ready.json"
    command = [sys.executable, "-m", "jira_sandbox", "--port", "0", "--site", "acme", "--ready-file", str(ready)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        deadline = time.monotonic() + 20
        while not ready.exists() and time.monotonic() < deadline and process.poll() is None:
            time.sleep(0.02)
        where = json.loads(ready.read_text("utf-8"))
        admin = where["sites"]["acme"]["admin"]
        with requests.Session() as http:
            http.trust_env = False
            answer = http.get(
                f"{where['sites']['acme']['baseUrl']}/rest/api/3/myself",
                auth=(admin["email"], admin["token"]),
                timeout=10,
            )
            assert http.get(f"{where['keys']}/nothing", timeout=10).status_code == 404
            assert http.get(f"{where['control']}/_sandbox/", timeout=10).json()["now"] == "2026-11-02T08:00:00.000Z"
        assert answer.json()["accountId"] == admin["accountId"]
    finally:
        process.send_signal(signal.SIGTERM)
        said, _ = process.communicate(timeout=20)
    assert said.splitlines()[0].startswith(("validated against", "UNVALIDATED"))
    assert process.returncode == 0
