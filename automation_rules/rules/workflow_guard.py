"""Notices a move the documents do not allow, or one made without what they require, and says so or puts it back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from automation_rules import levels, messages
from automation_rules.accompaniment import SPOKEN, comment_of
from automation_rules.actions import Action, MoveTo
from automation_rules.decision import Decision
from automation_rules.events import Event, StatusChanged
from automation_rules.facts import Audience, Comment, Issue, Move, Side
from automation_rules.model import GuardMode, GuardRule
from automation_rules.question import Question
from workflows.graph import folded
from workflows.model import Actor, Pack, PackField, Requirement, Transition

_FIELDS = {
    Requirement.THIRD_PARTY: "third-party",
    Requirement.PLANNED_DATE: "planned-date",
    Requirement.RESPONSIBLE: "responsible",
    Requirement.ESTIMATE: "estimate",
    Requirement.COMPONENT: "component",
}
_NAMES = {
    Requirement.PUBLIC_COMMENT: ("un commentaire visible du client", "a comment the customer can read"),
    Requirement.REASON: ("un commentaire qui dit pourquoi", "a comment that says why"),
    Requirement.ASSIGNEE: ("une personne assignée", "an assignee"),
    Requirement.PRIORITY: ("une priorité", "a priority"),
    Requirement.RESOLUTION: ("une résolution", "a resolution"),
}


@dataclass(frozen=True)
class _Violation:
    """What is wrong with a move: the message that says so with its values, and the reason for our own records."""

    message: str
    because: str
    values: dict[str, str]


def listens(_: GuardRule) -> tuple[type[Event], ...]:
    """Moves."""
    return (StatusChanged,)


def evaluate(rule: GuardRule, asked: Question) -> Decision:
    """Whether a human's move fits the workflow and came with what its transition requires (C4, C6, C8, C11, A7)."""
    graph = asked.policy.graph(asked.issue)
    if not isinstance(asked.event, StatusChanged) or graph is None:
        return asked.not_concerned("only moves are guarded")
    move = asked.event.move
    if not (move.by.is_human or (rule.ours and move.by.side is Side.RELANCE)):
        return asked.not_concerned(f"moved by {move.by.side.value}, not by a human")
    if move.old is None:
        return asked.not_concerned(f"it came from “{move.old_name}”, which is none of the pack's statuses")
    candidates = [t for t in graph.transitions(move.old, move.new or "") if _may_take(t, move.by.side)]
    if not candidates:
        legal = "a status the pack does not know" if move.new is None else "a move no transition of theirs makes"
        return _broken(rule, asked, move, _outside(rule, asked, move, legal))
    return _made(rule, asked, move, candidates)


def _made(rule: GuardRule, asked: Question, move: Move, candidates: list[Transition]) -> Decision:
    """The answer on a legal move: of the transitions that make it, the one whose requirements fit best counts."""
    missing = {t.id: _missing(t, rule, asked, move) for t in candidates}
    transition = min(candidates, key=lambda t: len(missing[t.id]))
    blind = _unseen(transition, asked)
    if not missing[transition.id]:
        stranger = _of_another_level(transition, rule, asked, move)
        if stranger is not None:
            return _broken(rule, asked, move, stranger)
        return asked.not_concerned(f"the move is “{transition.id}” and has what it requires", *blind)
    window_ends = rule.window.after(move.at, asked.policy.calendar())
    wanted = ", ".join(requirement.value for requirement in missing[transition.id])
    if asked.now < window_ends:
        return asked.wait(window_ends, f"“{transition.id}” requires {wanted}, which may still come")
    found = _incomplete(rule, asked, move, transition, missing[transition.id])
    return _broken(rule, asked, move, replace(found, because="; ".join([found.because, *blind])))


def _may_take(transition: Transition, side: Side) -> bool:
    actors = {Side.CUSTOMER: Actor.CUSTOMER, Side.RELANCE: Actor.APP}
    return actors.get(side, Actor.AGENT) in transition.by


def _missing(transition: Transition, rule: GuardRule, asked: Question, move: Move) -> list[Requirement]:
    issue, pack = asked.issue, asked.policy.pack
    seen = [requirement for requirement in transition.requires if _FIELDS.get(requirement) not in issue.absent_fields]
    return [
        requirement
        for requirement in seen
        if not (_said(rule, asked, move) if requirement in SPOKEN else _present(requirement, issue, pack))
    ]


def _unseen(transition: Transition, asked: Question) -> list[str]:
    """What the transition requires in vain, since the site has no such field: said, or nobody would ever know."""
    absent = asked.issue.absent_fields
    return [
        f"“{transition.id}” requires {requirement.value}, which is not checked: the site has no field for it"
        for requirement in transition.requires
        if _FIELDS.get(requirement) in absent
    ]


