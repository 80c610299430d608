"""Tells customers and the team what the documents promise, one message per event group (C17-C23, D3-D27)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from babel.dates import format_date

from automation_rules import messages
from automation_rules.accompaniment import comment_of
from automation_rules.actions import Action, Notify
from automation_rules.chronology import human_activity, sets_resolution
from automation_rules.comment_kinds import kind_of
from automation_rules.decision import Decision
from automation_rules.events import Commented, Created, Edited, Event, StatusChanged, TimePassed
from automation_rules.facts import Audience, Comment, Move, Side
from automation_rules.notification_rules import Channel, NotificationRule
from automation_rules.question import Question

_NOT_YET = ("à préciser", "to be confirmed")
"""What a customer reads where a date was not written."""


def listens(rule: NotificationRule) -> tuple[type[Event], ...]:
    """The kind of event the rule's occasion is."""
    on = rule.on
    if on.reaches is not None:
        return (TimePassed,)
    if on.enters:
        return (StatusChanged,)
    if on.resolved:
        return (Edited,)
    return (Created,) if on.created else (Commented,)


@dataclass(frozen=True)
class _Happened:
    """The occasion of a notification: when, and the stable id that enters its key."""

    at: datetime
    id: str
    what: str
    move: Move | None = None


def evaluate(rule: NotificationRule, asked: Question) -> Decision:
    """Whether the event is the rule's occasion, and whether it must still be told by us.

    A move that came with a public comment is one group, which Jira has already told with the comment. What is older
    than `forget_after`, or has been overtaken by another move, is not told any more.
    """
    occasion = _occasion(rule, asked)
    if isinstance(occasion, str):
        return asked.not_concerned(occasion)
    if rule.channel is Channel.JSM:
        sender = f"{occasion.what}: Jira Service Management tells the customer itself"
        return asked.not_concerned(sender + _as(rule, asked))
    if occasion.at > asked.now:
        return asked.wait(occasion.at, f"{occasion.what} on {asked.moment(occasion.at)}")
    if asked.now > rule.forget_after.after(occasion.at, asked.policy.calendar()):
        return asked.not_concerned(f"{occasion.what} on {asked.moment(occasion.at)}, too long ago to be told now")
    if occasion.move is not None and rule.channel is Channel.PUBLIC_COMMENT:
        told = _told_otherwise(rule, asked, occasion.move)
        if told is not None:
            return told
    return asked.act(_actions(rule, asked, occasion), f"{occasion.what} on {asked.moment(occasion.at)}")


def _occasion(rule: NotificationRule, asked: Question) -> _Happened | str:
    """What happened that the rule speaks of, or why it does not."""
    event, on = asked.event, rule.on
    if on.reaches is not None:
        return _reached(on.reaches, asked)
    if isinstance(event, StatusChanged):
        return _entered(rule, asked, event.move, event)
    if isinstance(event, Edited):
        return _resolved(rule, asked, event)
    return _said(rule, asked, event) if isinstance(event, Commented) else _created(rule, asked)


def _said(rule: NotificationRule, asked: Question, event: Commented) -> _Happened | str:
    if rule.on.comment:
        return _commented(rule, asked, event)
    by_team = event.comment.by.side in {Side.AGENT, Side.RELANCE}
    if event.comment.audience is not Audience.PUBLIC or not by_team:
        return "not a public comment of the team"
    return _Happened(event.at, event.id, "the team commented")


def _commented(rule: NotificationRule, asked: Question, event: Commented) -> _Happened | str:
    kind = kind_of(event.comment, asked.issue, asked.policy, rule.group_within)
    if kind not in rule.on.comment:
        return f"a comment of another kind: {kind.value if kind else 'internal, or by no person'}"
    return _Happened(event.at, event.id, f"a comment came, {kind.value}")


def _created(rule: NotificationRule, asked: Question) -> _Happened | str:
    channel = asked.issue.created_channel
    if channel is not None and channel.casefold() in map(str.casefold, rule.except_created_by):
        return f"created from {channel}, where the customer sees it was received"
    return _Happened(asked.event.at, asked.event.id, "the request was created")


def _entered(rule: NotificationRule, asked: Question, move: Move, event: Event) -> _Happened | str:
    on = rule.on
    if move.new not in on.enters:
        return f"the request did not enter {' or '.join(on.enters)}"
    if (on.from_ and move.old not in on.from_) or move.old in on.not_from:
        return f"it came from {move.old or move.old_name}"
    if on.by and move.by.side not in on.by:
        return f"it was moved by {move.by.side.value}"
    if Side.CUSTOMER in on.by and move.by.side is Side.RELANCE and not _on_their_word(asked, move):
        return "it was moved by us, not on a customer's word"
    return _Happened(event.at, event.id, f"the request entered {move.new}", move)


def _on_their_word(asked: Question, move: Move) -> bool:
    """Whether a customer wrote in the stay that a move of ours ended; what a guard puts back is nobody's word."""
    since = max((one.at for one in asked.issue.moves if one.at < move.at), default=asked.issue.created)
    written = (comment for comment in asked.issue.comments if since <= comment.at <= move.at)
    return any(comment.by.side is Side.CUSTOMER for comment in written)


