"""Holds requests and answers to the OpenAPI documents, and tells the Connect scope of each operation."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import jsonschema_rs

from jira_sandbox.contract import documents
from jira_sandbox.contract.normalise import component, convert
from jira_sandbox.contract.scopes import SCOPES
from jira_sandbox.state.shapes import Json, Value


class _Validator(Protocol):
    def iter_errors(self, instance: Value) -> Iterable[jsonschema_rs.ValidationError]: ...


@dataclass(frozen=True, kw_only=True)
class Operation:
    """One documented operation and the document it is in."""

    document: str
    definition: Json

    @property
    def scope(self) -> str:
        """The Connect scope an app needs; INACCESSIBLE when no app may."""
        return str(self.definition.get("x-atlassian-connect-scope") or "NONE")

    @property
    def experimental(self) -> bool:
        """Whether the documents call it experimental."""
        return bool(self.definition.get("x-experimental"))


class Law:
    """The documents of a folder; None folder: nothing is validated and only the built-in scopes are known."""

    def __init__(self, folder: Path | None) -> None:
        self.folder = folder
        self._operations: dict[tuple[str, str], Operation] | None = None
        self._registry: jsonschema_rs.Registry | None = None
        self._validators: dict[tuple[str, str, str], _Validator | None] = {}
        self._lock = threading.Lock()

    @property
    def sentence(self) -> str:
        """The first line the sandbox prints about itself."""
        if self.folder is None:
            return f"UNVALIDATED: contracts not found at {', '.join(str(place) for place in documents.candidates())}"
        return f"validated against {documents.PLATFORM} and {documents.SERVICE_DESK} in {self.folder}"

    def scope(self, method: str, template: str) -> str:
        """The Connect scope of an operation, by the v3 path of its template."""
        operation = self.operation(method, template)
        if operation is not None:
            return operation.scope
        usual = {"GET": "READ", "DELETE": "DELETE"}.get(method, "WRITE")
        return SCOPES.get(f"{method} {three(template)}", usual)

    def operation(self, method: str, template: str) -> Operation | None:
        """The documented operation, or None when the documents are absent or do not know it."""
        if self.folder is None:
            return None
        with self._lock:
            if self._operations is None:
                self._load(self.folder)
            return (self._operations or {}).get((method, three(template)))

    def request_problems(self, method: str, template: str, query: Iterable[tuple[str, str]], body: Value) -> list[str]:
        """What in a request breaks its documented shape."""
        operation = self.operation(method, template)
        if operation is None:
            return []
        problems = list(_query_problems(operation, query))
        content = operation.definition.get("requestBody", {}).get("content", {})
        if body is not None and content and "application/json" in content:
            validator = self._validator(
                method, template, "request", content["application/json"].get("schema"), operation
            )
            problems += _problems(validator, body, "body")
        return problems

    def answer_problems(self, method: str, template: str, status: int, body: Value) -> list[str]:
        """What in an answer breaks its documented shape."""
        operation = self.operation(method, template)
        if operation is None or body is None:
            return []
        response = operation.definition.get("responses", {}).get(str(status))
        if response is None:
            return [] if status >= 400 else [f"status {status} is not documented"]
        schema = response.get("content", {}).get("application/json", {}).get("schema")
        return _problems(self._validator(method, template, str(status), schema, operation), body, "answer")

    def _load(self, folder: Path) -> None:
        operations: dict[tuple[str, str], Operation] = {}
        resources: list[tuple[str, Json]] = []
        for name in (documents.PLATFORM, documents.SERVICE_DESK):
            if not (folder / name).is_file():
                continue
            document = documents.read(folder / name)
            urn = f"urn:{name.partition('.')[0]}"
            schemas = document.get("components", {}).get("schemas", {})
            converted = {key: component(key, schema, urn) for key, schema in schemas.items()}
            resources.append((urn, {"components": {"schemas": converted}}))
            for path, methods in document["paths"].items():
                for method, definition in methods.items():
                    if isinstance(definition, dict) and "responses" in definition:
                        operations[method.upper(), path] = Operation(document=urn, definition=definition)
        self._operations = operations
        self._registry = jsonschema_rs.Registry(resources, draft=jsonschema_rs.Draft7)

    def _validator(
        self, method: str, template: str, side: str, schema: Json | None, operation: Operation
    ) -> _Validator | None:
        if schema is None:
            return None
        key = (method, three(template), side)
        with self._lock:
            if key not in self._validators:
                self._validators[key] = jsonschema_rs.Draft7Validator(
                    convert(schema, operation.document), registry=self._registry, validate_formats=False
                )
            return self._validators[key]


def three(template: str) -> str:
    """The v3 template of an operation that v2 shares."""
    return template.replace("/rest/api/2/", "/rest/api/3/", 1)


def _problems(validator: _Validator | None, instance: Value, where: str) -> list[str]:
    if validator is None:
        return []
    found: list[str] = []
    for error in validator.iter_errors(instance):
        path = "/".join(str(step) for step in error.instance_path)
        found.append(f"{where}{'/' if path else ''}{path}: {error.message[:300]}")
        if len(found) == 5:
            break
    return found


def _query_problems(operation: Operation, query: Iterable[tuple[str, str]]) -> Iterable[str]:
    known = {
        item["name"]: item["schema"] for item in operation.definition.get("parameters", []) if item["in"] == "query"
    }
    for name, value in query:
        if name == "jwt":
            continue
        if name not in known:
            yield f"query: parameter '{name}' is not documented"
            continue
        kind = known[name].get("type")
        if kind == "integer" and value and not value.lstrip("-").isdigit():
            yield f"query: '{name}' is not an integer: {value}"
        if kind == "boolean" and value.lower() not in ("true", "false"):
            yield f"query: '{name}' is not a boolean: {value}"
