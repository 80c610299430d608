"""Where the files of Atlassian's host bridge are, once `sh scripts/bridge.sh` has fetched them."""

from __future__ import annotations

from pathlib import Path

PACKAGES = Path(__file__).resolve().parents[2] / ".build" / "node" / "node_modules"
"""Where `sh scripts/bridge.sh` puts it."""

FILES = {
    "jquery.js": ("jquery", "dist/jquery.min.js"),
    "connect-host.js": ("atlassian-connect-js", "dist/connect-host.js"),
    "connect-host.css": ("atlassian-connect-js", "dist/connect-host.css"),
}


def bridge_is_there(packages: Path) -> bool:
    """Whether the packages of the bridge were fetched into this folder."""
    return all((packages / package / name).is_file() for package, name in FILES.values())
