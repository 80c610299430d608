"""The Connect scopes of the operations the sandbox knows, for machines without the OpenAPI documents."""

from __future__ import annotations

_BY_SCOPE = {
    "INACCESSIBLE": (
        "POST /rest/api/3/statuses",
        "GET /rest/api/3/statuses",
        "PUT /rest/api/3/statuses",
        "DELETE /rest/api/3/statuses",
        "GET /rest/api/3/statuses/search",
        "GET /rest/api/3/statuses/byNames",
        "POST /rest/api/3/workflows",
        "GET /rest/api/3/workflows/search",
        "POST /rest/api/3/workflows/create",
        "POST /rest/api/3/workflows/create/validation",
        "POST /rest/api/3/workflows/update",
        "POST /rest/api/3/workflows/update/validation",
        "GET /rest/api/3/workflows/capabilities",
        "POST /rest/api/3/resolution",
        "POST /rest/api/3/priority",
        "GET /rest/servicedeskapi/servicedesk/{serviceDeskId}/requesttype/{requestTypeId}",
    ),
    "ADMIN": (
        "POST /rest/api/3/field",
        "POST /rest/api/3/issuetype",
        "GET /rest/api/3/issuetypescheme",
        "GET /rest/api/3/issuetypescheme/project",
        "PUT /rest/api/3/issuetypescheme/{issueTypeSchemeId}/issuetype",
        "GET /rest/api/3/screens",
        "POST /rest/api/3/screens",
        "GET /rest/api/3/screens/{screenId}/tabs",
        "POST /rest/api/3/screens/{screenId}/tabs",
        "GET /rest/api/3/screens/{screenId}/tabs/{tabId}/fields",
        "POST /rest/api/3/screens/{screenId}/tabs/{tabId}/fields",
        "GET /rest/api/3/role",
        "GET /rest/api/3/workflowscheme",
        "POST /rest/api/3/workflowscheme",
        "GET /rest/api/3/workflowscheme/{id}",
        "POST /rest/api/3/workflowscheme/read",
        "POST /rest/api/3/workflowscheme/update",
        "POST /rest/api/3/workflowscheme/update/mappings",
        "GET /rest/api/3/workflowscheme/project",
        "PUT /rest/api/3/workflowscheme/project",
        "POST /rest/api/3/workflowscheme/project/switch",
        "POST /rest/servicedeskapi/customer",
        "POST /rest/servicedeskapi/organization",
        "POST /rest/servicedeskapi/organization/{organizationId}/user",
    ),
    "PROJECT_ADMIN": (
        "POST /rest/api/3/project",
        "POST /rest/servicedeskapi/servicedesk/{serviceDeskId}/requesttype",
    ),
    "DELETE": (
        "DELETE /rest/api/3/issue/{issueIdOrKey}",
        "DELETE /rest/api/3/issue/{issueIdOrKey}/comment/{id}",
        "DELETE /rest/api/3/issue/{issueIdOrKey}/worklog/{id}",
        "DELETE /rest/servicedeskapi/request/{issueIdOrKey}/participant",
    ),
    "READ": (
        "POST /rest/api/3/search/jql",
        "POST /rest/api/3/search/approximate-count",
        "POST /rest/api/3/permissions/check",
        "POST /rest/api/3/comment/list",
        "POST /rest/api/3/worklog/list",
        "POST /rest/api/3/webhook",
        "PUT /rest/api/3/webhook/refresh",
        "DELETE /rest/api/3/webhook",
    ),
    "NONE": (
        "GET /rest/api/3/serverInfo",
        "GET /rest/api/3/task/{taskId}",
        "GET /rest/atlassian-connect/1/addons/{addonKey}/properties",
        "GET /rest/atlassian-connect/1/addons/{addonKey}/properties/{propertyKey}",
        "PUT /rest/atlassian-connect/1/addons/{addonKey}/properties/{propertyKey}",
        "DELETE /rest/atlassian-connect/1/addons/{addonKey}/properties/{propertyKey}",
    ),
}
SCOPES = {operation: scope for scope, operations in _BY_SCOPE.items() for operation in operations}
"""Scope by operation; what is absent needs READ to read and WRITE to write."""

ORDER = ("NONE", "READ", "WRITE", "DELETE", "PROJECT_ADMIN", "ADMIN")
"""Each scope implies the ones before it."""


def covers(granted: frozenset[str], needed: str) -> bool:
    """Tells whether an app's scopes reach an operation; INACCESSIBLE is beyond them all."""
    if needed == "INACCESSIBLE":
        return False
    if needed not in ORDER:
        return needed in granted
    highest = max((ORDER.index(scope) for scope in granted if scope in ORDER), default=0)
    return highest >= ORDER.index(needed)
