"""Names everything the linter can find: a stable code, how bad it is, what it is, what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """An error refuses the documents, a warning is probably a mistake, a note is worth knowing."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True)
class Check:
    """One kind of finding; `code` is never given to anything else."""

    code: str
    severity: Severity
    title: str
    what_to_do: str


MALFORMED = Check(
    "RL001",
    Severity.ERROR,
    "the file is not what its kind of document looks like",
    "write the key or value asked for; `python -m scripts.validate --schema FOLDER` writes schemas for editors",
)
UNKNOWN_NAME = Check(
    "RL002", Severity.ERROR, "something is named that does not exist", "correct the spelling, or define it"
)
TWICE = Check("RL003", Severity.ERROR, "the same id or name is given twice", "rename one, or remove it")
UNKNOWN_ROLE = Check(
    "RL004",
    Severity.ERROR,
    "a role that the policy does not define",
    "correct the spelling, or add it to `roles` so that bindings can give it to somebody",
)
UNKNOWN_MESSAGE = Check(
    "RL005",
    Severity.ERROR,
    "a message that does not exist",
    "correct the spelling, or add it to `messages/fr.yaml` and `messages/en.yaml`",
)
UNKNOWN_CALENDAR = Check(
    "RL006",
    Severity.ERROR,
    "a calendar that the policy does not define",
    "correct the spelling, or add it to `calendars`",
)
UNREACHABLE = Check(
    "RL010",
    Severity.ERROR,
    "a status no request can ever be in",
    "add a transition that leads to it, or remove the status",
)
DEAD_END = Check(
    "RL011",
    Severity.ERROR,
    "a status from which a request can never be closed",
    "add a transition that leads out of it, towards a closed status",
)
RESOLUTION = Check(
    "RL012",
    Severity.ERROR,
    "a request closes without a resolution, or reopens with one",
    "give the transition a `resolution`, or `clears_resolution: true`",
)
IMPOSSIBLE_MOVE = Check(
    "RL013",
    Severity.ERROR,
    "a rule moves where no transition leads",
    "add the transition to the pack, or change `while` or the target of the rule",
)
SAME_STATUS_NAME = Check(
    "RL020",
    Severity.ERROR,
    "two statuses of a pack have the same name to Jira's people",
    "rename one: case, accents and apostrophes make no difference",
)
NEAR_TWINS = Check(
    "RL021",
    Severity.WARNING,
    "two statuses of a pack have nearly the same name",
    "rename one, or make them one status; a misspelling belongs in `aliases`",
)
NEAR_TWINS_OF_PACKS = Check(
    "RL022",
    Severity.NOTE,
    "two packs name their statuses nearly alike",
    "on one site they become two statuses side by side; use one spelling where the documents allow it",
)
SHARED_STATUS = Check(
    "RL023",
    Severity.NOTE,
    "two packs mean different things by one status name",
    "Jira has one status of a name for all projects: look at the conflicts `python -m scripts.provision` shows",
)
NOT_TRANSLATED = Check(
    "RL030", Severity.ERROR, "a text is missing in one language", "write it in French and in English"
)
OTHER_VALUES = Check(
    "RL031",
    Severity.ERROR,
    "a message asks for values it will not get, or for others than in French",
    "use the same placeholders in both languages, and only those its kind of rule gives",
)
NO_MEANING = Check(
    "RL032",
    Severity.WARNING,
    "customers are not told what a status means",
    "give the status a `meaning` in both languages",
)
TOO_LONG = Check(
    "RL033",
    Severity.ERROR,
    "a template cannot fit into Jira's 255 characters",
    "shorten its own words: the customer's words are cut, ours are not",
)
UNUSED_MESSAGE = Check(
    "RL034", Severity.NOTE, "a message that no rule uses", "remove it, unless a policy of yours elsewhere needs it"
)
CLOSURE_TOO_EARLY = Check(
    "RL040",
    Severity.ERROR,
    "a request is closed before its last reminder",
    "make the closure the last step, later than every reminder, in the same unit",
)
ENDLESS = Check(
    "RL041",
    Severity.ERROR,
    "rules trigger each other for ever, with nobody in between",
    "let one of them wait for a person, or lead to a status none of them looks at",
)
STOP_AND_PAUSE = Check(
    "RL050",
    Severity.NOTE,
    "a status both stops and pauses a clock",
    "say which wins with `on_conflict: stop` or `on_conflict: pause`, or remove it from one list",
)
DONE_ALIAS = Check(
    "RL051",
    Severity.NOTE,
    "a clock names a status the workflow does not have",
    "nothing, if any status of category Done is meant; else name the status",
)
NO_GOALS = Check(
    "RL052",
    Severity.NOTE,
    "a service level has no goals",
    "write `goals` once they are agreed; until then it measures and promises nothing",
)
DAYS_AS_HOURS = Check(
    "RL053",
    Severity.NOTE,
    "a goal in days counts 24 hours of its calendar per day",
    "write `bd` for working days",
)
NOT_SEARCHABLE = Check(
    "RL054",
    Severity.NOTE,
    "a clock that JQL cannot ask about",
    "call it `response` or `resolution` if queues should find it; it is measured, warned of and explained either way",
)
LEFT_OPEN = Check(
    "RL060",
    Severity.NOTE,
    "a value the source leaves open",
    "give it with `python -m scripts.bind --parameter NAME=VALUE` before the project goes live",
)
AMBIGUOUS = Check(
    "RL061",
    Severity.NOTE,
    "the source is ambiguous, and the pack has chosen",
    "read the choice; change the pack if your desk means something else",
)

CHECKS: tuple[Check, ...] = tuple(value for value in list(globals().values()) if isinstance(value, Check))
"""Every check, in the order of the codes."""

_BY_NOUN = {"role": UNKNOWN_ROLE, "message": UNKNOWN_MESSAGE, "calendar": UNKNOWN_CALENDAR}


def unknown(noun: str) -> Check:
    """The check of a reference to something unknown, by what kind of thing it is."""
    return _BY_NOUN.get(noun, UNKNOWN_NAME)
