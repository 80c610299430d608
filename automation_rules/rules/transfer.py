"""Gives a request to its entry level, and carries out its transfer between support levels (A5, A11, A24, A37).

The source only sends requests up. Down is allowed as well: an evolution goes to level 3 "for the estimation" (A37), and
what follows is again the consultant's of level 2.
"""

from __future__ import annotations

from automation_rules import levels, messages
from automation_rules.actions import Action, AddWatcher, Assign, SetLevel
from automation_rules.decision import Decision
from automation_rules.events import Edited, Event, TimePassed
from automation_rules.facts import Edit
from automation_rules.question import Question
from automation_rules.request_rules import TransferRule
from workflows.model import LEVEL_FIELD, Level, StatusRole


def listens(_: TransferRule) -> tuple[type[Event], ...]:
    """Changes of fields; and time, for what came without a level."""
    return (Edited, TimePassed)


def evaluate(rule: TransferRule, asked: Question) -> Decision:
    """Whether the request lacks its first level, or has just been given to another."""
    event = asked.event
    if asked.policy.role_of(asked.issue.status) is StatusRole.CLOSED:
        return asked.not_concerned("the request is closed")
    if isinstance(event, TimePassed):
        return _entry(rule, asked)
    if not isinstance(event, Edited) or event.edit.known_as != LEVEL_FIELD or event.edit.new_text == "":
        return asked.not_concerned("it was not given to another level")
    old, new = (levels.level_named(asked.policy.pack, text) for text in (event.edit.old_text, event.edit.new_text))
    if new is None:
        return asked.violation([], f"“{event.edit.new_text}” is no level of the pack")
    if old is None or old == new:
        return asked.not_concerned(f"{new.id} is its first level: that is no transfer")
    return _transfer(rule, asked, event.edit, old, new)


def _entry(rule: TransferRule, asked: Question) -> Decision:
    issue, pack = asked.issue, asked.policy.pack
    held = issue.fields.get(LEVEL_FIELD)
    if held:
        return asked.not_concerned(f"it is at the level “{held}”")
    first = levels.entry_level(pack, issue.issue_type)
    if first is None:
        return asked.not_concerned("its request type has no first level")
    key = f"level/{rule.id}/{issue.id}/entry"
    give = SetLevel(key=key, rule=rule.id, level=first.id, option=first.name.fr, at=asked.now)
    return asked.act([give], f"{first.id} takes requests of this type first")


def _transfer(rule: TransferRule, asked: Question, edit: Edit, old: Level, new: Level) -> Decision:
    issue, locale = asked.issue, asked.policy.binding.locale
    key = f"transfer/{rule.id}/{issue.id}/{edit.id}"
    followers = levels.at_work_before(issue, edit)
    actions: list[Action] = [
        AddWatcher(key=f"{key}/watch/{account}", rule=rule.id, account_id=account) for account in followers
    ]
    words = {
        "number": issue.number,
        "key": issue.key,
        "old_level": messages.quoted(old.name.in_language(locale)),
        "new_level": messages.quoted(new.name.in_language(locale)),
    }
    actions.append(asked.internal_comment(f"{key}/note", rule.note, **words))
    told = [f"transferred from {old.id} to {new.id} by {edit.by.side.value} on {asked.moment(edit.at)}"]
    if levels.assigned_since(issue, edit):
        told.append("who holds it was decided with the transfer or since")
    elif issue.assignee is not None:
        actions.append(Assign(key=f"{key}/unassign", rule=rule.id, account_id=None))
        told.append("whoever takes it at the new level assigns themselves")
    return asked.act(actions, *told)
