"""Every code of the linter on the smallest document that deserves it, with its place."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from automation_rules.decide import KINDS
from automation_rules.linter import loops
from tests.automation_rules.linter.documents import EN, FR, OTHER_PACK, PACK, POLICY, checked, told
from workflows.checks import CHECKS, Severity

SLA = "slas: [{id: response, start: open, stop: [%s], pause: [asked], calendar: office%s}]\n"
RULE = "  - {id: again, kind: %s}\n"


def pack(old: str, new: str) -> dict[str, str]:
    assert old in PACK
    return {"packs/small.yaml": PACK.replace(old, new)}


def policy(old: str, new: str) -> dict[str, str]:
    assert old in POLICY
    return {"policies/small.yaml": POLICY.replace(old, new)}


def more(text: str) -> dict[str, str]:
    return {"policies/small.yaml": POLICY + text}


def texts(fr: str, en: str) -> dict[str, str]:
    return {"texts/fr.yaml": FR + fr, "texts/en.yaml": EN + en}


ESCALATION = "escalation, roles: [boss], subject: hello, message: hello, note: hello, acknowledgement: hello"
TITLE = "  title: {text: '#{number} - {summary} %s'}\n" % ("x" * 250)
TRAPPED = re.sub(r" +- \{id: resume.*\n", "", PACK).replace("from: [asked, open]", "from: [open]")
BACK = RULE % "inactivity, while: {status: open}, steps: [{after: 1d, move_to: asked}]"
CASES: list[tuple[str, str, dict[str, str]]] = [
    ("RL001", "small.yaml:5", pack("role: new", "role: newer")),
    ("RL002", "small.yaml:12", pack("initial: open", "initial: opened")),
    ("RL003", "small.yaml:15", pack("id: resume", "id: ask")),
    ("RL004", "small.yaml:10", more(RULE % ESCALATION)),
    ("RL005", "small.yaml:9", policy("comment: hello", "comment: helo")),
    ("RL006", "small.yaml:3", policy("calendar: office\n", "calendar: ofice\n")),
    ("RL010", "small.yaml:6", pack("to: asked", "to: closed, resolution: done")),
    ("RL011", "small.yaml:6", {"packs/small.yaml": TRAPPED}),
    ("RL012", "small.yaml:16", pack(", resolution: done}\n      - {id: reopen", "}\n      - {id: reopen")),
    ("RL013", "small.yaml:10", more(RULE % "reopening, while: {status: closed}, to: asked")),
    ("RL020", "small.yaml:6", pack("{fr: Question,", "{fr: OUVERT,")),
    ("RL021", "small.yaml:6", pack("{fr: Question,", "{fr: Ouverte,")),
    ("RL022", "small.yaml:7", {"packs/other.yaml": OTHER_PACK.replace("fr: Fermé,", "fr: Fermée,")}),
    (
        "RL023",
        "small.yaml:7",
        {"packs/other.yaml": OTHER_PACK.replace("role: closed,", "role: closed, category: TODO,")},
    ),
    ("RL030", "small.yaml:5", pack("{fr: Ouvert, en: Open}", "{fr: Ouvert}")),
    ("RL030", "en.yaml:3", texts("  bye: {text: Au revoir}\n", "")),
    ("RL031", "en.yaml:7", texts("  bye: {text: Au revoir}\n", "  bye: {text: 'Bye {key}'}\n")),
    (
        "RL031",
        "small.yaml:9",
        texts("", "")
        | {"texts/fr.yaml": FR.replace("{key}", "{reason}"), "texts/en.yaml": EN.replace("{key}", "{reason}")},
    ),
    ("RL032", "small.yaml:5", pack(", meaning: {fr: Reçu, en: Received}", "")),
    (
        "RL033",
        "fr.yaml:7",
        texts(TITLE, TITLE) | more(RULE % "imputation, enters_role: new, title: title, issue_type: Imputation"),
    ),
    ("RL034", "fr.yaml:7", texts("  bye: {text: Au revoir}\n", "  bye: {text: Bye}\n")),
    ("RL040", "small.yaml:9", policy("after: 6d", "after: 2d")),
    ("RL040", "small.yaml:9", policy("{after: 3d, comment: hello}", "{after: 3d, move_to: closed}")),
    (
        "RL040",
        "small.yaml:9",
        more(RULE % "inactivity, while: {role: waiting_customer}, steps: [{after: 144h, comment: hello}]"),
    ),
    ("RL041", "small.yaml:6", {"policies/small.yaml": POLICY.replace("closed, resolution: done", "open") + BACK}),
    (
        "RL041",
        "small.yaml:10",
        more(RULE % "notification, on: {team_comment: true}, channel: public_comment, message: hello"),
    ),
    ("RL050", "small.yaml:10", more(SLA % ("asked, closed", ", goals: {default: 4h}"))),
    ("RL051", "small.yaml:10", more(SLA % ("resolved", ", goals: {default: 4h}"))),
    ("RL052", "small.yaml:10", more(SLA % ("closed", ""))),
    ("RL053", "small.yaml:10", more(SLA % ("closed", ", goals: {default: 2d}"))),
    (
        "RL054",
        "small.yaml:10",
        more((SLA % ("closed", ", goals: {default: 4h}")).replace("id: response", "id: first-answer")),
    ),
    ("RL060", "small.yaml:10", more("parameters: [{id: x, kind: duration, suggested: 3d, why: left open}]\n")),
    ("RL061", "small.yaml:20", {"packs/small.yaml": PACK + "ambiguities: [{about: [A6], problem: a, choice: b}]\n"}),
]


@pytest.mark.parametrize(("code", "place", "files"), CASES, ids=[f"{case[0]}-{n}" for n, case in enumerate(CASES)])
def test_each_finding_has_its_code_its_place_and_what_to_do(
    tmp_path: Path, code: str, place: str, files: dict[str, str]
) -> None:
    result = checked(tmp_path, files)
    check = next(check for check in CHECKS if check.code == code)
    mine = [text for found, where, text in told(result) if (found, where) == (code, place)]
    assert mine, result.output
    assert mine[0].endswith(check.what_to_do)
    assert result.exit_code == (2 if check.severity is Severity.ERROR else 0)
    assert {found for found, _, _ in told(result)} == {code}, result.output


@pytest.mark.parametrize(("code", "status"), [("RL002", 2), ("RL032", 2), ("RL061", 0)])
def test_strict_also_refuses_warnings(tmp_path: Path, code: str, status: int) -> None:
    files = next(files for found, _, files in CASES if found == code)
    assert checked(tmp_path, files, "--strict").exit_code == status


def test_the_smallest_documents_have_no_finding(tmp_path: Path) -> None:
    result = checked(tmp_path, {}, "--strict")
    assert (result.exit_code, told(result)) == (0, [])
    assert result.output.endswith("no problem found\n")


def test_every_code_has_a_case_and_stands_for_one_thing() -> None:
    codes = [check.code for check in CHECKS]
    assert sorted(set(codes)) == codes
    assert {case[0] for case in CASES} == set(codes)
    assert all(check.title and check.what_to_do for check in CHECKS)


def test_quiet_leaves_out_the_notes_and_still_counts_them(tmp_path: Path) -> None:
    result = checked(tmp_path, more(SLA % ("closed", "")), "--quiet")
    assert told(result) == []
    assert result.output.endswith(": 1 note(s)\n")


@pytest.mark.promise("C13", "C15")
@pytest.mark.parametrize("wins", ["stop", "pause"])
def test_the_note_on_a_status_that_stops_and_pauses_says_which_wins(tmp_path: Path, wins: str) -> None:
    result = checked(tmp_path, more(SLA % ("asked", f", goals: {{default: 4h}}, on_conflict: {wins}")))
    assert f"the {wins} wins" in result.output


def test_a_closure_is_held_against_what_a_parameter_suggests(tmp_path: Path) -> None:
    chosen = POLICY.replace("after: 6d", "after: {parameter: x}")
    result = checked(
        tmp_path,
        {"policies/small.yaml": chosen + "parameters: [{id: x, kind: duration, suggested: 2d, why: left open}]\n"},
    )
    assert [code for code, _, _ in told(result)] == ["RL040", "RL060"]


def test_rules_for_other_requests_or_after_the_closure_do_not_disturb_it(tmp_path: Path) -> None:
    steps = "steps: [{after: %s, comment: hello}]"
    for rule in ("while: {status: asked}, " + steps % "5d", "while: {status: open}, " + steps % "9d"):
        assert told(checked(tmp_path, more(RULE % f"inactivity, {rule}"))) == []


def test_a_circle_that_needs_a_person_is_none(tmp_path: Path) -> None:
    answer = RULE % "reopening, while: {status: closed}, to: open"
    assert told(checked(tmp_path, more(answer))) == []


def test_every_kind_of_rule_was_thought_of_in_the_search_for_circles() -> None:
    kinds = [*loops.UNATTENDED, *loops.NEEDS_SOMEBODY, *loops.MOVES_NOTHING]
    assert sorted(kinds) == sorted(KINDS), (
        "say in automation_rules/linter/loops.py whether the new kind moves by itself"
    )
