"""Does what a customer asks for by a button (confirm, refuse, accept, reopen, answer), as if done by them in Jira."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from automation_rules import messages
from automation_rules.actions import Action, AddComment, MoveTo
from automation_rules.customers_view import Offer
from automation_rules.facts import Audience
from connect_app.errors import Malformed, Temporary
from connect_app.jira.adf import escape
from connect_app.jira.naming import names_of_accounts
from connect_app.logs import logger
from connect_app.operations.carry_out import Carried, UnderWay, carry_out
from connect_app.operations.open_site import OpenSite
from connect_app.operations.parts import Parts
from connect_app.operations.see_request import Seen, see_request
from connect_app.operations.show_portal import offered
from connect_app.store.ledger import EntryState

RULE = "portal"
LONGEST_WORDS = 5000

log = logger(__name__)


class WordsMissing(Malformed):
    """The document asks for a comment with this button, and none came."""

    remedy = "Say why."


@dataclass(frozen=True, kw_only=True)
class Answer:
    """Which of the pack's transitions an account asks for, by its id, and what it says with it."""

    viewer: str
    transition: str
    words: str = ""


class Answered(StrEnum):
    """What became of a customer's answer."""

    DONE = "done"
    UNDER_WAY = "under_way"
    OVERTAKEN = "overtaken"
    REFUSED = "refused"


def answer_request(parts: Parts, site: OpenSite, issue: str, answer: Answer) -> Answered:
    """Makes one of the customer's moves in their name, once however often the button is pressed.

    The request is read anew, and only what the document offers its customer in the present status is done. Their words
    become a public comment that names them; without any, an internal note names them. Both and the move are in the
    ledger, and count as the customer's for every rule.

    Raises:
        NotFound: the account may not see the request.
        WordsMissing: the transition requires a comment.
        Temporary: Jira must be asked again.
    """
    seen, transition = see_request(parts, site, issue, answer.viewer), answer.transition
    offer = next((one for one in offered(seen) if one.transition.id == transition), None)
    if offer is None:
        return Answered.DONE if _was_done(seen, transition) else Answered.OVERTAKEN
    words = answer.words.strip()[:LONGEST_WORDS]
    if offer.words_required and not words:
        raise WordsMissing(f"“{transition}” needs words")
    try:
        return _carried(parts, site, seen, offer, words)
    except UnderWay:
        return Answered.UNDER_WAY


def _carried(parts: Parts, site: OpenSite, seen: Seen, offer: Offer, words: str) -> Answered:
    """The words, then the move; or the move, then who asked for it."""
    account, key = seen.viewer.account_id, _key(seen, offer.transition.id)
    name = names_of_accounts(site.client, [account]).get(account, account)
    speaks = bool(words and offer.words)
    if speaks:
        said = _once(parts, site, seen, _comment(seen, f"{key}/comment", name, words))
        if said is Carried.REFUSED:
            return Answered.REFUSED
    moved = _once(parts, site, seen, _move(seen, f"{key}/move", offer))
    if moved is Carried.DONE and not speaks:
        _note(parts, site, seen, _named(seen, f"{key}/note", name, offer))
    return {Carried.DONE: Answered.DONE, Carried.STALE: Answered.OVERTAKEN}.get(moved, Answered.REFUSED)


def _key(seen: Seen, transition: str) -> str:
    """One key for one stay in a status: what is pressed twice is done once, what comes again later is new."""
    issue = seen.request.issue
    stay = issue.moves[-1].id if issue.moves else "created"
    return f"{RULE}/{issue.id}/{stay}/{transition}"


def _was_done(seen: Seen, transition: str) -> bool:
    """Whether the last thing this customer asked of us here was just that."""
    asked = [e for e in seen.request.entries if e.action == MoveTo.__name__ and e.rule == RULE]
    asked = [e for e in asked if e.state is EntryState.DONE and (e.result or {}).get("by") == seen.viewer.account_id]
    return bool(asked) and asked[-1].key.endswith(f"/{transition}/move")


def _once(parts: Parts, site: OpenSite, seen: Seen, action: Action) -> Carried:
    if action.key in seen.request.issue.done:
        return Carried.DONE
    return carry_out(parts, site, seen.request, action, (f"asked by {seen.viewer.account_id} on the portal",))


def _move(seen: Seen, key: str, offer: Offer) -> MoveTo:
    transition = offer.transition
    return MoveTo(
        key=key,
        rule=RULE,
        from_status=seen.request.issue.status,
        to_status=transition.to,
        transition=transition.id,
        resolution=transition.resolution,
        on_behalf_of=seen.viewer.account_id,
    )


def _comment(seen: Seen, key: str, name: str, words: str) -> AddComment:
    """The customer's own words, character by character, under their name."""
    heading = messages.render("portal-words", _locale(seen), customer=messages.quoted(name))
    text = f"{heading}\n\n{escape(words)}"
    return AddComment(
        key=key,
        rule=RULE,
        audience=Audience.PUBLIC,
        message="portal-words",
        text=text,
        on_behalf_of=seen.viewer.account_id,
    )


def _named(seen: Seen, key: str, name: str, offer: Offer) -> AddComment:
    locale = _locale(seen)
    button = messages.named(offer.transition.name.in_language(locale), locale)
    text = messages.internal("portal-note", locale, RULE, customer=messages.quoted(name), transition=button)
    return AddComment(key=key, rule=RULE, audience=Audience.INTERNAL, message="portal-note", text=text)


def _note(parts: Parts, site: OpenSite, seen: Seen, note: AddComment) -> None:
    """Names the customer to the team; the move is made whether or not Jira takes the note now."""
    try:
        _once(parts, site, seen, note)
    except Temporary as failure:
        log.warning("note not written", key=note.key, error=str(failure))


def _locale(seen: Seen) -> str:
    return seen.request.bound.binding.locale
