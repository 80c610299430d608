from __future__ import annotations

from pathlib import Path

import pytest

from workflows.catalog import Catalog, load_catalog
from workflows.document import DocumentError

PACK = """\
kind: workflow-pack
id: small
name: {fr: Petit, en: Small}
statuses:
  - {id: open, role: new, name: {fr: Ouvert, en: Open}}
  - {id: doing, role: in_progress, name: {fr: En cours, en: In progress}, aliases: [En traitement]}
  - {id: closed, role: closed, name: {fr: Fermé, en: Closed}}
resolutions:
  - {id: done, name: {fr: Terminé, en: Done}}
levels:
  - {id: n1, name: {fr: Niveau 1, en: Level 1}}
workflows:
  - id: request
    name: Petit - Demande
    initial: open
    transitions:
      - {id: start, from: [open], to: doing, name: {fr: Commencer, en: Start}, level: n1}
      - {id: close, from: [doing], to: closed, name: {fr: Fermer, en: Close}, resolution: done}
      - {id: reopen, from: [closed], to: doing, name: {fr: Rouvrir, en: Reopen}, clears_resolution: true}
request_types:
  - {id: incident, issue_type: Incident, workflow: request, name: {fr: Incident, en: Incident}, entry_level: n1}
"""
ROLES = (
    "new, acknowledged, in_progress, waiting_customer, waiting_approval, "
    "waiting_internal, waiting_third_party, planned, answered, closed"
)


def catalog(folder: Path, *texts: str) -> Catalog:
    for number, text in enumerate(texts):
        (folder / f"pack{number}.yaml").write_text(text, encoding="utf-8")
    return load_catalog(folder)


def problems(folder: Path, *texts: str) -> list[str]:
    with pytest.raises(DocumentError) as caught:
        catalog(folder, *texts)
    return [str(p).removeprefix(f"{folder.as_posix()}/") for p in caught.value.problems]


def test_a_right_pack_is_loaded_with_its_file(tmp_path: Path) -> None:
    loaded = catalog(tmp_path, PACK)
    assert loaded.pack("small").workflow_of("INCIDENT") is loaded.packs["small"].workflows[0]
    assert loaded.pack("small").workflow_of("Bug") is None
    assert loaded.files == {"small": tmp_path / "pack0.yaml"}


