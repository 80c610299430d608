"""Comments and worklogs: adding, editing, removing, each with its webhooks."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from jira_sandbox.changes import announce
from jira_sandbox.changes.editing import record
from jira_sandbox.state.issues import Change, Comment, Issue, Worklog
from jira_sandbox.state.people import Actor
from jira_sandbox.state.shapes import Json, Value
from jira_sandbox.state.site import Site

PUBLIC_PROPERTY = "sd.public.comment"


def is_public(properties: dict[str, Value], *, default: bool = True) -> bool:
    """Whether customers see a comment: unless its property says it is internal."""
    value = properties.get(PUBLIC_PROPERTY)
    return not value.get("internal", False) if isinstance(value, dict) else default


@dataclass(frozen=True, kw_only=True)
class NewComment:
    """A comment about to be added."""

    body: Json
    public: bool = True
    properties: dict[str, Value] = field(default_factory=dict)
    visibility: Json | None = None


def attach_comment(site: Site, issue: Issue, actor: Actor, new: NewComment) -> Comment:
    """Puts a comment on an issue and says `comment_created`; the caller says how the issue changed."""
    now = site.now()
    comment = Comment(
        id=site.ids.id("comment"),
        author=actor.person.account_id,
        update_author=actor.person.account_id,
        body=new.body,
        created=now,
        updated=now,
        public=new.public,
        properties=dict(new.properties),
        visibility=new.visibility,
    )
    issue.comments.append(comment)
    issue.updated = now
    announce.comment_event(site, issue, comment, actor, "comment_created")
    return comment


def add_comment(site: Site, issue: Issue, actor: Actor, new: NewComment) -> Comment:
    """Adds a comment: `comment_created` and `jira:issue_updated` without a changelog."""
    site.keep_version(issue)
    comment = attach_comment(site, issue, actor, new)
    announce.issue_updated(site, issue, actor, "issue_commented", comment=comment)
    return comment


def edit_comment(site: Site, issue: Issue, actor: Actor, comment: Comment) -> None:
    """Says that a comment, already changed, was edited."""
    comment.updated = site.now()
    comment.update_author = actor.person.account_id
    issue.updated = site.now()
    announce.comment_event(site, issue, comment, actor, "comment_updated")
    announce.issue_updated(site, issue, actor, "issue_comment_edited", comment=comment)


def delete_comment(site: Site, issue: Issue, actor: Actor, comment: Comment) -> None:
    """Removes a comment."""
    site.keep_version(issue)
    issue.comments.remove(comment)
    issue.updated = site.now()
    announce.comment_event(site, issue, comment, actor, "comment_deleted")
    announce.issue_updated(site, issue, actor, "issue_comment_deleted")


@dataclass(frozen=True, kw_only=True)
class NewWorklog:
    """A worklog about to be added; seconds of work."""

    started: datetime
    seconds: int
    comment: Json | None = None
    properties: dict[str, Value] = field(default_factory=dict)
    visibility: Json | None = None
    remaining: int | None = None


def add_worklog(site: Site, issue: Issue, actor: Actor, new: NewWorklog) -> Worklog:
    """Logs time; `remaining` is the remaining estimate afterwards (None leaves it)."""
    site.keep_version(issue)
    now = site.now()
    worklog = Worklog(
        id=site.ids.id("worklog"),
        author=actor.person.account_id,
        update_author=actor.person.account_id,
        started=new.started,
        seconds=new.seconds,
        created=now,
        updated=now,
        comment=new.comment,
        properties=dict(new.properties),
        visibility=new.visibility,
    )
    spent, left = issue.spent, issue.remaining_estimate
    issue.worklogs.append(worklog)
    if new.remaining is not None:
        issue.remaining_estimate = new.remaining
    announce.worklog_event(site, issue, worklog, actor, "worklog_created")
    _time_changed(site, issue, actor, worklog, (spent, left))
    return worklog


def edit_worklog(site: Site, issue: Issue, actor: Actor, worklog: Worklog, spent_before: int) -> None:
    """Says that a worklog, already changed, was edited."""
    worklog.updated = site.now()
    worklog.update_author = actor.person.account_id
    announce.worklog_event(site, issue, worklog, actor, "worklog_updated")
    _time_changed(site, issue, actor, worklog, (spent_before, issue.remaining_estimate))


def delete_worklog(site: Site, issue: Issue, actor: Actor, worklog: Worklog) -> None:
    """Removes a worklog."""
    site.keep_version(issue)
    spent = issue.spent
    issue.worklogs.remove(worklog)
    announce.worklog_event(site, issue, worklog, actor, "worklog_deleted")
    _time_changed(site, issue, actor, worklog, (spent, issue.remaining_estimate))


def _time_changed(site: Site, issue: Issue, actor: Actor, worklog: Worklog, before: tuple[int, int | None]) -> None:
    spent, left = before
    changes = [
        _line("timespent", str(spent) if spent else None, str(issue.spent) if issue.spent else None),
        _line("WorklogId", worklog.id, worklog.id),
    ]
    if left != issue.remaining_estimate:
        changes.insert(0, _line("timeestimate", str(left) if left is not None else None, str(issue.remaining_estimate)))
    history = record(site, issue, actor, changes)
    announce.issue_updated(site, issue, actor, "issue_worklogged", history=history)


def _line(name: str, before: str | None, after: str | None) -> Change:
    return Change(field=name, field_id=name, before=before, before_text=before, after=after, after_text=after)
