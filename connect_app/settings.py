"""Reads the environment once into a frozen object, and refuses it with the name of the wrong variable."""

from __future__ import annotations

import os
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from connect_app.errors import Misconfigured

PREFIX = "RELANCE_"
ALIKE = 0.9
"""How alike a variable must be to a setting to be taken for a slip of the pen: a wrong database is worse than none."""

ADDRESS = r"^(\[[0-9A-Fa-f:]+\]|[A-Za-z0-9.-]+):[1-9][0-9]{0,4}$"

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


def _split(value: object) -> object:
    """Turns `a, b` into a tuple."""
    return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value


Names = Annotated[tuple[str, ...], BeforeValidator(_split)]


class Settings(BaseModel):
    """Everything the environment decides; each field is the variable `RELANCE_<NAME>`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    base_url: str = Field(default="http://127.0.0.1:8060", description="public address of the app, path included")
    app_key: str = Field(default="io.relance.jsm", pattern=r"^[a-zA-Z0-9._-]{1,64}$")
    database_url: str = Field(default="sqlite:///relance.db", description="SQLite file or PostgreSQL")
    data_dir: Path = Field(default=Path(".relance"), description="where the key file and the SQLite files live")
    secret_keys: Names = Field(default=(), description="Fernet keys, newest first; else a 0600 file in data_dir")
    install_key_urls: Names = Field(
        default=(
            "https://asap-distribution.us-west-2.prod.atl-asap.net",
            "https://connect-install-keys.atlassian.com",
        ),
        description="where the keys of lifecycle tokens are fetched, in order",
    )
    allowed_jira_hosts: Names = Field(
        default=(".atlassian.net", ".jira.com", ".jira-dev.com"),
        description="suffixes of the hosts a site may live on",
    )
    api_gateway: str = Field(
        default="https://api.atlassian.com", description="where API tokens with scopes are sent, by cloud id"
    )
    development: bool = Field(default=False, description="allows loopback sites and a test clock")
    clock_url: str | None = Field(default=None, description="a sandbox's test clock; development only")
    tick_seconds: float = Field(default=60.0, gt=0, description="how often the due agenda is looked at")
    sweep_minutes: int = Field(default=60, gt=0, description="how often every open request is read again")
    poll_seconds: float = Field(default=1.5, gt=0, le=10, description="how often queues are looked at")
    retry_seconds: float = Field(default=10.0, gt=0, description="first wait before asking Jira again")
    silent_seconds: float = Field(
        default=60.0, ge=3, le=600, description="how long a worker is silent before the others take over its jobs"
    )
    executor_id: str = Field(
        default="worker-1", pattern=r"^[A-Za-z0-9._-]{1,60}$", description="name of a worker, the same at each start"
    )
    max_body_bytes: int = Field(default=25 * 1024 * 1024, gt=0, description="Jira's own limit for a webhook")
    max_lifecycle_bytes: int = Field(default=1024 * 1024, gt=0)
    http_timeout: float = Field(default=20.0, gt=0, description="seconds to wait for Jira")
    metrics_web: str | None = Field(
        default=None, pattern=ADDRESS, description="host:port of the web process's own listener for /metrics"
    )
    metrics_worker: str | None = Field(
        default=None, pattern=ADDRESS, description="host:port of the worker's own listener for /metrics"
    )
    log_level: str = Field(default="INFO", pattern=r"^(DEBUG|INFO|WARNING|ERROR)$")
    policy_dir: Path | None = Field(default=None, description="other policies than the shipped ones")
    catalog_dir: Path | None = Field(default=None, description="other packs than the shipped ones")

    @model_validator(mode="after")
    def _development_stays_at_home(self) -> Settings:
        parts = urlsplit(self.base_url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ValueError("RELANCE_BASE_URL must be an http(s) address")
        if parts.scheme == "http" and not self.development and parts.hostname not in LOOPBACK:
            raise ValueError("RELANCE_BASE_URL must be https outside development")
        if self.clock_url and not self.development:
            raise ValueError("RELANCE_CLOCK_URL is for development only")
        return self

    @model_validator(mode="after")
    def _nobody_is_given_up_while_jira_may_answer(self) -> Settings:
        """Else two workers might do one action: its mark is looked for before the first one's call got there."""
        if self.silent_seconds < 2 * self.http_timeout:
            raise ValueError("RELANCE_SILENT_SECONDS must be at least twice RELANCE_HTTP_TIMEOUT")
        return self

    @property
    def base_path(self) -> str:
        """The path of the public address, without a trailing slash."""
        return urlsplit(self.base_url).path.rstrip("/")


def read_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """Reads the settings from the environment; `Misconfigured` names each variable that is wrong or misspelt."""
    environment = os.environ if environment is None else environment
    known = {PREFIX + name.upper(): name for name in Settings.model_fields}
    for name in sorted(environment):
        near = get_close_matches(name, known, n=1, cutoff=ALIKE) if name.startswith(PREFIX) else []
        if near and name not in known:
            raise Misconfigured(f"{name} is no setting; did you mean {near[0]}?")
    given = {known[name]: value for name, value in environment.items() if name in known and value != ""}
    try:
        return Settings.model_validate(given)
    except ValidationError as error:
        lines = [_variable(found["loc"]) + found["msg"].removeprefix("Value error, ") for found in error.errors()]
        raise Misconfigured("; ".join(lines)) from None


def _variable(place: tuple[int | str, ...]) -> str:
    """The variable of a wrong field; the message of a rule about several fields names its variable itself."""
    return f"{PREFIX}{place[0]}: ".upper() if place else ""
