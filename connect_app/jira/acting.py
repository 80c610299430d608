"""Performs one action in Jira, with our mark in the same request, and finds the mark of one already done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NoReturn

from automation_rules.actions import (
    Action,
    AddComment,
    AddLabel,
    AddParticipants,
    AddWatcher,
    Assign,
    CreateSubtask,
    LinkTo,
    MoveTo,
    Notify,
    SetLevel,
    SetProperty,
)
from automation_rules.facts import Audience, Issue
from automation_rules.reprieves import SetReprieve
from connect_app.errors import NotFound, Refused, RelanceError, Stale, Temporary
from connect_app.jira.adf import document
from connect_app.jira.client import JiraClient
from connect_app.jira.level_property import set_level
from connect_app.jira.marks import COMMENT_MARK, IMPUTATION, INTERNAL, MOVE_MARK
from connect_app.jira.mentions import link
from connect_app.jira.reading import JsonObject, read_comments, read_imputation
from connect_app.jira.reprieve_property import write_reprieve
from workflows.model import LEVEL_FIELD

Result = dict[str, Any]


class AudienceMismatch(RelanceError):
    """Jira shows a comment of ours to others than it was meant for; it was taken back at once."""

    remedy = "Check the project's comment settings before switching Relance on again."


@dataclass(frozen=True, kw_only=True)
class Words:
    """The site's words for the pack's: names of transitions and resolutions, pack statuses, Jira's field ids."""

    transition_name: Callable[[str], str | None]
    resolution_name: Callable[[str], str]
    status_of: Callable[[str | None, str | None], str | None]
    field_of: Callable[[str], str | None]


def perform(client: JiraClient, issue: Issue, action: Action, words: Words) -> Result:
    """Carries out one action; returns what identifies the effect in Jira.

    Raises what the client raises, and `Stale` when Jira no longer offers the move.
    """
    match action:
        case AddComment():
            return _comment(client, issue, action)
        case MoveTo():
            return _move(client, issue, action, words)
        case CreateSubtask():
            return _subtask(client, issue, action)
        case Notify():
            return _notify(client, issue, action)
        case LinkTo():
            return link(client, issue, action, _trace(action))
        case _:
            return _write(client, issue, action, words)


def _write(client: JiraClient, issue: Issue, action: Action, words: Words) -> Result:
    """Carries out an action whose repetition changes nothing, so that it needs no mark."""
    match action:
        case SetLevel():
            set_level(client, issue.id, action, words.field_of(LEVEL_FIELD), _trace(action))
        case SetReprieve():
            write_reprieve(client, issue.id, action, _trace(action))
        case Assign():
            path = f"rest/api/3/issue/{issue.id}/assignee"
            client.request("PUT", path, body={"accountId": action.account_id}, trace=_trace(action))
        case AddParticipants():
            path = f"rest/servicedeskapi/request/{issue.key}/participant"
            client.request("POST", path, body={"accountIds": list(action.account_ids)}, trace=_trace(action))
        case AddWatcher():
            path = f"rest/api/3/issue/{issue.id}/watchers"
            client.request("POST", path, body=action.account_id, trace=_trace(action))
        case AddLabel():
            body = {"update": {"labels": [{"add": action.label}]}}
            client.request("PUT", f"rest/api/3/issue/{issue.id}", body=body, trace=_trace(action))
        case SetProperty():
            path = f"rest/api/3/issue/{issue.id}/properties/{action.name}"
            client.request("PUT", path, body=action.value, trace=_trace(action))
        case _:
            raise TypeError(f"no way to carry out {type(action).__name__}")
    return {}


def find(client: JiraClient, issue: Issue, action_kind: str, key: str) -> Result | None:
    """The effect of the action with this natural key, if it is in Jira; None when it left no mark.

    Only comments, sub-tasks and moves carry marks; the others are harmless to repeat. Raises `AudienceMismatch` for a
    comment that others can read than it was meant for, once it is taken back.
    """
    if action_kind == AddComment.__name__:
        for comment in read_comments(client, issue.id):
            if _marked(comment, key):
                if comment.get("jsdPublic") is _meant_internal(comment):
                    _take_back(client, issue, comment)  # we died, or Jira did, before it was taken back
                return {"comment": comment["id"], "at": comment["created"], **_asker(_mark_of(comment))}
    if action_kind == CreateSubtask.__name__:
        for subtask in issue.subtasks:
            mark = read_imputation(client, subtask.key)
            if mark and mark.get("key") == key:
                return {"subtask": subtask.key, "id": subtask.id, **mark}
    if action_kind == MoveTo.__name__:
        answer = client.get(f"rest/api/3/issue/{issue.id}", {"fields": "status", "properties": MOVE_MARK})
        mark = (answer.get("properties") or {}).get(MOVE_MARK) or {}
        if mark.get("key") == key:
            return {"move": key, **_asker(mark)}
    return None


def _comment(client: JiraClient, issue: Issue, action: AddComment) -> Result:
    internal = action.audience is Audience.INTERNAL
    answer = client.request(
        "POST",
        f"rest/api/3/issue/{issue.id}/comment",
        body={
            "body": document(action.text),
            "properties": [
                {"key": INTERNAL, "value": {"internal": internal}},
                {"key": COMMENT_MARK, "value": _mark(action, action.on_behalf_of)},
            ],
        },
        trace=_trace(action),
    )
    comment: JsonObject = answer.body
    if comment.get("jsdPublic") is internal:
        _take_back(client, issue, comment)
    return {"comment": comment["id"], "at": comment.get("created"), **_asker({"by": action.on_behalf_of})}


