"""Policies are refused with file, line and the nearest right name, and bound only when nothing they need is missing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from automation_rules.binding import Mode
from automation_rules.durations import parse
from automation_rules.model import ParameterRef, PolicyDocument
from automation_rules.policy import POLICY_FOLDER, load_policies
from tests.automation_rules.desk import Story, binding, policies, policy
from workflows.catalog import load_catalog
from workflows.document import DocumentError
from workflows.model import StatusRole

HEAD = """kind: policy
pack: managed-operations
calendar: office
calendars:
  - {id: office, time_zone: Europe/Paris, hours: {mon-fri: ["09:00-17:00"]}}
roles: [{id: team-lead, name: {fr: Chef, en: Lead}}]
parameters: [{id: delay, kind: duration, suggested: 3d, why: open}, {id: note, kind: text, suggested: x, why: open}]
rules:
"""
INACTIVITY = "  - {id: a, kind: inactivity, while: {role: waiting_customer}, steps: [%s]}\n"
NOTIFY = (
    "  - {id: a, kind: notification, on: {enters: closed}, channel: notify,"
    " message: now-closed, subject: now-closed%s}\n"
)
WATCH = "  - {id: a, kind: sla_watch, sla: response}\n"
SLA = """slas:
  - {id: response, start: submitted, stop: [closed], calendar: office}
