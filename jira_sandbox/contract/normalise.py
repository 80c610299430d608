"""Turns OpenAPI 3.0 schemas into JSON Schema, with the documented gaps of Atlassian's documents filled."""

from __future__ import annotations

from jira_sandbox.state.shapes import Json, Value

_KEPT = {
    "type", "enum", "required", "minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems", "pattern",
    "uniqueItems", "minProperties", "maxProperties",
}  # fmt: skip
_TEXT: Json = {"type": ["string", "null"]}
_PATCHES: dict[str, dict[str, Json]] = {
    # jira-rest.md §f: documented examples that break their own schema. Exactly these, all else is strict.
    "ChangeDetails": {"from": _TEXT, "fromString": _TEXT, "to": _TEXT, "toString": _TEXT},
    "ServerInformation": {"defaultLocale": {}},
    "Resolution": {"isDefault": {"type": "boolean"}},
    "ResolutionJsonBean": {"isDefault": {}, "default": {}},
    "Webhook": {"expirationDate": {"type": ["string", "integer"]}},
    "WebhooksExpirationDate": {"expirationDate": {"type": ["string", "integer"]}},
    "BulkIssueResults": {"expand": {"type": "string"}},
    "EntityProperty": {"self": {"type": "string"}},
    "PropertyKey": {"self": {"type": "string"}},
    # the documentation allows null to unassign, the schema does not (§f step 4)
    "User": {"accountId": _TEXT},
    # its own description says what null means: the default workflow scheme
    "WorkflowSchemeProjectAssociation": {"workflowSchemeId": _TEXT},
}


def component(name: str, schema: Json, document: str) -> Json:
    """A named schema of a document's components."""
    if name == "JsonNode":
        return {}
    converted = convert(schema, document)
    for field, patch in _PATCHES.get(name, {}).items():
        converted.setdefault("properties", {})[field] = patch
    return converted


def convert(schema: Json, document: str) -> Json:
    """A schema in schema position; `document` is the URN its references point into."""
    if "$ref" in schema:
        target: Json = {"$ref": f"{document}{schema['$ref']}"}
        return {"anyOf": [target, {"type": "null"}]} if schema.get("nullable") else target
    result: Json = {key: value for key, value in schema.items() if key in _KEPT}
    if "properties" in schema:
        result["properties"] = {name: convert(value, document) for name, value in schema["properties"].items()}
    if isinstance(schema.get("items"), dict):
        result["items"] = convert(schema["items"], document)
    extra = schema.get("additionalProperties")
    if isinstance(extra, dict):
        result["additionalProperties"] = convert(extra, document)
    elif extra is False:
        result["additionalProperties"] = False
    for word in ("allOf", "anyOf", "oneOf"):
        if word in schema:
            # The documents' alternatives overlap, so "exactly one" would refuse what Jira itself sends.
            kept = "anyOf" if word == "oneOf" else word
            result[kept] = [convert(item, document) for item in schema[word]]
    return _nullable(result) if schema.get("nullable") else result


def _nullable(schema: Json) -> Json:
    kind: Value = schema.get("type")
    if isinstance(kind, str):
        schema["type"] = [kind, "null"]
        if "enum" in schema:
            schema["enum"] = [*schema["enum"], None]
        return schema
    return {"anyOf": [schema, {"type": "null"}]}
