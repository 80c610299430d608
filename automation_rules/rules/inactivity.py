"""Reminds and closes a request that waits in silence: days 3, 6 and 12 of document C, 48 h and 72 h of document D."""

from __future__ import annotations

from automation_rules.decision import Decision
from automation_rules.events import Event, TimePassed
from automation_rules.model import InactivityRule
from automation_rules.question import Question
from automation_rules.silence import concerned


def listens(_: InactivityRule) -> tuple[type[Event], ...]:
    """Only time makes silence longer."""
    return (TimePassed,)


def evaluate(rule: InactivityRule, asked: Question) -> Decision:
    """Which step of the present waiting episode is next, and whether it is time for it (C24-C26, design §4).

    An episode starts with the last human activity (or the entry into the status), and its steps are due that long
    after it. A step that fell due before the rule was switched on is not made up for: the first step is then done now
    and each next one keeps its distance to the one before. After an outage only the latest due reminder is sent. A
    closure always waits until the last reminder has been out for its full delay. An agent's word on this wait makes
    steps later, or none of them happen; never one earlier.
    """
    episode = concerned(rule, asked)
    if isinstance(episode, str):
        return asked.not_concerned(episode)
    told = f"silent since {asked.moment(episode.origin)} ({episode.why_origin})"
    reasons = [told, *episode.told_reprieve]
    if episode.exempt:
        return asked.not_concerned(*reasons)
    place, skipped = episode.next_step()
    if place is None:
        return asked.not_concerned(*reasons, "every step is done; nothing follows until somebody acts")
    ready, because = episode.ready(place)
    if skipped:
        names = ", ".join(str(episode.delays[one]) for one in skipped)
        reasons.append(f"skipped {names}: due while nobody could send it, and the next reminder is due as well")
    reasons.append(because)
    if ready > asked.now:
        return asked.wait(ready, *reasons, f"{episode.name(place)} at {asked.moment(ready)}")
    return asked.act(episode.actions(place), *reasons, f"{episode.name(place)} is due since {asked.moment(ready)}")
