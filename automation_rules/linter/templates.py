"""Finds templates that cannot fit where Jira puts them, and messages no rule uses."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from automation_rules import messages, titles
from automation_rules.linter.subject import Subject
from automation_rules.model import ImputationRule, PolicyDocument
from workflows.checks import TOO_LONG, UNUSED_MESSAGE
from workflows.document import Problem, read

_OURS = frozenset({"footer", "how-to-answer", "how-to-reopen"})
"""The messages that frame every other one."""

_SHORTEST = {"summary": 1, "number": 6, "month": 9, "year": 4}
"""How much room a title leaves for each value: one character of the customer's, the others whole."""


def unfitting(subjects: Iterable[Subject], folder: Path) -> Iterator[Problem]:
    """Titles of sub-tasks and subjects of mails whose own words leave no room in the 255 characters Jira takes."""
    wanted: dict[str, None] = {}
    for subject in subjects:
        for rule in subject.document.rules:
            if isinstance(rule, ImputationRule):
                wanted[rule.title] = None
            for key, value in rule.model_dump(mode="json").items():
                if key.endswith("subject") and isinstance(value, str):
                    wanted[value] = None
    texts = messages.load(folder)
    for locale, named in texts.items():
        source = read(folder / f"{locale}.yaml")
        for name in wanted:
            length = _least(named[name].text) if name in named else 0
            if length > titles.LONGEST:
                message = f'the template "{name}" takes at least {length} characters, and Jira {titles.LONGEST}'
                yield source.problem(("messages", name, "text"), message, check=TOO_LONG)


def _least(text: str) -> int:
    """How long a template becomes with the shortest values it may be given."""
    own = len(re.sub(r"\{[a-z_]+\}", "", text))
    return own + sum(_SHORTEST.get(name, 1) for name in re.findall(r"\{([a-z_]+)\}", text))


def unused(documents: Iterable[PolicyDocument], folder: Path) -> Iterator[Problem]:
    """The messages that no rule of any policy names."""
    used = set(_OURS)
    for document in documents:
        used |= set(_words(document.model_dump(mode="json")["rules"]))
    source = read(folder / f"{messages.LOCALES[0]}.yaml")
    texts = messages.load(folder)[messages.LOCALES[0]]
    used |= {message.ending or "" for message in texts.values()}
    for name in texts:
        if name not in used:
            yield source.problem(("messages", name), f'no rule uses the message "{name}"', check=UNUSED_MESSAGE)


def _words(data: Any) -> Iterator[str]:
    if isinstance(data, str):
        yield data
    elif isinstance(data, dict):
        for value in data.values():
            yield from _words(value)
    elif isinstance(data, list):
        for value in data:
            yield from _words(value)
