"""Moves issues through their workflow: which transitions are offered, and what doing one does."""

from __future__ import annotations

from dataclasses import dataclass, field

from jira_sandbox.changes import announce
from jira_sandbox.changes.editing import record, settings
from jira_sandbox.changes.fields import Context, not_on_screen
from jira_sandbox.changes.remarks import NewComment, attach_comment
from jira_sandbox.changes.rules import Attempt, holds, post_functions, validate
from jira_sandbox.errors import Refusal, bad_request
from jira_sandbox.state.issues import Change, Issue
from jira_sandbox.state.people import Actor, Person
from jira_sandbox.state.permissions import has_in_project
from jira_sandbox.state.shapes import Json
from jira_sandbox.state.site import Site

PORTAL_FLAG = "servicedesk.customer.transition.active"


@dataclass(frozen=True, kw_only=True)
class Order:
    """A transition somebody asked for, with what comes along."""

    transition_id: str
    fields: Json = field(default_factory=dict)
    update: Json = field(default_factory=dict)
    comment: NewComment | None = None
    metadata: Json | None = None
    version: str = "3"


def from_here(site: Site, issue: Issue) -> list[Json]:
    """The transitions that leave the present status, whoever asks."""
    found: list[Json] = []
    for item in site.workflow_of(issue).transitions:
        sources = [link.get("fromStatusReference") for link in item.get("links") or []]
        if item["type"] == "GLOBAL" or (item["type"] == "DIRECTED" and issue.status_id in sources):
            found.append(item)
    return found


def offered(site: Site, issue: Issue, person: Person) -> list[Json]:
    """The transitions Jira offers a person on the platform: none without Transition Issues."""
    if not has_in_project(person, "TRANSITION_ISSUES"):
        return []
    attempt = Attempt(site=site, issue=issue, person=person)
    return [item for item in from_here(site, issue) if holds(attempt, item.get("conditions"))]


def on_portal(site: Site, issue: Issue, person: Person) -> list[Json]:
    """The transitions a person finds on the portal."""
    attempt = Attempt(site=site, issue=issue, person=person)
    return [
        item
        for item in from_here(site, issue)
        if (item.get("properties") or {}).get(PORTAL_FLAG) == "true" and holds(attempt, item.get("conditions"))
    ]


def screen_fields(site: Site, item: Json) -> list[str] | None:
    """The fields on a transition's screen; None when it has none."""
    screen = (item.get("transitionScreen") or {}).get("parameters", {}).get("screenId")
    if screen is None:
        return None
    found = site.screens.get(int(screen))
    return list(found.fields) if found else []


def target_of(item: Json, issue: Issue) -> str:
    """The status a transition leads to; one that names none stays where it is."""
    return str(item.get("toStatusReference") or issue.status_id)


def perform(site: Site, issue: Issue, actor: Actor, order: Order, choices: list[Json]) -> None:
    """Does one of the transitions offered; everything is checked before anything changes."""
    chosen = next((item for item in choices if item["id"] == order.transition_id), None)
    if chosen is None:
        raise bad_request(
            f"It seems that you have tried to perform an illegal workflow operation: "
            f"transition id {order.transition_id} is not valid for this issue."
        )
    allowed = screen_fields(site, chosen)
    if order.comment is not None and allowed is None and order.version != "portal":
        raise not_on_screen("comment")
    context = Context(site=site, issue=issue, version=order.version)
    found = settings(context, order.fields, order.update, allowed=set(allowed or ()))
    site.keep_version(issue)
    before = {name: value.copy() if isinstance(value, list | dict) else value for name, value in vars(issue).items()}
    for item in found:
        item.apply(issue)
    try:
        _validate(site, issue, actor, chosen, order)
    except Refusal:
        for name, value in before.items():
            setattr(issue, name, value)
        raise
    changes = [item.change for item in found if item.change is not None]
    for item in post_functions(context, actor, chosen.get("actions") or []):
        item.apply(issue)
        if item.change is not None:
            changes.append(item.change)
    moved = move(site, issue, target_of(chosen, issue))
    if moved is not None:
        changes.append(moved)
    comment = attach_comment(site, issue, actor, order.comment) if order.comment else None
    history = record(site, issue, actor, changes, order.metadata)
    kind = "issue_resolved" if any(c.field_id == "resolution" and c.after for c in changes) else "issue_generic"
    announce.issue_updated(site, issue, actor, kind, history=history, comment=comment)


def _validate(site: Site, issue: Issue, actor: Actor, chosen: Json, order: Order) -> None:
    """Validators judge the issue as it would be, with the fields of the request already set."""
    attempt = Attempt(site=site, issue=issue, person=actor.person, with_comment=order.comment is not None)
    for rule in chosen.get("validators") or []:
        validate(attempt, rule)


def move(site: Site, issue: Issue, target: str) -> Change | None:
    """Puts an issue into a status; the line for the history, or None when it is there already."""
    if target == issue.status_id:
        return None
    old, new = site.statuses[issue.status_id], site.statuses[target]
    issue.status_id = target
    if old.category != new.category:
        issue.category_changed = site.now()
    return Change(
        field="status", field_id="status", before=old.id, before_text=old.name, after=new.id, after_text=new.name
    )
