"""Every sentence of the documents is kept by something and proved by a test that can fail; the page of it is true."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from automation_rules import messages
from automation_rules.policy import load_policies
from scripts.promises import Proof, citations, cited_in, numbers, page, promises, proofs
from workflows.catalog import load_catalog

ROOT = Path(__file__).resolve().parents[1]
REQUIREMENTS = ROOT.parent / "shared" / "requirements.md"
_ROW = re.compile(r"^\| ([A-E])([0-9]+)(?:–[A-E]([0-9]+))? \|.*\| ([^|]+) \|$", re.MULTILINE)


@pytest.fixture(scope="module")
def marked() -> tuple[Proof, ...]:
    return proofs(ROOT / "tests")


def test_every_sentence_that_promises_something_has_a_test(marked: tuple[Proof, ...]) -> None:
    proved = {number for proof in marked for number in proof.promises}
    assert [number for number, promise in promises().items() if not promise.noise and number not in proved] == []


def test_no_test_claims_a_sentence_that_does_not_exist_or_promises_nothing(marked: tuple[Proof, ...]) -> None:
    real = {number for number, promise in promises().items() if not promise.noise}
    claims = {f"{proof.file}: {proof.name}": set(proof.promises) - real for proof in marked}
    assert {test: wrong for test, wrong in claims.items() if wrong} == {}


def test_every_test_that_is_named_asserts_something(marked: tuple[Proof, ...]) -> None:
    assert len(marked) > 200
    assert [f"{proof.file}: {proof.name}" for proof in marked if not proof.asserts] == []


def test_every_sentence_is_kept_by_something() -> None:
    cited = citations()
    unkept = [n for n, promise in promises().items() if not (promise.noise or promise.by or cited.get(n))]
    assert unkept == []
    assert sorted(set(cited) - set(promises())) == [], "a pack or policy cites a sentence that does not exist"


def test_what_is_named_as_keeping_a_sentence_exists() -> None:
    catalog = load_catalog()
    known = {status.id for pack in catalog.packs.values() for status in pack.statuses}
    known |= {workflow.id for pack in catalog.packs.values() for workflow in pack.workflows}
    known |= {rule.id for policy in load_policies(catalog).documents.values() for rule in policy.rules}
    known |= set(messages.uses())
    named = {name for promise in promises().values() for by in promise.by for name in re.findall(r"`([^`]+)`", by)}
    assert {name for name in named if not (name in known or (ROOT / name).is_file())} == set()


def test_the_sentences_are_those_of_the_requirements() -> None:
    if not REQUIREMENTS.is_file():
        pytest.skip("the requirements are not beside the project")
    sentences: dict[str, bool] = {}
    for document, first, last, capability in _ROW.findall(REQUIREMENTS.read_text("utf-8")):
        for number in range(int(first), int(last or first) + 1):
            sentences[f"{document}{number}"] = capability == "NOISE"
    assert len(sentences) > 150
    assert {number: promise.noise for number, promise in promises().items()} == sentences


def test_the_page_has_a_row_for_each_sentence_with_what_keeps_and_proves_it() -> None:
    rows = {line.split(" | ")[0][2:]: line for line in page().splitlines() if re.match(r"\| [A-E][0-9]", line)}
    assert list(rows) == list(promises())
    assert "rule `waiting-customer-follow-up`" in rows["C24"]
    assert "`tests/scenarios/test_silent_customer.py`" in rows["C24"]
    assert rows["C32"].endswith("| nothing to keep | |")


def test_a_hollow_test_is_found(tmp_path: Path) -> None:
    folder = tmp_path / "tests"
    folder.mkdir()
    (folder / "speech.py").write_text("def checks(x):\n    assert x\n\ndef asks(x):\n    return checks(x)\n")
    bodies = {"plain": "assert 1 < 2", "by_another": "asks(3)", "raising": "with pytest.raises(KeyError): {}[1]"}
    hollow = {"nothing": "x = 1", "constant": "assert True", "by_nobody": "print(3)"}
    lines = [
        f"@pytest.mark.promise('A1', 'B2')\n@pytest.mark.slow\ndef test_{name}():\n    {body}\n"
        for name, body in {**bodies, **hollow}.items()
    ]
    (folder / "test_speech.py").write_text("\n".join([*lines, "def test_unmarked():\n    assert 0\n"]))
    found = proofs(folder)
    assert {p.name.removeprefix("test_"): p.asserts for p in found} == {
        **dict.fromkeys(bodies, True),
        **dict.fromkeys(hollow, False),
    }
    assert {(p.file, p.promises) for p in found} == {("tests/test_speech.py", ("A1", "B2"))}


def test_a_comment_speaks_of_the_innermost_part_around_it() -> None:
    text = """# The head names C2-C12 and claims nothing.
kind: policy
rules:  # B18
  - id: told-new  # D3, D30
    when: x  # C4 to C6, C8-C10
  - {id: taken, to: "#{number} - a title"}  # A5
workflows:
  - id: change
    transitions:
      - {id: start, to: there}  # A35: of this workflow
      - id: go-on
        to: there
  - id: other
    initial: open  # A1
"""
    assert list(cited_in(text)) == [
        ("B18", "rules"),
        ("D3", "rule `told-new`"),
        ("D30", "rule `told-new`"),
        *((number, "rule `told-new`") for number in ("C4", "C6", "C8", "C9", "C10")),
        ("A5", "rule `taken`"),
        ("A35", "transition `change/start`"),
        ("A1", "workflow `other`"),
    ]
    assert list(numbers("E2–E4, A55")) == ["E2", "E3", "E4", "A55"]
