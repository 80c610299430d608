from __future__ import annotations

import pickle

import pytest

from connect_app.errors import NotAuthentic, NotFound, Refused, RelanceError, Stale, Temporary, Unauthorized

ERRORS = [
    Temporary("m", retry_after=3.0, happened=None, reason="r"),
    Refused("m", status=400, errors=("a", "b")),
    NotFound("m", status=404),
    Unauthorized("m", locked_out=True),
    NotAuthentic("why"),
    Stale("m"),
]


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
def test_an_error_kept_by_the_job_engine_comes_back_whole(error: RelanceError) -> None:
    back = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own bytes, as the engine keeps them
    assert (type(back), str(back), vars(back)) == (type(error), str(error), vars(error))
    assert back.remedy == error.remedy
