"""Comments on the platform, with their properties; internal when `sd.public.comment` says so."""

from __future__ import annotations

from jira_sandbox import adf
from jira_sandbox.changes import remarks as verbs
from jira_sandbox.errors import bad_request, field_error, forbidden, not_found
from jira_sandbox.routing import Answer, Call, Routes, no_content, page
from jira_sandbox.state.issues import Comment, Issue
from jira_sandbox.state.permissions import browsable_issue, has_in_project, require
from jira_sandbox.state.shapes import Json, Value
from jira_sandbox.views import basics, remarks

routes = Routes()


def document(call: Call, value: Value, field_id: str) -> Json:
    """Reads a rich text that must not be empty: a document in v3, a text in v2."""
    if call.version == "2":
        if not isinstance(value, str) or not value.strip():
            raise field_error(field_id, "Comment body can not be empty!")
        return adf.from_text(value)
    if value is None or (isinstance(value, dict) and value.get("content") == []):
        raise field_error(field_id, "Comment body can not be empty!")
    if isinstance(value, str):
        raise field_error(field_id, "Comment body is not valid!")
    adf.check(value, field_id)
    checked: Json = value
    return checked


def new_comment(call: Call, issue: Issue, body: Json) -> verbs.NewComment:
    """A comment as a client sent it; public unless its property says it is internal (service desks only)."""
    properties: dict[str, Value] = {item["key"]: item["value"] for item in body.get("properties") or []}
    desk = call.site.project_of(issue).desk_id is not None
    return verbs.NewComment(
        body=document(call, body.get("body"), "comment"),
        public=verbs.is_public(properties) if desk else True,
        properties=properties,
        visibility=body.get("visibility"),
    )


def _issue(call: Call) -> Issue:
    return browsable_issue(call.site, call.person, call.param("issueIdOrKey"))


def _comment(issue: Issue, comment_id: str) -> Comment:
    found = next((item for item in issue.comments if item.id == comment_id), None)
    if found is None:
        raise not_found("Can not find a comment for the id: " + comment_id + ".")
    return found


@routes.on("GET", "/rest/api/{v}/issue/{issueIdOrKey}/comment")
def get_comments(call: Call) -> Answer:
    """The comments of an issue, by creation; `orderBy=-created` for the newest first."""
    issue = _issue(call)
    order = call.text("orderBy", "created")
    if order.lstrip("+-") != "created":
        raise bad_request(f"The orderBy value '{order}' is not supported.")
    items = list(reversed(issue.comments)) if order.startswith("-") else list(issue.comments)
    envelope, shown = page(call, items, name="comments", most=100, last=False)
    expand = call.text("expand")
    envelope["comments"] = [remarks.comment(call.site, issue, item, call.version, expand=expand) for item in shown]
    return Answer(body=envelope)


@routes.on("POST", "/rest/api/{v}/issue/{issueIdOrKey}/comment")
def post_comment(call: Call) -> Answer:
    """Adds a comment: public on a service desk unless its property says otherwise."""
    issue = _issue(call)
    require(call.person, "ADD_COMMENTS", "You do not have the permission to comment on this issue.")
    comment = verbs.add_comment(call.site, issue, call.actor, new_comment(call, issue, call.json))
    return Answer(status=201, body=_view(call, issue, comment))


def _view(call: Call, issue: Issue, comment: Comment) -> Json:
    return remarks.comment(call.site, issue, comment, call.version, expand=call.text("expand"))


@routes.on("GET", "/rest/api/{v}/issue/{issueIdOrKey}/comment/{id}")
def get_comment(call: Call) -> Answer:
    """Reads a comment."""
    issue = _issue(call)
    return Answer(body=_view(call, issue, _comment(issue, call.param("id"))))


