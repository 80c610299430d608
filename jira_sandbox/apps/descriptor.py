"""The app descriptor: its shape at the top level and how it is fetched (contract §1.1)."""

from __future__ import annotations

import ipaddress
import json
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

import requests
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from jira_sandbox.apps.modules import module_problems, relative_url_problem

FETCH_SECONDS = 10.0
MAX_BYTES = 1_000_000

Scope = Literal["NONE", "READ", "WRITE", "DELETE", "PROJECT_ADMIN", "ADMIN", "ACT_AS_USER", "ACCESS_EMAIL_ADDRESSES"]
_IMPLIED = ("NONE", "READ", "WRITE", "DELETE", "PROJECT_ADMIN", "ADMIN")
_STRICT = ConfigDict(extra="forbid", frozen=True)


class DescriptorRefused(Exception):
    """The descriptor cannot be installed; `problems` says why, one sentence each."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


class Vendor(BaseModel):
    """Who makes the app."""

    model_config = _STRICT
    name: Annotated[str, Field(max_length=100)]
    url: Annotated[str, Field(max_length=200)]


class Authentication(BaseModel):
    """How requests are signed."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)
    type: Literal["jwt", "JWT", "none", "NONE"]
    public_key: Annotated[str | None, Field(alias="publicKey")] = None


class Lifecycle(BaseModel):
    """Where Jira announces what happens to the installation, relative to the base URL."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)
    installed: str | None = None
    uninstalled: str | None = None
    enabled: str | None = None
    disabled: str | None = None
    dare_migration: Annotated[str | None, Field(alias="dare-migration")] = None


class ApiMigrations(BaseModel):
    """The platform changes the app has adopted."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)
    gdpr: bool = False
    signed_install: Annotated[bool, Field(alias="signed-install")] = False
    context_qsh: Annotated[bool, Field(alias="context-qsh")] = False


class Descriptor(BaseModel):
    """A descriptor that may be installed; unknown top-level keys are refused as Atlassian refuses them."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    key: Annotated[str, StringConstraints(pattern=r"^[a-zA-Z0-9._-]+$", max_length=80)]
    base_url: Annotated[str, Field(alias="baseUrl", max_length=200)]
    authentication: Authentication
    name: Annotated[str, Field(max_length=80)] = ""
    description: Annotated[str, Field(max_length=1400)] = ""
    vendor: Vendor | None = None
    links: dict[str, str] = {}
    lifecycle: Lifecycle = Lifecycle()
    scopes: tuple[Scope, ...] = ()
    api_version: Annotated[int, Field(alias="apiVersion")] = 1
    api_migrations: Annotated[ApiMigrations, Field(alias="apiMigrations")] = ApiMigrations()
    enable_licensing: Annotated[bool, Field(alias="enableLicensing")] = False
    translations: dict[str, Any] = {}
    cloud_app_migration: Annotated[dict[str, Any] | None, Field(alias="cloudAppMigration")] = None
    region_base_urls: Annotated[dict[str, str] | None, Field(alias="regionBaseUrls")] = None
    modules: dict[str, Any] = {}

    @model_validator(mode="before")
    @classmethod
    def _upper_scopes(cls, value: Any) -> Any:
        if isinstance(value, dict) and isinstance(value.get("scopes"), list):
            return {**value, "scopes": [str(scope).upper() for scope in value["scopes"]]}
        return value

    @property
    def base_path(self) -> str:
        """The path of the base URL, without a trailing slash; empty when there is none."""
        return urlsplit(self.base_url).path.rstrip("/")

    @property
    def title(self) -> str:
        """What people read: the name, or the key when the descriptor gives none."""
        return self.name or self.key

    @property
    def effective_scopes(self) -> frozenset[str]:
        """The scopes declared, with those they imply (WRITE gives READ)."""
        declared = set(self.scopes) | {"NONE"}
        highest = max((_IMPLIED.index(scope) for scope in declared if scope in _IMPLIED), default=0)
        return frozenset(declared | set(_IMPLIED[: highest + 1]))

    def address(self, relative: str) -> str:
        """The absolute URL of a URL relative to the base URL."""
        return self.base_url.rstrip("/") + (relative if relative.startswith("/") else f"/{relative}")


def fetch_descriptor(url: str) -> Descriptor:
    """Downloads and checks a descriptor; raises DescriptorRefused. Redirects are refused; http only on loopback."""
    if problem := _origin_problem(url):
        raise DescriptorRefused([f"descriptor URL: {problem}"])
    try:
        with requests.Session() as session:
            session.trust_env = False
            answer = session.get(
                url, timeout=FETCH_SECONDS, allow_redirects=False, headers={"Accept": "application/json"}
            )
    except requests.RequestException as error:
        raise DescriptorRefused([f"the descriptor could not be fetched: {type(error).__name__}"]) from error
    if answer.status_code != 200:
        raise DescriptorRefused([f"the descriptor URL answered {answer.status_code}, 200 is needed"])
    if len(answer.content) > MAX_BYTES:
        raise DescriptorRefused(["the descriptor is larger than one megabyte"])
    try:
        document = json.loads(answer.content)
    except ValueError as error:
        raise DescriptorRefused([f"the descriptor is not JSON: {error}"]) from error
    return read_descriptor(document)


def read_descriptor(document: Any) -> Descriptor:
    """Checks a parsed descriptor; raises DescriptorRefused with every problem found."""
    try:
        descriptor = Descriptor.model_validate(document)
    except ValidationError as error:
        problems = [f"{'.'.join(map(str, item['loc'])) or 'descriptor'}: {item['msg']}" for item in error.errors()]
        raise DescriptorRefused(problems) from error
    problems = [*_envelope_problems(descriptor), *module_problems(descriptor.modules)]
    if problems:
        raise DescriptorRefused(problems)
    return descriptor


def _envelope_problems(descriptor: Descriptor) -> list[str]:
    problems = []
    if problem := _origin_problem(descriptor.base_url):
        problems.append(f"baseUrl: {problem}")
    if descriptor.authentication.type.lower() == "jwt" and not descriptor.lifecycle.installed:
        problems.append("lifecycle.installed is needed when authentication.type is jwt")
    for event, url in descriptor.lifecycle:
        if url is not None and (problem := relative_url_problem(url)):
            problems.append(f"lifecycle.{event}: {problem}")
    return problems


def _origin_problem(url: str) -> str | None:
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        return f"{url!r}: {error}"
    if host and port != 0 and (parts.scheme == "https" or (parts.scheme == "http" and _is_loopback(host))):
        return None
    return f"{url!r} is neither https nor http on loopback"


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
