"""Reads the authentication cases and the published vectors of tests/data."""

from __future__ import annotations

import base64
import hmac
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any
from urllib.parse import parse_qs, urlsplit

from connect_app.doors.incoming import IncomingRequest

DATA = Path(__file__).parents[1] / "data"
AUTH: Any = json.loads((DATA / "connect-auth-cases.json").read_text("utf-8"))
VECTORS: Any = json.loads((DATA / "connect-jwt-qsh-vectors.json").read_text("utf-8"))

NOW = float(AUTH["now"])
BASE_URL: str = AUTH["appBaseUrl"]
APP_KEY: str = AUTH["appKey"]
CLIENT_KEY: str = AUTH["tenant"]["clientKey"]
OLD_SECRET: str = AUTH["tenant"]["sharedSecretBefore"]
NEW_SECRET: str = AUTH["tenant"]["sharedSecretAfterReinstall"]
KEY_SERVER: str = AUTH["installKeyServer"]["baseUrl"]
KEYS: dict[str, str] = AUTH["installKeyServer"]["keys"]


def forge(payload: object, secret: str, header: object = MappingProxyType({"typ": "JWT", "alg": "HS256"})) -> str:
    """A token made by hand, for what no library agrees to sign; text is taken for JSON already written."""
    parts = [part if isinstance(part, str) else json.dumps(part, default=dict) for part in (header, payload)]
    signed = b".".join(_base64(part.encode("utf-8", "surrogatepass")) for part in parts)
    mac = hmac.digest(secret.encode(), signed, "sha256")
    return (signed + b"." + _base64(mac)).decode()


def _base64(data: bytes) -> bytes:
    return base64.urlsafe_b64encode(data).rstrip(b"=")


@dataclass(frozen=True)
class FrozenClock:
    """Always the same instant, for both times."""

    host: float = NOW

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.host, UTC)

    def host_time(self) -> float:
        return self.host


@dataclass(frozen=True)
class Case:
    """One case: a request as it arrives at the public address, and whether it is to be let in."""

    name: str
    kind: str
    method: str
    url: str
    headers: dict[str, str]
    body: Any
    accept: bool

    @property
    def incoming(self) -> IncomingRequest:
        parts = urlsplit(self.url)
        return IncomingRequest(
            method=self.method,
            raw_path=parts.path.removeprefix("/sf"),
            query_string=parts.query,
            authorization=self.headers.get("Authorization"),
            jwt_parameters=tuple(parse_qs(parts.query, keep_blank_values=True).get("jwt", ())),
        )


def cases(*kinds: str) -> list[Case]:
    """The cases of these kinds, in the order of the file; all of them without an argument."""
    return [
        Case(c["name"], c["kind"], c["method"], c["url"], c["headers"], c.get("body"), c["expect"] == "accept")
        for c in AUTH["cases"]
        if not kinds or c["kind"] in kinds
    ]