@routes.on("PUT", "/rest/api/{v}/issue/{issueIdOrKey}/comment/{id}")
def put_comment(call: Call) -> Answer:
    """Edits a comment; without properties its audience stays as it was."""
    issue = _issue(call)
    comment = _comment(issue, call.param("id"))
    _require_author(call, comment, "EDIT")
    body = call.json
    comment.body = document(call, body.get("body"), "comment")
    for item in body.get("properties") or []:
        comment.properties[item["key"]] = item["value"]
    comment.public = verbs.is_public(comment.properties, default=comment.public)
    if "visibility" in body:
        comment.visibility = body["visibility"]
    verbs.edit_comment(call.site, issue, call.actor, comment)
    return Answer(body=_view(call, issue, comment))


def _require_author(call: Call, comment: Comment, verb: str) -> None:
    own = comment.author == call.person.account_id
    if not has_in_project(call.person, f"{verb}_OWN_COMMENTS" if own else f"{verb}_ALL_COMMENTS"):
        raise forbidden(f"You do not have permission to {verb.lower()} this comment.")


@routes.on("DELETE", "/rest/api/{v}/issue/{issueIdOrKey}/comment/{id}")
def delete_comment(call: Call) -> Answer:
    """Deletes a comment."""
    issue = _issue(call)
    comment = _comment(issue, call.param("id"))
    _require_author(call, comment, "DELETE")
    verbs.delete_comment(call.site, issue, call.actor, comment)
    return no_content()


@routes.on("POST", "/rest/api/{v}/comment/list")
def list_comments(call: Call) -> Answer:
    """Comments by id, of issues the caller may browse; the others are silently absent."""
    wanted = [str(item) for item in call.json.get("ids") or []]
    if not 1 <= len(wanted) <= 1000:
        raise bad_request("Between 1 and 1000 comment ids are required.")
    found = [
        remarks.comment(call.site, issue, comment, call.version, expand=call.text("expand"))
        for issue in call.site.issues.values()
        for comment in issue.comments
        if comment.id in wanted and has_in_project(call.person, "BROWSE_PROJECTS")
    ]
    return Answer(body={"startAt": 0, "maxResults": 1000, "total": len(found), "isLast": True, "values": found})


def _by_id(call: Call) -> tuple[Issue, Comment]:
    for issue in call.site.issues.values():
        for comment in issue.comments:
            if comment.id == call.param("commentId") and has_in_project(call.person, "BROWSE_PROJECTS"):
                return issue, comment
    raise not_found("Comment does not exist or you do not have permission to see it.")


@routes.on("GET", "/rest/api/{v}/comment/{commentId}/properties")
def comment_property_keys(call: Call) -> Answer:
    """The keys of a comment's properties."""
    _, comment = _by_id(call)
    address = basics.link(call.site, call.version, f"comment/{comment.id}/properties")
    return Answer(body={"keys": [{"key": key, "self": f"{address}/{key}"} for key in comment.properties]})


@routes.on("GET", "/rest/api/{v}/comment/{commentId}/properties/{propertyKey}")
def get_comment_property(call: Call) -> Answer:
    """Reads a comment property."""
    _, comment = _by_id(call)
    key = call.param("propertyKey")
    if key not in comment.properties:
        raise not_found(f"The property with key '{key}' does not exist.")
    return Answer(body={"key": key, "value": comment.properties[key]})


@routes.on("PUT", "/rest/api/{v}/comment/{commentId}/properties/{propertyKey}")
def put_comment_property(call: Call) -> Answer:
    """Sets a comment property: 201 when it is new, 200 after. The audience property changes the audience."""
    _, comment = _by_id(call)
    key = call.param("propertyKey")
    status = 200 if key in comment.properties else 201
    comment.properties[key] = call.body
    comment.public = verbs.is_public(comment.properties, default=comment.public)
    return Answer(status=status, body={})


@routes.on("DELETE", "/rest/api/{v}/comment/{commentId}/properties/{propertyKey}")
def delete_comment_property(call: Call) -> Answer:
    """Removes a comment property."""
    _, comment = _by_id(call)
    if comment.properties.pop(call.param("propertyKey"), None) is None:
        raise not_found("The property does not exist.")
    return no_content()