def _of_another_level(transition: Transition, rule: GuardRule, asked: Question, move: Move) -> _Violation | None:
    """What is wrong when somebody of another level took a level's transition; None when nobody can tell (A5, A18, A31).

    Who is of the level the request was transferred to may take it as well.
    """
    policy, issue = asked.policy, asked.issue
    if rule.level is None or transition.level is None or move.by.side is not Side.AGENT:
        return None
    held = levels.level_at(policy.pack, issue, move.at)
    allowed = tuple(dict.fromkeys([transition.level, *([held.id] if held else [])]))
    if not all(any(policy.people((level,))) for level in allowed):
        return None
    accounts, groups = policy.people(allowed)
    own = issue.groups.get(move.by.account_id)
    if move.by.account_id in accounts or (groups and (own is None or own & set(groups))):
        return None
    locale = policy.binding.locale
    named = {level.id: level.name.in_language(locale) for level in policy.pack.levels}
    values = _values(asked, move) | {
        "transition": transition.name.in_language(locale),
        "level": ", ".join(named[level] for level in allowed),
    }
    return _Violation(rule.level, f"“{transition.id}” is for {' or '.join(allowed)}, which the mover is not of", values)


def _said(rule: GuardRule, asked: Question, move: Move) -> bool:
    """Whether the mover commented in public shortly before or after the move, and not for another move."""

    def speaks(comment: Comment) -> bool:
        return comment.audience is Audience.PUBLIC and comment.by.account_id == move.by.account_id

    return comment_of(move, asked.issue, asked.policy, rule.window, speaks) is not None


def _present(requirement: Requirement, issue: Issue, pack: Pack) -> bool:
    match requirement:
        case Requirement.ASSIGNEE:
            return issue.assignee is not None
        case Requirement.PRIORITY:
            known = {folded(priority.name.fr) for priority in pack.priorities}
            return folded(issue.priority or "") in known if known else bool(issue.priority)
        case Requirement.RESOLUTION:
            return bool(issue.resolution)
        case _:
            return _filled(issue.fields.get(_FIELDS[requirement]), _field(requirement, pack))


def _filled(value: Any, field: PackField | None) -> bool:
    """Whether a field holds something, and where the pack lists what it may hold, one of these (C6)."""
    if value in {None, "", ()}:
        return False
    if field is None or not field.options:
        return True
    return folded(str(value)) in {folded(word) for option in field.options for word in (option.fr, option.en)}


def _field(requirement: Requirement, pack: Pack) -> PackField | None:
    return next((field for field in pack.fields if field.id == _FIELDS[requirement]), None)


def _outside(rule: GuardRule, asked: Question, move: Move, because: str) -> _Violation:
    return _Violation(rule.outside, because, _values(asked, move))


def _incomplete(
    rule: GuardRule, asked: Question, move: Move, transition: Transition, missing: list[Requirement]
) -> _Violation:
    locale = asked.policy.binding.locale
    values = _values(asked, move) | {
        "transition": transition.name.in_language(locale),
        "missing": ", ".join(_name(requirement, asked) for requirement in missing),
    }
    wanted = ", ".join(requirement.value for requirement in missing)
    return _Violation(rule.message, f"“{transition.id}” requires {wanted}, which did not come", values)


def _name(requirement: Requirement, asked: Question) -> str:
    """A requirement in the desk's language; a field is called what Jira calls it there, with what it may hold."""
    locale = asked.policy.binding.locale
    if requirement in _NAMES:
        return _NAMES[requirement][messages.language(locale) == "en"]
    field = _field(requirement, asked.policy.pack)
    if field is None:
        return _FIELDS[requirement]
    options = " / ".join(option.in_language(locale) for option in field.options)
    return messages.named(field.name.in_language(locale), locale) + (f" ({options})" if options else "")


def _values(asked: Question, move: Move) -> dict[str, str]:
    policy = asked.policy
    return {
        "number": asked.issue.number,
        "key": asked.issue.key,
        "old_status": messages.quoted(policy.status_name(move.old)),
        "new_status": messages.quoted(policy.status_name(move.new) or move.new_name),
        "transition": "—",
        "missing": "—",
        "level": "—",
    }


def _broken(rule: GuardRule, asked: Question, move: Move, found: _Violation) -> Decision:
    """What the rule's mode does about a violation; what is older than `forget_after` is only observed."""
    calendar = asked.policy.calendar()
    old = asked.now > max(rule.forget_after.after(move.at, calendar), _reverts_at(rule, asked, move))
    reasons = [f"moved on {asked.moment(move.at)}: {found.because}"]
    if rule.mode is GuardMode.OBSERVE or old:
        return asked.violation([], *reasons, "observed only" if not old else "too long ago to be told now")
    key = f"guard/{rule.id}/{asked.issue.id}/{move.id}"
    actions: list[Action] = [asked.internal_comment(f"{key}/flag", found.message, **found.values)]
    if rule.mode is GuardMode.FLAG or asked.issue.moves[-1].id != move.id:
        return asked.violation(actions, *reasons)
    at = _reverts_at(rule, asked, move)
    if asked.now < at:
        return asked.violation(actions, *reasons, f"put back on {asked.moment(at)} unless it is made good", until=at)
    graph = asked.policy.graph(asked.issue)
    if graph is not None and not graph.allows(asked.issue.status or "", move.old or ""):
        reasons.append("no transition of the pack leads back: it can only be put back where Jira offers one")
    back = MoveTo(key=f"{key}/revert", rule=rule.id, from_status=asked.issue.status, to_status=move.old or "")
    return asked.violation([*actions, back], *reasons, "nobody made it good in time")


def _reverts_at(rule: GuardRule, asked: Question, move: Move) -> datetime:
    calendar = asked.policy.calendar()
    return rule.grace.after(rule.window.after(move.at, calendar), calendar)
