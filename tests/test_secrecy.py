"""What looks for secrets and for people finds them: a search that never finds anything proves nothing."""

from __future__ import annotations

import base64
import pickle
from pathlib import Path

import pytest
import sqlalchemy as sa

from scripts.desk.control import Member
from tests.secrecy import TOKENS, kept_by

MARIE = Member("id-1", "marie@customer.example", "token", "Marie Dupont")


@pytest.mark.parametrize(
    "line",
    [
        "jwt=eyJ0eXAiOiJKV1QifQ.eyJpc3MiOiJ4In0.c2ln",
        "Authorization: Basic bWFyaWU6dG9rZW4=",
        "GET /links?token=gAAAAABrA4uZnNNGchHF50VpF1oFtOJr",
        "POST /hooks/ghk0J4rrnBbgAUHPN0dpIqVXbV7UTi",
        "by marie@customer.example",
    ],
)
def test_each_look_of_a_secret_is_known(line: str) -> None:
    assert TOKENS.search(line)


@pytest.mark.parametrize("line", ["sha256/84f1107c53c8", "/hooks/<hook_id>", "Basic login", "5 @ 3", "a=b"])
def test_what_is_no_secret_is_let_be(line: str) -> None:
    assert TOKENS.search(line) is None


def test_a_name_is_found_in_any_column_as_the_job_engine_writes_it_too(tmp_path: Path) -> None:
    engine = sa.create_engine(f"sqlite:///{tmp_path}/x.db")
    pickled = base64.b64encode(pickle.dumps(("failed", "marie@customer.example"))).decode()
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE jobs (input, output, other)")
        for row in (("Marie Dupont, 3", b"x", None), ("{}", pickled, 4), ("Marie", b"Marie", "SUP-1")):
            connection.exec_driver_sql("INSERT INTO jobs VALUES (?, ?, ?)", row)
    assert [found.split(":")[0] for found in kept_by(engine, [MARIE])] == ["jobs.input", "jobs.output"]
    assert kept_by(engine, []) == []
    engine.dispose()
