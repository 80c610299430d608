from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from scripts.validate import validate
from tests.workflows.test_catalog import PACK


def test_our_own_documents_have_no_problem() -> None:
    result = CliRunner().invoke(validate, ["--strict", "--quiet"])
    assert result.exit_code == 0, result.output
    assert " note(s)\n" in result.output
    assert " error " not in result.output
    assert " warning " not in result.output


def test_each_problem_is_one_line_with_the_file_as_seen_from_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "packs"
    folder.mkdir()
    (folder / "small.yaml").write_text(
        PACK.replace("to: closed", "to: closd").replace("initial: open", "initial: shut")
    )
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(validate, ["--catalog", "packs"])
    assert result.exit_code == 2
    assert result.stderr == (
        'packs/small.yaml:15: error RL002: unknown status "shut"; correct the spelling, or define it\n'
        'packs/small.yaml:18: error RL002: transition "close" leads to unknown status "closd" (did you mean '
        '"closed"?); correct the spelling, or define it\n'
        "no document could be checked further: 2 error(s)\n"
    )


def test_a_file_elsewhere_is_shown_by_its_whole_path(tmp_path: Path) -> None:
    (tmp_path / "small.yaml").write_text("")
    result = CliRunner().invoke(validate, ["--catalog", str(tmp_path)])
    assert result.stderr.startswith(f"{tmp_path.as_posix()}/small.yaml:1: error RL001: the file is empty; ")


def test_editors_get_the_schemas_of_both_kinds(tmp_path: Path) -> None:
    result = CliRunner().invoke(validate, ["--schema", str(tmp_path / "schemas")])
    assert "wrote" in result.output
    pack = json.loads((tmp_path / "schemas" / "workflow-pack.schema.json").read_text(encoding="utf-8"))
    assert "from" in pack["$defs"]["Transition"]["properties"]
    assert pack["additionalProperties"] is False
    assert json.loads((tmp_path / "schemas" / "policy.schema.json").read_text(encoding="utf-8"))["title"]


def test_what_should_be_known_before_going_live_is_a_note_with_its_line() -> None:
    result = CliRunner().invoke(validate)
    notes = [line for line in result.stdout.splitlines() if " note RL05" in line]
    promises_nothing = "response has no goals: it measures, but promises nothing until its targets are written"
    assert any(promises_nothing in line for line in notes)
    for line in notes:
        path, number, _ = line.split(":", 2)
        assert "- id: " in Path(path).read_text(encoding="utf-8").splitlines()[int(number) - 1]
