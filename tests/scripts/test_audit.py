"""A known vulnerability fails the build; an advisory service that does not answer is told, and fails nothing."""

from __future__ import annotations

import json

from scripts.audit import Audit, read


def test_a_known_vulnerability_is_named_with_what_mends_it() -> None:
    told = {
        "dependencies": [
            {"name": "good", "version": "1.0", "vulns": []},
            {"name": "bad", "version": "2.0", "vulns": [{"id": "GHSA-1", "fix_versions": ["2.1"], "description": "…"}]},
            {"name": "skipped", "skip_reason": "not on the index"},
        ],
        "fixes": [],
    }
    assert read(json.dumps(told), "") == Audit(packages=3, known=("bad 2.0: GHSA-1, mended in 2.1",))


def test_what_is_no_list_is_a_service_that_did_not_answer() -> None:
    assert read("", "Traceback\nConnectionError: unreachable").silent == "ConnectionError: unreachable"
    assert read("", "").silent == "no answer"
    assert read("[]", "x").silent == "x"
