from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from connect_app.doors.installation import Door, Installation, Secrets, State
from connect_app.doors.tenant_tokens import SecretsOf
from tests.connect_app.auth_cases import APP_KEY, BASE_URL, CLIENT_KEY, NEW_SECRET, NOW, OLD_SECRET, FrozenClock, forge

AUDIENCES = frozenset({APP_KEY, BASE_URL})

Sign = Callable[..., str]


def site(door: Door = Door.CONNECT) -> Installation:
    return Installation(
        id="i-1",
        door=door,
        client_key=CLIENT_KEY,
        base_url="https://demo.atlassian.net",
        state=State.INSTALLED,
        installed_at=FrozenClock().now(),
    )


def knowing(secrets: Secrets, door: Door = Door.CONNECT) -> SecretsOf:
    return lambda client_key: (site(door), secrets) if client_key == CLIENT_KEY else None


@pytest.fixture
def secrets_of() -> SecretsOf:
    """One site that was re-installed a moment ago: the secret before it is still in its grace."""
    return knowing(Secrets(shared=NEW_SECRET, previous=OLD_SECRET, previous_until=NOW + 600))


@pytest.fixture
def signed() -> Sign:
    """Makes a token of the site; claims given as None are left out."""

    def make(secret: str = NEW_SECRET, **claims: Any) -> str:
        usual = {"iss": CLIENT_KEY, "iat": int(NOW), "exp": int(NOW) + 180}
        return forge({name: value for name, value in (usual | claims).items() if value is not None}, secret)

    return make