"""


def refused(folder: Path, text: str, *more: str) -> str:
    for index, one in enumerate((text, *more)):
        (folder / f"p{index}.yaml").write_text(one, encoding="utf-8")
    with pytest.raises(DocumentError) as error:
        load_policies(load_catalog(), folder)
    return str(error.value).replace(folder.as_posix(), "")


MISTAKES: list[tuple[str, str]] = [
    (HEAD.replace("managed-operations", "managed-operation") + " []", '2: unknown workflow pack "managed-operation"'),
    (
        HEAD.replace("calendar: office", "calendar: ofice") + " []",
        '3: unknown calendar "ofice" (did you mean "office"?)',
    ),
    (
        HEAD.replace("rules:", "panel_comment: {parameter: note}\nrules:") + " []",
        '8: unknown switch parameter "note"',
    ),
    (HEAD.replace("kind: text, suggested: x", "kind: switch, suggested: x") + " []", "a switch is on or off"),
    (HEAD + "  - {id: a, kind: inactvity}\n", "9: "),
    (HEAD + "  - {id: a, kind: transfer, note: transfer-note}\n", '9: pack "managed-operations" has no levels'),
    (HEAD + "  - {id: a, kind: transfer, note: transfer-nota}\n", 'did you mean "transfer-note"'),
    (HEAD + "  - {id: a, kind: unblocked, while: {status: closd}, note: unblocked-note}\n", 'unknown status "closd"'),
    (HEAD + "  - {id: a, kind: unblocked, while: {}, note: transfer-note}\n", "asks for {new_level}"),
    (HEAD + INACTIVITY % "{after: 3x, comment: reminder-first}", "9: "),
    (HEAD + INACTIVITY % "{after: 3d, coment: reminder-first}", 'did you mean "comment"'),
    (HEAD + INACTIVITY % "{after: 3d}", "a step has a comment, a move_to or both"),
    (HEAD + INACTIVITY % "{after: 3d, comment: reminder-first, resolution: no-response}", "move_to is missing"),
    (HEAD + INACTIVITY % "{after: 3d, move_to: closed}, {after: 4d, move_to: closed}", "only the last step may move"),
    (HEAD + INACTIVITY % "{after: 3d, comment: reminder-first}, {after: 3d, move_to: closed}", "3d follows 3d"),
    (HEAD + INACTIVITY % "{after: 3d, comment: reminder-first}, {after: 4bd, move_to: closed}", "not 3d and 4bd"),
    (HEAD + INACTIVITY % "{after: 3d, comment: reminder-frist}", '9: unknown message "reminder-frist" (did you mean'),
    (HEAD + INACTIVITY % "{after: 3d, comment: escalation-note}", "asks for {reason}, which this kind of rule"),
    (HEAD + INACTIVITY % "{after: 3d, move_to: close}", '9: unknown status "close" (did you mean "closed"?)'),
    (HEAD + INACTIVITY % "{after: 3d, move_to: submitted}", 'no transition leads to "submitted"'),
    (HEAD + INACTIVITY % "{after: 3d, move_to: closed, resolution: no-respons}", 'unknown resolution "no-respons"'),
    (HEAD + INACTIVITY % "{after: {parameter: delai}, move_to: closed}", 'unknown duration parameter "delai"'),
    (HEAD + INACTIVITY % "{after: {parameter: note}, move_to: closed}", 'unknown duration parameter "note"'),
    (HEAD + (INACTIVITY % "{after: 3d, move_to: closed}").replace("}]}", "}], calendar: x}"), 'unknown calendar "x"'),
    (HEAD + (INACTIVITY % "{after: 3d, move_to: closed}").replace("}]}", "}], send_window: {calendar: x}}"), '"x"'),
    (HEAD + "  - {id: a, kind: reopening, while: {status: [clsed]}, to: in-progress}\n", 'unknown status "clsed"'),
    (HEAD + "  - {id: a, kind: reopening, while: {role: closed}, to: in-progres}\n", '(did you mean "in-progress"?)'),
    (
        HEAD + "  - {id: a, kind: reopening, while: {role: closed}, to: in-progress, calendar: x}\n",
        'unknown calendar "x"',
    ),
    (HEAD + "  - {id: a, kind: transition_on_event, on: assigned, while: {role: new}, to: x}\n", 'unknown status "x"'),
    (HEAD + "  - {id: a, kind: imputation, enters_role: new, title: imputation-title}\n", "no imputation_issue_type"),
    (HEAD + "  - {id: a, kind: imputation, enters_role: new, title: now-closed, issue_type: T}\n", "asks for {key}"),
    (
        HEAD + "  - {id: a, kind: imputation, enters_role: new, title: imputation-title, issue_type: T, calendar: x}\n",
        'unknown calendar "x"',
    ),
    (
        HEAD
        + "  - {id: a, kind: imputation, enters_role: new, title: imputation-title, issue_type: T,"
        + " internal_for: {request_type: incidnt}}\n",
        'unknown request type "incidnt" (did you mean "incident"?)',
    ),
    (HEAD + "  - {id: a, kind: workflow_guard, message: guard-missing, outside: guard-outsid}\n", '"guard-outside"'),
    (HEAD + NOTIFY % ", roles: [team-led]", 'unknown role "team-led" (did you mean "team-lead"?)'),
    (HEAD + NOTIFY % "", "channel: notify needs a subject, and roles"),
    (HEAD + NOTIFY % ", to_field: planned-date", 'unknown user field "planned-date"'),
    (
        HEAD
        + "  - {id: a, kind: notification, on: {reaches: responsible}, channel: public_comment, message: now-closed}\n",
        'unknown date field "responsible"',
    ),
    (
        HEAD + "  - {id: a, kind: notification, on: {created: true}, channel: public_comment}\n",
        "the message is missing",
    ),
    (HEAD + "  - {id: a, kind: notification, on: {created: true, from: closed}, channel: jsm}\n", "belong to enters"),
    (HEAD + "  - {id: a, kind: notification, on: {}, channel: jsm}\n", "exactly one of created"),
    (HEAD + "  - {id: a, kind: notification, on: {enters: x, from: y}, channel: jsm}\n", 'unknown status "y"'),
    (HEAD + "  - {id: a, kind: notification, on: {created: true}, channel: jsm, message: now-closed}\n", "never used"),
    (
        HEAD
        + "  - {id: a, kind: escalation, roles: [boss], subject: x, message: escalation-message, note: escalation-note,"
        + " acknowledgement: escalation-acknowledged}\n",
        'unknown role "boss"',
    ),
    (
        HEAD + (INACTIVITY % "{after: 3d, move_to: closed}") * 2,
        '10: the id "a" is given twice in rules, first on line 9',
    ),
    (HEAD + " []\n" + SLA.replace("calendar: office", "calendar: x"), 'unknown calendar "x"'),
    (HEAD + " []\n" + SLA.replace("start: submitted", "start: submited"), 'unknown status "submited"'),
    (HEAD + " []\n" + SLA.replace("office", "by_contract, default_calendar: y"), 'unknown calendar "y"'),
    (
        HEAD
        + " []\n"
        + SLA.replace("office", "by_contract, default_calendar: office, contract_goals: {z: {default: 1h}}"),
        'unknown calendar "z"',
    ),
    (HEAD.replace("suggested: 3d", "suggested: soon") + " []", "is not a duration such as 3d"),
    (HEAD + WATCH + SLA.replace("id: response", "id: respons"), '9: unknown SLA "response" (did you mean "respons"?)'),
    (HEAD + WATCH.replace("response", "response, warning: sla-warnin") + SLA, '(did you mean "sla-warning"?)'),
    (HEAD + WATCH.replace("response", "response, breach: escalation-note") + SLA, "asks for {reason}"),
    (HEAD + WATCH.replace("response", "response, at: [0.8, 0.5]") + SLA, "in increasing order, each once"),
    (HEAD + WATCH.replace("response", "response, at: [1.5]") + SLA, "9: "),
    (HEAD + WATCH.replace("response", "response, channels: notify") + SLA, "notify needs roles or to_assignee"),
    (HEAD + WATCH.replace("response", "response, channels: []") + SLA, "each once"),
    (HEAD + WATCH.replace("response", "response, to_assignee: true") + SLA, "only it uses them"),
    (HEAD + WATCH.replace("response", "response, calendar: office") + SLA, "is for deliver: working_hours"),
    (HEAD + WATCH.replace("response", "response, deliver: working_hours, calendar: x") + SLA, 'unknown calendar "x"'),
    (HEAD + WATCH.replace("response", "response, channels: notify, roles: [x]") + SLA, 'unknown role "x"'),
]


@pytest.mark.parametrize(("text", "told"), MISTAKES)
def test_a_mistake_is_told_with_file_line_and_nearest_name(tmp_path: Path, text: str, told: str) -> None:
    assert told in refused(tmp_path, text)
    assert "/p0.yaml:" in refused(tmp_path, text)


def test_two_policies_for_one_pack_are_refused(tmp_path: Path) -> None:
    assert "already has a policy, p0.yaml" in refused(tmp_path, HEAD + " []", HEAD + " []")


def test_all_files_are_read_before_anything_is_told(tmp_path: Path) -> None:
    told = refused(tmp_path, "kind: policy\n", HEAD + " [{id: A}]")
    assert "/p0.yaml:" in told
    assert "/p1.yaml:" in told


def test_ours_are_right_and_named_by_their_packs() -> None:
    assert {"managed-operations", "tiered-support"} <= set(policies().documents)
    assert policies().files["managed-operations"] == POLICY_FOLDER / "managed_operations.yaml"


def test_a_bound_policy_knows_its_calendars_statuses_and_people() -> None:
    desk = policy(people={"team-lead": ("lise",), "offer-owner": ("lise",)}, groups={"offer-owner": ("g",)})
    assert desk.calendar().time_zone == "Europe/Paris"
    assert desk.calendar("round-the-clock") is desk.calendars["round-the-clock"]
    assert desk.role_of("closed") is StatusRole.CLOSED
    assert desk.role_of(None) is None
    assert desk.status_name("closed") == "Fermée"
    assert desk.status_name(None) == ""
    assert desk.people(("team-lead", "offer-owner")) == (("lise",), ("g",))
    assert desk.graph(Story(issue_type="demande de service").issue) is not None
    assert desk.graph(Story(issue_type="Bug").issue) is None


@pytest.mark.promise("C16")
def test_the_contract_chooses_the_calendar_of_the_clocks() -> None:
    desk = policy(contracts={"Mairie de Lens": "round-the-clock"})
    [covered] = desk.slas(Story(organizations=("Mairie de Lens",)).issue)
    assert covered.calendar_id == "round-the-clock"
    [usual] = desk.slas(Story().issue)
    assert usual.calendar_id == "support-fr"


@pytest.mark.promise("C29")
@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"pack": "managed-operation"}, 'no policy for pack "managed-operation" (did you mean "managed-operations"?)'),
        ({"pack": "zzz"}, 'no policy for pack "zzz"'),
        ({"people": {"team-lead": ("lise",)}}, '"offer-owner" (Responsible for the Cloud/Support offer)'),
        ({"people": {"team-led": ("lise",)}}, 'unknown role "team-led" (did you mean "team-lead"?)'),
        ({"groups": {"zzz": ("lise",)}}, 'unknown role "zzz"'),
        ({"contracts": {"Lens": "24-7"}}, 'the contract of "Lens" names an unknown calendar "24-7"'),
        ({"contracts": {"Acmé": "support-fr", "ACME": "round-the-clock"}}, '"Acmé" and "ACME" are the same customer'),
        ({"contracts": {"Lens": "support-de"}}, '(did you mean "support-fr"?)'),
        ({"parameters": {"phone-number": "1"}}, '"phone-number" (did you mean "phone-numbers"?)'),
        ({"parameters": {"zzz": "1"}}, 'unknown parameter "zzz"'),
    ],
)
def test_a_binding_that_lacks_something_is_refused_in_a_sentence(changes: dict[str, Any], told: str) -> None:
    with pytest.raises(ValueError, match=" ") as error:
        policies().bind(replace(binding(), **changes))
    assert told in str(error.value)


@pytest.mark.promise("A15", "A28", "A46")
def test_x_days_must_be_set_before_going_live_and_is_suggested_until_then() -> None:
    with pytest.raises(ValueError, match=r"must set the parameter \"auto-close-after\".*suggested: 10d"):
        policy("tiered-support", parameters={})
    trial = policy("tiered-support", parameters={}, mode=Mode.DRY_RUN)
    assert trial.delay(ParameterRef(parameter="auto-close-after")) == parse("10d")
    live = policy("tiered-support", parameters={"auto-close-after": parse("8bh")})
    assert live.delay(ParameterRef(parameter="auto-close-after")) == parse("8bh")


def test_a_parameter_of_another_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="\"auto-close-after\" cannot be 'soon'"):
        policy("tiered-support", parameters={"auto-close-after": "soon"})
    with pytest.raises(TypeError, match="is not a duration"):
        policy().delay(ParameterRef(parameter="phone-numbers"))


def test_every_desk_may_switch_the_comment_for_sites_without_our_pages_off() -> None:
    for pack in policies().documents:
        asked = policy(pack, mode=Mode.DRY_RUN)
        assert asked.panel_comment, f"{pack}: on unless somebody says otherwise"
        wanted = {**asked.binding.parameters, "panel-comment": "off"}
        assert not policies().bind(replace(asked.binding, parameters=wanted)).panel_comment
    with pytest.raises(ValueError, match="\"panel-comment\" cannot be 'perhaps': write on or off"):
        policy(parameters={"panel-comment": "perhaps"})


def test_a_parameter_that_breaks_the_order_of_the_steps_is_refused(tmp_path: Path) -> None:
    steps = "{after: {parameter: delay}, comment: reminder-first}, {after: 6d, move_to: closed}"
    (tmp_path / "p.yaml").write_text(HEAD + INACTIVITY % steps, encoding="utf-8")
    loaded = load_policies(load_catalog(), tmp_path)
    people = {"team-lead": ("lise",)}
    loaded.bind(binding(people=people))
    with pytest.raises(ValueError, match=r'do not fit the rule "a": each step is later'):
        loaded.bind(binding(people=people, parameters={"delay": "9d"}))


def test_editors_get_a_schema_in_which_a_duration_is_text() -> None:
    schema = PolicyDocument.model_json_schema(by_alias=True)
    cool_down = schema["$defs"]["EscalationRule"]["properties"]["cool_down"]
    assert cool_down["type"] == "string"
    assert "while" in schema["$defs"]["InactivityRule"]["properties"]


def test_the_digest_changes_with_what_decides_and_with_nothing_else() -> None:
    assert policy().digest == policy(locale="en").digest
    assert policy().digest != policy(parameters={"phone-numbers": "112"}).digest
    assert policy().digest != policy("tiered-support").digest
    assert len(policy().digest) == 12
