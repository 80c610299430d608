"""The Connect scopes of the operations the sandbox knows, for machines without the OpenAPI documents."""

from __future__ import annotations

_BY_SCOPE = {
    "INACCESSIBLE": (
        "POST /rest/api/3/group",
        "DELETE /rest/api/3/group/user",
        "POST /rest/api/3/group/user",
        "POST /rest/api/3/priority",
        "POST /rest/api/3/resolution",
        "DELETE /rest/api/3/resolution/{id}",
        "PUT /rest/api/3/resolution/{id}",
        "DELETE /rest/api/3/statuses",
        "GET /rest/api/3/statuses",
        "POST /rest/api/3/statuses",
        "PUT /rest/api/3/statuses",
        "GET /rest/api/3/statuses/byNames",
        "GET /rest/api/3/statuses/search",
        "POST /rest/api/3/workflows",
        "GET /rest/api/3/workflows/capabilities",
        "POST /rest/api/3/workflows/create",
        "POST /rest/api/3/workflows/create/validation",
        "GET /rest/api/3/workflows/search",
        "POST /rest/api/3/workflows/update",
        "POST /rest/api/3/workflows/update/validation",
        "GET /rest/servicedeskapi/servicedesk/{serviceDeskId}/requesttype/{requestTypeId}",
    ),
    "ADMIN": (
        "GET /rest/api/3/avatar/{type}/system",
        "POST /rest/api/3/field",
        "POST /rest/api/3/field/{fieldId}/context/{contextId}/option",
        "GET /rest/api/3/group/bulk",
        "GET /rest/api/3/group/member",
        "POST /rest/api/3/issuetype",
        "DELETE /rest/api/3/issuetype/{id}",
        "GET /rest/api/3/issuetypescheme",
        "GET /rest/api/3/issuetypescheme/mapping",
        "GET /rest/api/3/issuetypescheme/project",
        "PUT /rest/api/3/issuetypescheme/{issueTypeSchemeId}/issuetype",
        "GET /rest/api/3/issuetypescreenscheme/mapping",
        "GET /rest/api/3/issuetypescreenscheme/project",
        "GET /rest/api/3/role",
        "POST /rest/api/3/role",
        "GET /rest/api/3/role/{id}",
        "GET /rest/api/3/screens",
        "POST /rest/api/3/screens",
        "POST /rest/api/3/screens/addToDefault/{fieldId}",
        "DELETE /rest/api/3/screens/{screenId}",
        "GET /rest/api/3/screens/{screenId}/availableFields",
        "GET /rest/api/3/screens/{screenId}/tabs",
        "POST /rest/api/3/screens/{screenId}/tabs",
        "GET /rest/api/3/screens/{screenId}/tabs/{tabId}/fields",
        "POST /rest/api/3/screens/{screenId}/tabs/{tabId}/fields",
        "DELETE /rest/api/3/screens/{screenId}/tabs/{tabId}/fields/{id}",
        "GET /rest/api/3/screenscheme",
        "DELETE /rest/api/3/workflow/{entityId}",
        "GET /rest/api/3/workflowscheme",
        "POST /rest/api/3/workflowscheme",
        "GET /rest/api/3/workflowscheme/project",
        "PUT /rest/api/3/workflowscheme/project",
        "POST /rest/api/3/workflowscheme/project/switch",
        "POST /rest/api/3/workflowscheme/read",
        "POST /rest/api/3/workflowscheme/update",
        "POST /rest/api/3/workflowscheme/update/mappings",
        "DELETE /rest/api/3/workflowscheme/{id}",
        "GET /rest/api/3/workflowscheme/{id}",
        "PUT /rest/api/3/workflowscheme/{id}",
        "POST /rest/servicedeskapi/customer",
        "POST /rest/servicedeskapi/organization",
        "POST /rest/servicedeskapi/organization/{organizationId}/user",
    ),
    "PROJECT_ADMIN": (
        "POST /rest/api/3/project",
        "PUT /rest/api/3/project/{projectIdOrKey}",
        "DELETE /rest/api/3/project/{projectIdOrKey}/role/{id}",
        "POST /rest/api/3/project/{projectIdOrKey}/role/{id}",
        "POST /rest/servicedeskapi/servicedesk/{serviceDeskId}/requesttype",
        "DELETE /rest/servicedeskapi/servicedesk/{serviceDeskId}/requesttype/{requestTypeId}",
    ),
    "WRITE": ("DELETE /rest/servicedeskapi/request/{issueIdOrKey}/notification",),
    "READ": (
        "POST /rest/api/3/comment/list",
        "POST /rest/api/3/jql/match",
        "POST /rest/api/3/permissions/check",
        "POST /rest/api/3/search",
        "POST /rest/api/3/search/approximate-count",
        "POST /rest/api/3/search/jql",
        "DELETE /rest/api/3/webhook",
        "POST /rest/api/3/webhook",
        "PUT /rest/api/3/webhook/refresh",
        "POST /rest/api/3/worklog/list",
    ),
    "NONE": (
        "GET /rest/api/3/field/search",
        "GET /rest/api/3/task/{taskId}",
        "GET /rest/atlassian-connect/1/addons/{addonKey}/properties",
        "DELETE /rest/atlassian-connect/1/addons/{addonKey}/properties/{propertyKey}",
        "GET /rest/atlassian-connect/1/addons/{addonKey}/properties/{propertyKey}",
        "PUT /rest/atlassian-connect/1/addons/{addonKey}/properties/{propertyKey}",
    ),
}
SCOPES = {operation: scope for scope, operations in _BY_SCOPE.items() for operation in operations}
"""Scope by operation; what is absent needs READ to read, DELETE to delete and WRITE otherwise."""

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
