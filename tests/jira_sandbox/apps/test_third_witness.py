"""Atlassian's own npm package signs and hashes the same URLs; skipped where node or the package is absent.

To have it: sh scripts/bridge.sh
"""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus, urlsplit

import pytest

from jira_sandbox.apps.jwt import sign_shared, verify_request_token
from jira_sandbox.apps.qsh import canonical_request, query_string_hash

PACKAGE = Path(__file__).resolve().parents[3] / ".build" / "node" / "node_modules" / "atlassian-jwt"
SECRET = "x" * 64
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
LETTERS = "abzAZ09-._~ !*'(),;:@=$/é€😀&+%#?\"<>[]"

SCRIPT = """
const jwt = require(process.argv[1]);
const given = JSON.parse(require('fs').readFileSync(0, 'utf8'));
const answers = given.requests.map(([method, url, ours]) => {
  const request = jwt.fromMethodAndUrl(method, url);
  const qsh = jwt.createQueryStringHash(request, false, '');
  const claims = {iss: 'node', iat: given.now, exp: given.now + 180, qsh};
  return {
    canonical: jwt.createCanonicalRequest(request, false, ''),
    qsh,
    token: jwt.encodeSymmetric(claims, given.secret),
    read: jwt.decodeSymmetric(ours, given.secret, 'HS256'),
  };
});
console.log(JSON.stringify(answers));
"""


def quote_all(text: str) -> str:
    return quote(text, safe="")


def random_url(chance: random.Random) -> str:
    def word(longest: int) -> str:
        return "".join(chance.choices(LETTERS, k=chance.randint(1, longest)))

    path = "/".join(quote(word(5), safe="") for _ in range(chance.randint(1, 4)))
    names = [word(3) for _ in range(3)]
    encode: Callable[[str], str] = chance.choice((quote_all, quote_plus))
    pairs = [f"{encode(chance.choice(names))}={encode(word(6))}" for _ in range(chance.randint(0, 6))]
    return f"https://app.example.com/{path}" + ("?" + "&".join(pairs) if pairs else "")


def ask_node(requests: list[tuple[str, str, str]]) -> list[dict[str, Any]]:
    node = shutil.which("node")
    if node is None or not PACKAGE.is_dir():
        assert not os.environ.get("RELANCE_REQUIRE_BROWSER"), "CI fetches node's packages: sh scripts/bridge.sh"
        pytest.skip("node and .build/node/node_modules/atlassian-jwt are needed")
    given = json.dumps({"secret": SECRET, "now": int(NOW.timestamp()), "requests": requests})
    command = [node, "-e", SCRIPT, str(PACKAGE)]
    done = subprocess.run(command, input=given, capture_output=True, text=True, check=True, timeout=60)
    answers: list[dict[str, Any]] = json.loads(done.stdout)
    return answers


def test_atlassians_package_agrees_on_twenty_random_urls() -> None:
    chance = random.Random(20261122)  # noqa: S311 - the same URLs at every run
    requests = []
    for _ in range(20):
        method, url = chance.choice(["GET", "POST", "PUT", "DELETE"]), random_url(chance)
        parts = urlsplit(url)
        qsh = query_string_hash(method, parts.path, parts.query)
        requests.append((method, url, sign_shared({"iss": "python", "qsh": qsh}, SECRET, NOW)))
    for (method, url, _), answer in zip(requests, ask_node(requests), strict=True):
        parts = urlsplit(url)
        assert canonical_request(method, parts.path, parts.query) == answer["canonical"]
        assert answer["read"]["qsh"] == answer["qsh"]
        request = (method, parts.path, parts.query)
        assert verify_request_token(answer["token"], SECRET, request, NOW)["iss"] == "node"
