"""Finds what valid documents still get wrong, or should tell an administrator; checks are in workflows/checks.py."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from automation_rules.linter import loops, names, silence, templates
from automation_rules.linter.subject import Subject
from automation_rules.policy import Policies
from automation_rules.sla.lint import remarks
from workflows.checks import AMBIGUOUS, LEFT_OPEN
from workflows.document import Problem, read


def findings(policies: Policies, messages_folder: Path) -> tuple[Problem, ...]:
    """Everything the linter has to say of packs, policies and messages that were loaded without an error."""
    packs = {pack_id: read(path) for pack_id, path in policies.catalog.files.items()}
    subjects = [
        Subject(read(policies.files[pack_id]), document, policies.catalog.pack(pack_id))
        for pack_id, document in policies.documents.items()
    ]
    found: list[Problem] = [
        *names.within(policies.catalog, packs),
        *names.between(policies.catalog, packs),
        *templates.unfitting(subjects, messages_folder),
        *templates.unused(policies.documents.values(), messages_folder),
    ]
    for pack_id, pack in policies.catalog.packs.items():
        found += [
            packs[pack_id].problem(
                ("ambiguities", index), f"{', '.join(one.about)}: {one.problem}; {one.choice}", check=AMBIGUOUS
            )
            for index, one in enumerate(pack.ambiguities)
        ]
    for subject in subjects:
        found += [*_clocks(subject), *_open(subject), *silence.too_early(subject), *loops.endless(subject)]
    return tuple(sorted(found, key=lambda problem: (problem.file.as_posix(), problem.line, problem.check.code)))


def _clocks(subject: Subject) -> list[Problem]:
    return [
        subject.source.problem(("slas", index, "id"), remark.text, check=remark.check)
        for index, sla in enumerate(subject.document.slas)
        for remark in remarks(sla, subject.pack)
    ]


def _open(subject: Subject) -> list[Problem]:
    return [
        subject.source.problem(
            ("parameters", index, "id"),
            f"{parameter.id} is {parameter.suggested} until somebody says otherwise: {parameter.why}",
            check=LEFT_OPEN,
        )
        for index, parameter in enumerate(subject.document.parameters)
        if parameter.kind != "switch"  # a choice of each desk's, that no document speaks of
    ]


def tally(problems: Mapping[str, int]) -> str:
    """How many findings there are of each severity: `1 error(s), 2 note(s)`."""
    return ", ".join(f"{count} {severity}(s)" for severity, count in problems.items() if count)