def _take_back(client: JiraClient, issue: Issue, comment: JsonObject) -> NoReturn:
    """Deletes a comment that the wrong people see, or the right ones do not; raises `AudienceMismatch` in any case."""
    meant, shown = ("internal", "public") if comment["jsdPublic"] else ("public", "internal")
    told = f"a comment on {issue.key} meant to be {meant} was {shown}"
    try:
        client.request("DELETE", f"rest/api/3/issue/{issue.id}/comment/{comment['id']}")
    except NotFound:
        pass
    except (Temporary, Stale) as failure:
        # Whatever became of the deletion, the comment itself was written: nobody may think that nothing happened.
        wait = failure.retry_after if isinstance(failure, Temporary) else None
        raise Temporary(f"{told} and is not deleted yet", retry_after=wait, happened=None) from failure
    except Refused as refusal:
        raise AudienceMismatch(f"{told} and could not be deleted ({refusal})") from refusal
    raise AudienceMismatch(f"{told} and was deleted")


def _move(client: JiraClient, issue: Issue, action: MoveTo, words: Words) -> Result:
    offered = client.get(f"rest/api/3/issue/{issue.id}/transitions", {"expand": "transitions.fields"})
    transition = _choose(offered.get("transitions") or [], action, words)
    if transition is None:
        raise Stale(f"Jira offers no transition of {issue.key} to {action.to_status}")
    body: JsonObject = {
        "transition": {"id": str(transition["id"])},
        "properties": [{"key": MOVE_MARK, "value": _mark(action, action.on_behalf_of)}],
        "historyMetadata": _metadata(action),
    }
    if action.resolution and "resolution" in (transition.get("fields") or {}):
        body["fields"] = {"resolution": {"name": words.resolution_name(action.resolution)}}
    path = f"rest/api/3/issue/{issue.id}/transitions"
    client.request("POST", path, body=body, trace=_trace(action))
    return {"transition": str(transition["id"]), **_asker({"by": action.on_behalf_of})}


def _choose(offered: list[JsonObject], action: MoveTo, words: Words) -> JsonObject | None:
    """The offered transition by its name, else the first that leads to the status."""
    leading = [
        transition
        for transition in offered
        if words.status_of(str(transition["to"]["id"]), transition["to"].get("name")) == action.to_status
    ]
    wanted = words.transition_name(action.transition) if action.transition else None
    return next((t for t in leading if t.get("name") == wanted), leading[0] if leading else None)


def _subtask(client: JiraClient, issue: Issue, action: CreateSubtask) -> Result:
    mark = {"parent": issue.id, "month": action.month, "billable": action.billable, "key": action.key}
    answer = client.request(
        "POST",
        "rest/api/3/issue",
        body={
            "fields": {
                "project": {"key": issue.project_key},
                "parent": {"key": issue.key},
                "issuetype": {"name": action.issue_type},
                "summary": action.title,
            },
            "properties": [{"key": IMPUTATION, "value": mark}],
        },
        trace=_trace(action),
    )
    return {"subtask": answer.body["key"], "id": answer.body["id"], "month": action.month}


def _notify(client: JiraClient, issue: Issue, action: Notify) -> Result:
    to: JsonObject = {"assignee": action.to_assignee, "reporter": False, "watchers": False, "voters": False}
    to["users"] = [{"accountId": account} for account in action.account_ids]
    to["groupIds"] = list(action.groups)
    body = {"subject": action.subject, "textBody": action.text, "to": to}
    try:
        client.request("POST", f"rest/api/3/issue/{issue.id}/notify", body=body, trace=_trace(action))
    except Refused as refusal:
        if refusal.status == 400:
            return {"told": False, "because": "; ".join(refusal.errors)}
        raise
    return {"told": True}


def _metadata(action: MoveTo) -> JsonObject:
    """What Jira keeps beside the history entry: that it is ours and, where a customer asked for it, who did."""
    told: JsonObject = {
        "type": f"relance:{action.rule}",
        "description": action.summary,
        "extraData": {"key": action.key},
    }
    return told | ({"actor": {"id": action.on_behalf_of}} if action.on_behalf_of else {})


def _mark(action: Action, by: str | None) -> JsonObject:
    return {"key": action.key, "rule": action.rule, **_asker({"by": by})}


def _asker(mark: JsonObject) -> JsonObject:
    """The customer somebody acted for, as the ledger keeps it; nothing where it was for nobody."""
    return {"by": mark["by"]} if mark.get("by") else {}


def _marked(comment: JsonObject, key: str) -> bool:
    return _mark_of(comment).get("key") == key


def _mark_of(comment: JsonObject) -> JsonObject:
    found = [p.get("value") or {} for p in comment.get("properties") or () if p.get("key") == COMMENT_MARK]
    return found[0] if found else {}


def _meant_internal(comment: JsonObject) -> bool | None:
    """What we asked for when we posted the comment; None where Jira does not say."""
    asked = [p.get("value") or {} for p in comment.get("properties") or () if p.get("key") == INTERNAL]
    return asked[0].get("internal") is True if asked else None


def _trace(action: Action) -> str:
    return f"relance:{action.key}".encode("ascii", "replace").decode("ascii")[:1024]
