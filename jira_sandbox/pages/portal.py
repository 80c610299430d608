"""The customer portal: my requests, my organisation's, a new one, and one request as its customer sees it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, redirect, request, url_for
from werkzeug.wrappers import Response

from jira_sandbox.pages.app_frames import REQUEST_ACTIONS, REQUEST_PANELS
from jira_sandbox.pages.form_values import request_field_values
from jira_sandbox.pages.keys import is_issue_key, is_number
from jira_sandbox.pages.site_rest import DESK, Rest
from jira_sandbox.pages.viewing import Desk

Page = tuple[str, int]
OWNERSHIPS = {"mine": "OWNED_REQUESTS", "organization": "ALL_ORGANIZATIONS"}


def add_portal_pages(blueprint: Blueprint, desk: Desk) -> None:
    """Adds the routes under /portal/."""
    _add_reading(blueprint, desk)
    _add_creating(blueprint, desk)

    @blueprint.post("/portal/request/<key>/comment")
    def portal_comment(key: str) -> Response:
        _check(key)
        desk.rest().post(f"{DESK}/request/{key}/comment", {"body": request.form.get("text", ""), "public": True})
        return redirect(url_for("pages.portal_request", key=key), 303)

    @blueprint.post("/portal/request/<key>/transition")
    def portal_transition(key: str) -> Response:
        _check(key)
        body: dict[str, Any] = {"id": request.form.get("id", "")}
        if request.form.get("text", "").strip():
            body["additionalComment"] = {"body": request.form["text"]}
        desk.rest().post(f"{DESK}/request/{key}/transition", body)
        return redirect(url_for("pages.portal_request", key=key), 303)


def _add_reading(blueprint: Blueprint, desk: Desk) -> None:
    @blueprint.get("/portal/")
    def portal_requests() -> Page:
        whose = request.args.get("whose", "mine")
        ownership = OWNERSHIPS.get(whose, OWNERSHIPS["mine"])
        found = desk.rest().desk_values(f"{DESK}/request", requestOwnership=ownership, expand="requestType")
        return desk.page("portal_requests", whose=whose, requests=[_line(each) for each in found])

    @blueprint.get("/portal/request/<key>")
    def portal_request(key: str) -> Page:
        _check(key)
        rest = desk.rest()
        path = f"{DESK}/request/{key}"
        found = rest.get(path, expand="requestType")
        comments = rest.desk_values(f"{path}/comment", public="true", internal="false")
        return desk.page(
            "portal_request",
            line=_line(found),
            values=[each for each in found.get("requestFieldValues", []) if each.get("fieldId") != "summary"],
            reporter=found.get("reporter") or {},
            # The site should not give them; a page for customers does not rely on it.
            comments=[each for each in comments if each.get("public") is not False],
            statuses=rest.desk_values(f"{path}/status"),
            transitions=rest.desk_values(f"{path}/transition"),
            participants=rest.desk_values(f"{path}/participant"),
            frames=desk.frames().of(*REQUEST_PANELS, issue=key),
            actions=desk.frames().modules(*REQUEST_ACTIONS),
        )


def _add_creating(blueprint: Blueprint, desk: Desk) -> None:
    @blueprint.get("/portal/new")
    def portal_new() -> Page:
        return desk.page("portal_new", desks=_offers(desk.rest()))

    @blueprint.get("/portal/new/<desk_id>/<type_id>")
    def portal_form(desk_id: str, type_id: str) -> Page:
        return desk.page("portal_form", desk_id=desk_id, type_id=type_id, fields=_form(desk.rest(), desk_id, type_id))

    @blueprint.post("/portal/new/<desk_id>/<type_id>")
    def portal_create(desk_id: str, type_id: str) -> Response:
        rest = desk.rest()
        values = request_field_values(_form(rest, desk_id, type_id), request.form)
        body = {"serviceDeskId": desk_id, "requestTypeId": type_id, "requestFieldValues": values}
        created = rest.post(f"{DESK}/request", body)
        return redirect(url_for("pages.portal_request", key=created["issueKey"]), 303)


def _check(key: str) -> None:
    if not is_issue_key(key):
        abort(404)


def _form(rest: Rest, desk_id: str, type_id: str) -> list[dict[str, Any]]:
    if not is_number(desk_id) or not is_number(type_id):
        abort(404)
    found = rest.get(f"{DESK}/servicedesk/{desk_id}/requesttype/{type_id}/field")
    return list(found.get("requestTypeFields", []))


def _offers(rest: Rest) -> list[dict[str, Any]]:
    desks = rest.desk_values(f"{DESK}/servicedesk")
    return [{**each, "types": rest.desk_values(f"{DESK}/servicedesk/{each['id']}/requesttype")} for each in desks]


def _line(found: dict[str, Any]) -> dict[str, Any]:
    """What lists and titles show of a request."""
    values = {each.get("fieldId"): each.get("value") for each in found.get("requestFieldValues", [])}
    return {
        "key": found.get("issueKey", ""),
        "summary": found.get("summary") or values.get("summary") or "",
        "status": (found.get("currentStatus") or {}).get("status", ""),
        "type": (found.get("requestType") or {}).get("name", ""),
        "created": (found.get("createdDate") or {}).get("iso8601", ""),
        "reporter": (found.get("reporter") or {}).get("displayName", ""),
    }
