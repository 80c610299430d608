"""Asks whether a locked dependency has a known vulnerability."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

LOCK = Path(__file__).resolve().parents[1] / "requirements.lock"
AUDIT = ("pip_audit", "--require-hashes", "--disable-pip", "--progress-spinner", "off", "--format", "json")
PATIENCE = 300


@dataclass(frozen=True)
class Audit:
    """How many packages were asked about, what is known against them; `silent` says why nobody answered."""

    packages: int = 0
    known: tuple[str, ...] = ()
    silent: str = ""


def read(output: str, errors: str) -> Audit:
    """The result of a run; a list that cannot be read means that the advisory service did not answer."""
    try:
        packages = json.loads(output)["dependencies"]
    except (ValueError, KeyError, TypeError):
        return Audit(silent=errors.strip().splitlines()[-1][:300] if errors.strip() else "no answer")
    known = [_told(one, found) for one in packages for found in one.get("vulns") or ()]
    return Audit(packages=len(packages), known=tuple(known))


def _told(package: dict[str, Any], found: dict[str, Any]) -> str:
    mended = ", ".join(found["fix_versions"]) or "no version"
    return f"{package['name']} {package.get('version')}: {found['id']}, mended in {mended}"


def ask() -> Audit:
    """Asks about every package of the lock; nothing is installed for it."""
    command = [sys.executable, "-m", *AUDIT, "-r", str(LOCK)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        return Audit(silent=f"nothing after {PATIENCE} s")
    return read(done.stdout, done.stderr)


def main() -> int:
    """Exit code 1 for a known vulnerability; when the service cannot be asked, says so loudly and exits 0."""
    found = ask()
    if found.silent:
        print(f"NOT AUDITED: the advisory service did not answer ({found.silent})", file=sys.stderr)
        return 0
    for line in found.known:
        print(line, file=sys.stderr)
    print(f"{found.packages} locked packages, {len(found.known)} known vulnerabilities")
    return 1 if found.known else 0


if __name__ == "__main__":
    sys.exit(main())