def _resolved(rule: NotificationRule, asked: Question, event: Edited) -> _Happened | str:
    edit = event.edit
    if not sets_resolution(edit, asked.issue):
        return "no resolution was set, or with a move"
    if rule.on.by and edit.by.side not in rule.on.by:
        return f"the resolution was set by {edit.by.side.value}"
    return _Happened(event.at, event.id, f"the resolution “{edit.new_text}” was set")


def _reached(field: str, asked: Question) -> _Happened | str:
    """The first working moment of the day that a date field names."""
    written = asked.issue.fields.get(field)
    try:
        day = date.fromisoformat(str(written)[:10])
    except ValueError:
        return f"the field {field} holds no date" if written else f"the field {field} is empty"
    calendar = asked.policy.calendar()
    midnight = datetime.combine(day, time.min, ZoneInfo(calendar.time_zone))
    at = calendar.next_open(midnight.astimezone(UTC))
    return _Happened(at, f"{field}/{day.isoformat()}", f"the day of {field}")


def _told_otherwise(rule: NotificationRule, asked: Question, move: Move) -> Decision | None:
    """The decision when the move needs no message of ours, or not yet; None when it does."""
    comment = _our_word(rule, asked, move) or (_team_word(rule, asked, move) if rule.grouped else None)
    if comment is not None:
        return asked.not_concerned(f"the comment of {asked.moment(comment.at)} came with the move and was told already")
    if asked.issue.moves[-1].id != move.id:
        return asked.not_concerned("the request has moved on since")
    if not rule.grouped:
        return None
    group_ends = rule.group_within.after(move.at, asked.policy.calendar())
    if asked.now < group_ends and f"notify/{rule.id}/{asked.issue.id}/{asked.event.id}" not in asked.issue.done:
        return asked.wait(group_ends, "a comment may still come with the move, and would tell of it")
    return None


def _team_word(rule: NotificationRule, asked: Question, move: Move) -> Comment | None:
    """The public comment of the team that came with the move."""

    def speaks(comment: Comment) -> bool:
        return comment.by.side is Side.AGENT and comment.audience is Audience.PUBLIC

    return comment_of(move, asked.issue, asked.policy, rule.group_within, speaks)


def _our_word(rule: NotificationRule, asked: Question, move: Move) -> Comment | None:
    """Our own comment that said why we made the move: a closure says so first (requirements §2 #27).

    What we said before somebody acted, such as the news of the status they answered in, says nothing of the move.
    """
    if move.by.side is not Side.RELANCE:
        return None
    calendar, acts = asked.policy.calendar(), human_activity(asked.issue)
    for comment in asked.issue.comments:
        ours = comment.by.side is Side.RELANCE and comment.audience is Audience.PUBLIC
        if not ours or not comment.at <= move.at <= rule.group_within.after(comment.at, calendar):
            continue
        if not any(comment.at <= at <= move.at for at in acts):
            return comment
    return None


def _actions(rule: NotificationRule, asked: Question, occasion: _Happened) -> list[Action]:
    key = f"notify/{rule.id}/{asked.issue.id}/{occasion.id}"
    values = _values(asked)
    if rule.channel is Channel.PUBLIC_COMMENT:
        quoted = values | {"summary": messages.quoted(values["summary"])}
        return [asked.public_comment(key, rule.message or "", headed_by=rule.subject, **quoted)]
    policy = asked.policy
    accounts, groups = policy.people(rule.roles)
    holder = asked.issue.fields.get(rule.to_field) if rule.to_field else None
    if holder:
        accounts = tuple(dict.fromkeys((*accounts, str(holder))))
    return [
        Notify(
            key=key,
            rule=rule.id,
            subject=messages.render(rule.subject or "", policy.binding.locale, **values),
            text=messages.render(rule.message or "", policy.binding.locale, **values),
            account_ids=accounts,
            groups=groups,
            # Nobody named is no reason to tell nobody: the assignee hears of it.
            to_assignee=rule.to_assignee or not (accounts or groups),
        )
    ]


def _as(rule: NotificationRule, asked: Question) -> str:
    """What the document calls a message that is not ours; its subject is set in Jira Service Management."""
    if rule.subject is None:
        return ""
    return f", as “{messages.render(rule.subject, asked.policy.binding.locale, **_values(asked))}”"


def _values(asked: Question) -> dict[str, str]:
    policy = asked.policy
    return asked.names() | {
        "status": policy.status_name(asked.issue.status) or asked.issue.status_name,
        "planned_date": _in_words(asked.issue.fields.get("planned-date"), policy.binding.locale),
    }


def _in_words(written: object, locale: str) -> str:
    try:
        return format_date(date.fromisoformat(str(written)[:10]), "long", locale=messages.language(locale))
    except ValueError:
        return _NOT_YET[messages.language(locale) == "en"]
