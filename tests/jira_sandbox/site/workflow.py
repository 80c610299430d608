"""A workflow document and the steps that put it on a project, for the tests."""

from __future__ import annotations

from typing import Any

from tests.jira_sandbox.site.client import SiteUnderTest

Json = dict[str, Any]
NAMES = {"ouvert": "TODO", "en-cours": "IN_PROGRESS", "attente": "IN_PROGRESS", "ferme": "DONE"}


def directed(number: str, name: str, target: str, *sources: str, **more: Any) -> Json:
    links = [{"fromStatusReference": source} for source in sources]
    return {"id": number, "type": "DIRECTED", "name": name, "toStatusReference": target, "links": links, **more}


def rule(key: str, **parameters: str) -> Json:
    return {"ruleKey": f"system:{key}", "parameters": parameters}


def condition(*rules: Json, operation: str = "ALL") -> Json:
    return {"operation": operation, "conditions": list(rules), "conditionGroups": []}


def document(*transitions: Json, name: str = "SUP - Assistance", prefix: str = "Test ") -> Json:
    initial = {"id": "1", "type": "INITIAL", "name": "Create", "toStatusReference": "ouvert", "links": []}
    return {
        "scope": {"type": "GLOBAL"},
        "statuses": [
            {"statusReference": reference, "name": prefix + reference, "statusCategory": category}
            for reference, category in NAMES.items()
        ],
        "workflows": [
            {
                "name": name,
                "statuses": [{"statusReference": reference, "properties": {}} for reference in NAMES],
                "transitions": [initial, *transitions],
            }
        ],
    }


def provide(site: SiteUnderTest, *transitions: Json) -> Json:
    """Creates the workflow and attaches it, while SUP has no issues; what the creation answered."""
    made: Json = site.admin.post("/rest/api/3/workflows/create", document(*transitions))
    attach(site, made["workflows"][0]["name"])
    return made


def attach(site: SiteUnderTest, workflow: str) -> str:
    types = {kind["name"]: kind["id"] for kind in site.admin.get("/rest/api/3/project/SUP")["issueTypes"]}
    mappings = {types["Incident"]: workflow, types["Service Request"]: workflow}
    body = {"name": f"scheme of {workflow}", "defaultWorkflow": "jira", "issueTypeMappings": mappings}
    scheme: str = str(site.admin.post("/rest/api/3/workflowscheme", body)["id"])
    site.admin.put("/rest/api/3/workflowscheme/project", {"projectId": "10000", "workflowSchemeId": scheme})
    return scheme
