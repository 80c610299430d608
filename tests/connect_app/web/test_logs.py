from __future__ import annotations

import io
import json
import logging
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connect_app.logs import REMOVED, about, configure, logger, redact

TOKEN = "eyJ0eXAiOiJKV1QifQ.eyJpc3MiOiJ4In0.c2lnbmF0dXJl"
SECRET = "S1-624cb3a6b6df9ebb25019beddaaad05d"

LEAKS = (
    f"GET /panels/issue?a=1&jwt={TOKEN}&b=2",
    f"GET /x%3Fjwt%3D{SECRET}%26b",
    f"Authorization: JWT {TOKEN}",
    f"Authorization: Bearer {SECRET}",
    f"authorization: basic {SECRET}",
    f"headers={{'Authorization': 'JWT {TOKEN}', 'a': 'b'}}",
    f"headers={{b'authorization': b'Basic {SECRET}'}}",
    f'{{"sharedSecret": "{SECRET}", "key": "k"}}',
    f'{{\\"sharedSecret\\":\\"{SECRET}\\"}}',
    f"{{'sharedSecret': '{SECRET}'}}",
    f"api_token={SECRET}",
    f"postgresql://relance:{SECRET}@db.example.com/relance",
    f"got ATATT3xFfGF0{SECRET} from the file",
    f"InvalidToken gAAAAABn{SECRET}",
    f"Bearer {SECRET}",
    f"POST /sf/hooks/{SECRET}?user_id=5b10 answered 503",
    f"GET https://relance.example.com/hooks/{SECRET}",
    f"somebody+{SECRET}@mail.example.com may not log in",
)


@pytest.mark.parametrize("text", LEAKS)
def test_no_text_keeps_its_secret(text: str) -> None:
    clean = redact(text)
    assert SECRET not in clean
    assert TOKEN not in clean
    assert "c2lnbmF0dXJl" not in clean
    assert REMOVED in clean


def test_what_is_not_secret_stays_readable() -> None:
    text = "GET /rest/api/3/issue/SUP-1?fields=status&expand=changelog: 404 Issue does not exist"
    assert redact(text) == text
    assert redact("x?a=1&jwt=abc&b=2") == f"x?a=1&jwt={REMOVED}&b=2"
    assert redact({"issue": "SUP-1", "attempt": 3, "ok": True, "none": None}) == {
        "issue": "SUP-1",
        "attempt": 3,
        "ok": True,
        "none": None,
    }


@pytest.mark.parametrize(
    "name",
    ["Authorization", "sharedSecret", "shared_secret", "jwt", "api_token", "x-forge-oauth-system", "password", "email"],
)
def test_a_field_named_as_a_secret_is_removed_at_any_depth(name: str) -> None:
    assert SECRET not in repr(redact({"outer": [{"inner": {name: SECRET}}]}))


def test_an_exception_and_an_unknown_object_are_redacted_too() -> None:
    assert SECRET not in redact(ValueError(f"Authorization: Basic {SECRET}"))
    assert SECRET not in redact(SimpleRequest())
    nested: Any = SECRET
    for _ in range(50):
        nested = [nested]
    assert SECRET not in repr(redact(nested))


class SimpleRequest:
    def __repr__(self) -> str:
        return f"<Request jwt={SECRET}>"


@given(st.dictionaries(st.text(max_size=5), st.text(max_size=20) | st.integers() | st.none(), max_size=4))
def test_redaction_never_fails_and_is_stable(event: dict[str, Any]) -> None:
    assert redact(redact(event)) == redact(event)


@pytest.fixture(autouse=True)
def _logs_as_they_were() -> Any:
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    yield
    root.handlers, root.level = handlers, level


@pytest.mark.parametrize("json_lines", [True, False])
def test_every_road_to_the_log_is_redacted(*, json_lines: bool) -> None:
    stream = io.StringIO()
    configure("DEBUG", json_lines=json_lines, stream=stream)
    log = logger("relance.test")
    library = logging.getLogger("urllib3.connectionpool")
    with about(installation="site-1", issue="10002", delivery="d-1"):
        log.warning("refused", headers={"Authorization": f"JWT {TOKEN}"}, url=f"/x?jwt={TOKEN}")
        library.warning("GET %s", f"/x?jwt={TOKEN}")
        library.debug("a debug line of a library with %s", TOKEN)
        _fail(log, SECRET)
    said = stream.getvalue()
    assert TOKEN not in said
    assert SECRET not in said
    assert "debug line" not in said
    assert "site-1" in said
    assert "Traceback" in said
    if json_lines:
        lines = [json.loads(line) for line in said.splitlines()]
        assert {line["installation"] for line in lines} == {"site-1"}
        assert {"issue", "delivery", "level", "logger", "timestamp"} <= set(lines[0])


def _fail(log: Any, local_secret: str) -> None:
    try:
        json.loads(f"Authorization: Basic {local_secret}")
    except ValueError:
        log.exception("failed")


def test_a_library_that_brings_its_own_handler_is_brought_back() -> None:
    library = logging.getLogger("dbos")
    library.addHandler(logging.StreamHandler(io.StringIO()))
    configure("INFO", stream=io.StringIO())
    assert library.handlers == []
    assert library.propagate