def test_an_unknown_pack_names_the_nearest(tmp_path: Path) -> None:
    loaded = catalog(tmp_path, PACK)
    with pytest.raises(KeyError, match=r'no workflow pack \\"smal\\" \(did you mean \\"small\\"\?\)|smal'):
        loaded.pack("smal")
    with pytest.raises(KeyError) as caught:
        loaded.pack("zzz")
    assert caught.value.args[0] == 'no workflow pack "zzz"'


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("kind: workflow-pack", "kind: policy", ['pack0.yaml:1: "policy" is not one of workflow-pack']),
        ("id: small", "id: Small", ['pack0.yaml:2: "Small" is not an id: lower-case words joined by hyphens']),
        (
            "{id: open, role: new",
            "{id: open, rôle: new",
            [
                'pack0.yaml:5: the key "role" is missing',
                'pack0.yaml:5: unknown key "rôle" (did you mean "role"?)',
            ],
        ),
        (
            "role: closed",
            "role: close",
            [f'pack0.yaml:7: "close" is not one of {ROLES} (did you mean "closed"?)'],
        ),
        ("name: {fr: Petit, en: Small}", "name: {fr: Petit}", ['pack0.yaml:3: the key "en" is missing']),
        (
            "resolutions:",
            "  - {id: open, role: new, name: {fr: Autre, en: Other}}\nresolutions:",
            ['pack0.yaml:8: the status id "open" is given twice, first on line 5'],
        ),
        ("fr: En cours", "fr: OUVERT", ['pack0.yaml:6: the status name "OUVERT" already belongs to status "open"']),
        ("[En traitement]", "[ferme]", ['pack0.yaml:7: the status name "Fermé" already belongs to status "doing"']),
        ("initial: open", "initial: opne", ['pack0.yaml:15: unknown status "opne" (did you mean "open"?)']),
        ("from: [doing]", "from: [doing, dong]", ['pack0.yaml:18: unknown status "dong" (did you mean "doing"?)']),
        (
            "to: closed, name",
            "to: closd, name",
            ['pack0.yaml:18: transition "close" leads to unknown status "closd" (did you mean "closed"?)'],
        ),
        ("resolution: done", "resolution: don", ['pack0.yaml:18: unknown resolution "don" (did you mean "done"?)']),
        ("Start}, level: n1", "Start}, level: n2", ['pack0.yaml:17: unknown level "n2"']),
        ("entry_level: n1", "entry_level: x", ['pack0.yaml:21: unknown level "x"']),
        (
            "workflows:\n",
            "fields:\n  - {id: level, kind: select, name: {fr: N, en: N}, options: [{fr: N2, en: N2}]}\nworkflows:\n",
            [
                'pack0.yaml:13: the field "level" must be a select whose options are the levels of the pack: Niveau 1',
            ],
        ),
        (
            "workflow: request",
            "workflow: requests",
            ['pack0.yaml:21: unknown workflow "requests" (did you mean "request"?)'],
        ),
        ("{id: reopen,", "{id: close,", ['pack0.yaml:19: the transition id "close" is given twice, first on line 18']),
        (
            "from: [doing]",
            "from: []",
            [
                'pack0.yaml:5: workflow "request": no closed status can be reached from status "open"',
                'pack0.yaml:6: workflow "request": no closed status can be reached from status "doing"',
                'pack0.yaml:7: status "closed" can never be reached in workflow "request"',
            ],
        ),
        (
            "  - {id: closed,",
            "  - {id: odd, role: planned, name: {fr: Seul, en: Alone}}\n  - {id: closed,",
            ['pack0.yaml:7: status "odd" is used by no workflow'],
        ),
        (
            "{id: reopen, from: [closed], to: doing, name: {fr: Rouvrir",
            "{id: reopen, from: [closed, doing], to: doing, name: {fr: fermer",
            ['pack0.yaml:19: transition "reopen" has the same name as "close", which also leaves "doing"'],
        ),
        (
            "{id: reopen, from: [closed], to: doing, name: {fr: Rouvrir, en: Reopen}",
            "{id: reopen, from: any, to: doing, name: {fr: Rouvrir, en: START}",
            ['pack0.yaml:19: transition "reopen" has the same name as "start", which also leaves "open"'],
        ),
        (
            "request_types:\n",
            """\
    approvals:
      - {status: opne, field: asked, approved: start, refused: nope}
      - {status: open, field: asked, approved: start, refused: close}
request_types:
""",
            [
                'pack0.yaml:21: unknown status "opne" (did you mean "open"?)',
                'pack0.yaml:21: unknown field of people "asked"',
                'pack0.yaml:21: transition "start" is not one that leaves "opne" by name',
                'pack0.yaml:21: unknown transition "nope" (did you mean "reopen"?)',
                'pack0.yaml:22: unknown field of people "asked"',
                'pack0.yaml:22: transition "close" is not one that leaves "open" by name',
            ],
        ),
        (", resolution: done", "", ['pack0.yaml:18: transition "close" closes the request without a resolution']),
        (
            ", clears_resolution: true",
            "",
            ['pack0.yaml:19: transition "reopen" reopens the request without clearing its resolution'],
        ),
        (
            "clears_resolution: true",
            "clears_resolution: true, resolution: done",
            ['pack0.yaml:19: transition "reopen" both sets and clears the resolution'],
        ),
        (
            "request_types:\n",
            "request_types:\n  - {id: incident, issue_type: incident, workflow: request, name: {fr: I, en: I}}\n",
            ['pack0.yaml:22: the request type id "incident" is given twice, first on line 21'],
        ),
        (
            "  - {id: done, name: {fr: Terminé, en: Done}}\n",
            "  - {id: done, name: {fr: Terminé, en: Done}}\n  - {id: done, name: {fr: TERMINE, en: Done}}\n",
            [
                'pack0.yaml:10: the resolution id "done" is given twice, first on line 9',
                'pack0.yaml:10: the resolution name "termine" is given twice, first on line 9',
            ],
        ),
        ("    initial: open\n", "", ['pack0.yaml:13: the key "initial" is missing']),
    ],
)
def test_each_mistake_in_a_pack_is_told_with_its_line(tmp_path: Path, old: str, new: str, told: list[str]) -> None:
    assert old in PACK
    assert problems(tmp_path, PACK.replace(old, new, 1)) == told


def test_requiring_a_resolution_is_as_good_as_setting_one(tmp_path: Path) -> None:
    catalog(tmp_path, PACK.replace("resolution: done", "requires: [resolution]"))


def test_one_issue_type_cannot_follow_two_workflows(tmp_path: Path) -> None:
    second = PACK[PACK.index("  - id: request") : PACK.index("request_types:")]
    second = second.replace("id: request", "id: second").replace("Petit - Demande", "Petit - Autre")
    text = PACK.replace("request_types:\n", f"{second}request_types:\n")
    text += "  - {id: other, issue_type: INCIDENT, workflow: second, name: {fr: Autre, en: Other}}\n"
    assert problems(tmp_path, text) == [
        'pack0.yaml:29: the issue type "INCIDENT" already follows workflow "request"',
    ]


def test_packs_must_differ_in_id_and_in_workflow_names(tmp_path: Path) -> None:
    assert problems(tmp_path, PACK, PACK) == [
        'pack1.yaml:2: the pack id "small" is already used by pack0.yaml',
        'pack1.yaml:14: the workflow name "Petit - Demande" is already used by pack0.yaml',
    ]


def test_the_problems_of_all_files_come_together(tmp_path: Path) -> None:
    told = problems(
        tmp_path, PACK.replace("initial: open", "initial: shut"), "", PACK.replace("id: small", "id: other")
    )
    assert told == ['pack0.yaml:15: unknown status "shut"', "pack1.yaml:1: the file is empty", told[2]]
    assert told[2].startswith("pack2.yaml:14: the workflow name")


def test_a_folder_without_packs_is_a_problem(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match=r":1: this folder holds no workflow pack \(\*\.yaml\)$"):
        load_catalog(tmp_path)
