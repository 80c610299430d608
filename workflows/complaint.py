"""Says what pydantic found wrong in plain words: where in the data, what, and which names would have been right."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, cast

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from workflows.checks import MALFORMED, NOT_TRANSLATED, Check

Location = tuple[str | int, ...]

_KEBAB = r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$"
_LANGUAGES = frozenset({"fr", "en"})
_EXPECTED = {
    "string_type": "text",
    "tuple_type": "a list",
    "list_type": "a list",
    "set_type": "a list",
    "frozen_set_type": "a list",
    "model_type": "a mapping of keys to values",
    "model_attributes_type": "a mapping of keys to values",
    "dict_type": "a mapping of keys to values",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "float_type": "a number",
    "float_parsing": "a number",
}


@dataclass(frozen=True)
class Complaint:
    """One thing wrong at one place of the data; `wrong` and `candidates` feed the "did you mean"."""

    location: Location
    message: str
    wrong: str | None = None
    candidates: tuple[str, ...] = ()
    check: Check = MALFORMED


@dataclass(frozen=True)
class _Detail:
    """A pydantic error with the part of its path that exists in the data."""

    error: ErrorDetails
    location: Location
    in_union: bool


def complaints(error: ValidationError, data: object, model: type[BaseModel]) -> list[Complaint]:
    """Everything pydantic objected to, once per place: the alternatives of a union are told in one sentence."""
    schema = _schema_of(model)
    details = [_located(found, data) for found in error.errors(include_url=False)]
    # A list whose items are wrong is called too short as well: only what is wrong with the items says anything.
    vague = [d for d in details if d.in_union or d.error["type"] == "too_short"]
    kept = [d for d in details if not (d in vague and any(_deeper(other, d) for other in details))]
    by_place: dict[Location, Complaint] = {}
    for detail in kept:
        complaint = _complaint(detail, schema)
        other = by_place.get(complaint.location)
        if other and other.message != complaint.message:
            complaint = Complaint(
                complaint.location,
                f"{other.message}, or {complaint.message}",
                complaint.wrong or other.wrong,
                (*other.candidates, *complaint.candidates),
            )
        by_place[complaint.location] = complaint
    return list(by_place.values())


@cache
def _schema_of(model: type[BaseModel]) -> dict[str, Any]:
    """The JSON Schema of a document; not to be changed by who reads it."""
    return model.model_json_schema(by_alias=True)


def _located(error: ErrorDetails, data: object) -> _Detail:
    """Drops from pydantic's path the names it gives to the branches of a union."""
    here = data
    location: list[str | int] = []
    in_union = False
    last = len(error["loc"]) - 1
    for index, piece in enumerate(error["loc"]):
        if (isinstance(here, dict) and piece in here) or (isinstance(here, list) and isinstance(piece, int)):
            here = cast("Any", here)[piece]
        elif not (index == last and error["type"] == "missing"):
            in_union = True
            continue
        location.append(piece)
    return _Detail(error, tuple(location), in_union)


def _deeper(other: _Detail, than: _Detail) -> bool:
    size = len(than.location)
    return len(other.location) > size and other.location[:size] == than.location


def _complaint(detail: _Detail, schema: dict[str, Any]) -> Complaint:
    error, location = detail.error, detail.location
    written, context = error["input"], error.get("ctx", {})
    name = str(location[-1]) if location else ""
    match error["type"]:
        case "missing":
            check = NOT_TRANSLATED if name in _LANGUAGES else MALFORMED
            return Complaint(location, f'the key "{name}" is missing', check=check)
        case "extra_forbidden":
            known = tuple(_keys_at(schema, error["loc"][:-1]))
            return Complaint(location, f'unknown key "{name}"', name, known)
        case "enum" | "literal_error":
            known = tuple(_words(str(context["expected"])))
            return Complaint(location, f"{_shown(written)} is not one of {', '.join(known)}", str(written), known)
        case "union_tag_invalid" | "union_tag_not_found":
            return _tag_complaint(location, context)
        case _:
            # A validator may say which check it is: its exception carries it.
            return Complaint(location, _sentence(error), check=getattr(context.get("error"), "check", MALFORMED))


def _tag_complaint(location: Location, context: dict[str, Any]) -> Complaint:
    key = str(context["discriminator"]).strip("'")
    if "tag" not in context:
        return Complaint((*location, key), f'the key "{key}" is missing')
    wrong, known = str(context["tag"]), tuple(_words(str(context["expected_tags"])))
    return Complaint((*location, key), f'unknown {key} "{wrong}"', wrong, known)


def _sentence(error: ErrorDetails) -> str:
    kind, written, context = error["type"], error["input"], error.get("ctx", {})
    if kind == "string_pattern_mismatch" and context["pattern"] == _KEBAB:
        return f"{_shown(written)} is not an id: lower-case words joined by hyphens"
    if kind in _EXPECTED:
        return f"expected {_EXPECTED[kind]}, found {_shown(written)}"
    message = str(context["error"]) if kind in {"value_error", "assertion_error"} else error["msg"]
    return message[0].lower() + message[1:] if message.startswith("Input ") else message


def _shown(written: object) -> str:
    if written is None:
        return "nothing"
    if isinstance(written, bool):
        return str(written).lower()
    if isinstance(written, dict):
        return "a mapping"
    if isinstance(written, list):
        return "a list"
    return f'"{written}"' if isinstance(written, str) else str(written)


def _words(expected: str) -> Iterator[str]:
    """The words of pydantic's `'a', 'b' or 'c'`."""
    yield from (word for word in expected.replace(" or ", ", ").replace("'", "").split(", ") if word)


def _keys_at(schema: dict[str, Any], location: Location) -> list[str]:
    """The keys a mapping at this place may have, by the document's JSON Schema."""
    nodes = list(_alternatives(schema, schema))
    for piece in location:
        below = [found for node in nodes for child in _children(node, piece) for found in _alternatives(child, schema)]
        nodes = below or nodes  # a piece that leads nowhere names a branch of a union
    return sorted({key for node in nodes for key in node.get("properties", {})})


def _children(node: dict[str, Any], piece: str | int) -> Iterator[dict[str, Any]]:
    tagged = node.get("relance-tag")
    if tagged == piece:
        yield {key: value for key, value in node.items() if key != "relance-tag"}
    elif piece in node.get("properties", {}):
        yield node["properties"][piece]
    elif isinstance(piece, int) and isinstance(node.get("items"), dict):
        yield node["items"]
    elif isinstance(piece, str) and isinstance(node.get("additionalProperties"), dict):
        yield node["additionalProperties"]


def _alternatives(node: dict[str, Any], schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """A schema with its reference followed and its unions opened; a tagged branch remembers its tag."""
    if "$ref" in node:
        yield from _alternatives(schema["$defs"][node["$ref"].rpartition("/")[2]], schema)
        return
    tags = {ref: tag for tag, ref in node.get("discriminator", {}).get("mapping", {}).items()}
    branches = [*node.get("anyOf", ()), *node.get("oneOf", ()), *node.get("allOf", ())]
    for branch in branches:
        for found in _alternatives(branch, schema):
            tag = tags.get(branch.get("$ref"))
            yield {**found, "relance-tag": tag} if tag else found
    if not branches:
        yield node
