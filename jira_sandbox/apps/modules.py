"""Checks the modules of a descriptor: shapes, unique keys, relative URLs, known events and filters (contract §2)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from jira_sandbox.apps.events import KNOWN_EVENTS
from jira_sandbox.apps.filters import filter_problem
from jira_sandbox.apps.schema import schema_problems

_KEY = re.compile(r"^[a-zA-Z0-9-]+$")
_SINGLE = frozenset({"configurePage", "postInstallPage"})
# Links and pictures may live elsewhere; a page, a panel or a callback may not.
_MAY_BE_ABSOLUTE = frozenset({"webItems", "webSections", "keyboardShortcuts", "jiraDevelopmentTool"})
_PICTURES = frozenset({"icon", "icons", "template"})


def module_problems(modules: dict[str, Any]) -> list[str]:
    """Every reason for which Jira would refuse these modules; empty when there is none."""
    problems: list[str] = []
    for name, value in modules.items():
        if isinstance(value, dict) != (name in _SINGLE) or not isinstance(value, dict | list):
            problems.append(f"modules.{name}: {'one object' if name in _SINGLE else 'an array'} is needed")
    if problems:
        return problems
    problems.extend(schema_problems(modules))
    for name, index, module in each_module(modules):
        where = f"modules.{name}[{index}]"
        if not isinstance(module, dict):
            problems.append(f"{where}: an object is needed")
            continue
        problems.extend(f"{where}: {problem}" for problem in _one(name, module))
    problems.extend(_repeated_keys(modules))
    return problems


def each_module(modules: dict[str, Any]) -> Iterator[tuple[str, int, Any]]:
    """Every module with the name of its kind and its position."""
    for name, value in modules.items():
        for index, module in enumerate(value if isinstance(value, list) else [value]):
            yield name, index, module


def modules_of(modules: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    """The declarations of one kind: a few kinds are one object, the others an array."""
    value = modules.get(kind, [])
    return list(value) if isinstance(value, list) else [value]


def find_module(modules: dict[str, Any], key: str) -> tuple[str, dict[str, Any]] | None:
    """The kind and the declaration of the module with this key."""
    for name, _, module in each_module(modules):
        if name != "webhooks" and module.get("key") == key:
            return name, module
    return None


def relative_url_problem(url: object) -> str | None:
    """Why this is not a URL relative to the app's base URL, or None."""
    if not isinstance(url, str) or not url.startswith("/") or url.startswith("//") or urlsplit(url).scheme:
        return f"{url!r} is not relative to baseUrl: it must start with one slash"
    return None


def _one(name: str, module: dict[str, Any]) -> Iterator[str]:
    if name == "webhooks":
        yield from _webhook(module)
    elif not isinstance(module.get("key"), str) or not _KEY.match(module["key"]):
        yield f"key {module.get('key')!r} is missing or has other characters than letters, digits and hyphens"
    if name not in _MAY_BE_ABSOLUTE:
        for url in _urls(module):
            if problem := relative_url_problem(url):
                yield problem


def _webhook(module: dict[str, Any]) -> Iterator[str]:
    if module.get("event") not in KNOWN_EVENTS:
        yield f"unknown event {module.get('event')!r}"
    if "url" not in module:
        yield "url is missing"
    jql = module.get("filter")
    if isinstance(jql, str) and jql.strip() and (problem := filter_problem(jql)):
        yield f"filter: {problem}"


def _urls(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        for name, inner in value.items():
            if name == "url":
                yield inner
            elif name not in _PICTURES:
                yield from _urls(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _urls(inner)


def _repeated_keys(modules: dict[str, Any]) -> list[str]:
    seen: set[str] = set()
    problems = []
    for name, _, module in each_module(modules):
        key = module.get("key") if isinstance(module, dict) and name != "webhooks" else None
        if isinstance(key, str):
            if key in seen:
                problems.append(f"modules.{name}: the key {key!r} is used twice")
            seen.add(key)
    return problems
