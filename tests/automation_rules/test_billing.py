"""What a month bills, by hand: whose time, in which month, on which basis (A16, A29, A34, A38, A43, A47)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automation_rules.billing import Billed, Kind, Position, Terms, bill
from automation_rules.billing_basis import EstimateBasis
from automation_rules.billing_month import bounds, month_of, months_before
from automation_rules.billing_remarks import Doubt, Remark
from automation_rules.corrections import Change, Correction, corrected, corrections
from automation_rules.estimates import estimates, number
from automation_rules.facts import Edit, Issue, Move, Person, Side, Subtask, Worklog
from automation_rules.statement import statement
from tests.automation_rules.desk import policy

PARIS = "Europe/Paris"
ANNA, BRUNO, MARIE = (Person(name, Side.AGENT) for name in ("anna", "bruno", "marie"))
FIELD = "customfield_10050"
OCTOBER, NOVEMBER = "2026-10", "2026-11"


def terms(time_zone: str = PARIS) -> Terms:
    ours = policy("tiered-support")
    return Terms(pack=ours.pack, bases=ours.document.billing, time_zone=time_zone, fields={"estimate": FIELD})


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def request(kind: str = "Support - Assistance Utilisateur", *worklogs: Worklog, **facts: object) -> Issue:
    first = Issue(
        id="10088",
        key="SUP-88",
        project_key="SUP",
        issue_type=kind,
        summary="Création de l'utilisateur Fabrice",
        status="in-progress",
        status_name="En Cours",
        created=at("2026-10-01T08:00"),
        reporter=MARIE,
        organizations=("Acme",),
        worklogs=worklogs,
    )
    return replace(first, **facts)  # type: ignore[arg-type]  # the test's own facts


def log(number: int, by: Person, when: str, minutes: int, on: str = "SUP-89") -> Worklog:
    return Worklog(id=str(number), at=at(when), by=by, seconds=minutes * 60, issue_key=on)


def edited(number: int, when: str, old: str, new: str) -> Edit:
    change = {"field": FIELD, "old": None, "new": None, "old_text": old, "new_text": new}
    return Edit(id=str(number), at=at(when), by=BRUNO, **change)  # type: ignore[arg-type]  # an edit's own words


def moved(number: int, when: str, old: str, new: str) -> Move:
    return Move(id=str(number), at=at(when), by=ANNA, old=old, new=new)


def validated(number: int, when: str) -> Move:
    return moved(number, when, "waiting-estimate", "in-realisation")


def evolution(*worklogs: Worklog, edits: tuple[Edit, ...], moves: tuple[Move, ...], **facts: object) -> Issue:
    return request("Support - Evolution Applicatif", *worklogs, edits=edits, moves=moves, **facts)


def told(billed: Billed) -> list[tuple[str, str, str | None, int]]:
    return [(p.month, p.kind.value, p.consultant, p.seconds // 60) for p in billed.positions]


def basis() -> EstimateBasis:
    (found,) = (b for b in policy("tiered-support").document.billing if isinstance(b, EstimateBasis))
    return found


@pytest.mark.promise("A16", "A8")
def test_assistance_is_billed_on_the_time_of_every_consultant_on_every_imputation_task() -> None:
    issue = request(
        "Support - Assistance Utilisateur",
        log(1, ANNA, "2026-10-05T09:00", 30),
        log(2, BRUNO, "2026-10-06T09:00", 90),
        log(3, ANNA, "2026-10-07T09:00", 15),
        log(4, ANNA, "2026-11-02T09:00", 45, on="SUP-95"),
    )
    october = statement(OCTOBER, PARIS, [bill(issue, terms())])
    assert [(x.request_key, x.customer, x.consultant, x.seconds // 60) for x in october.lines] == [
        ("SUP-88", "Acme", "anna", 45),
        ("SUP-88", "Acme", "bruno", 90),
    ]
    assert (october.billed_seconds, october.internal_seconds) == (135 * 60, 0)
    assert statement(NOVEMBER, PARIS, [bill(issue, terms())]).billed_seconds == 45 * 60


@pytest.mark.promise("A29", "A21")
def test_an_incident_is_billed_on_time_and_time_on_the_request_itself_is_told_not_billed() -> None:
    own = [log(n, ANNA, f"2026-{month}-05T10:00", 20, on="SUP-88") for n, month in ((2, 10), (3, 10), (4, 11))]
    issue = request("Incident", log(1, ANNA, "2026-10-05T09:00", 30), *own)
    october = statement(OCTOBER, PARIS, [bill(issue, terms())])
    assert october.billed_seconds == 30 * 60
    (remark,) = october.remarks
    assert remark == Remark(what=Doubt.TIME_ON_REQUEST, key="SUP-88", month=OCTOBER, minutes=40)


@pytest.mark.parametrize(
    ("instant", "month"),
    [
        ("2026-10-31T22:59:59", OCTOBER),
        ("2026-10-31T23:00:00", NOVEMBER),
        ("2026-10-31T23:30:00", NOVEMBER),
        ("2026-09-30T21:59:59", "2026-09"),
        ("2026-09-30T22:00:00", OCTOBER),
        ("2026-12-31T23:00:00", "2027-01"),
    ],
)
def test_a_month_begins_at_midnight_of_the_desk_not_of_utc(instant: str, month: str) -> None:
    assert month_of(at(instant), PARIS) == month
    assert bill(request("Incident", log(1, ANNA, instant, 10)), terms()).positions[0].month == month


def test_october_in_paris_has_an_hour_more_than_its_days() -> None:
    start, end = bounds(OCTOBER, PARIS)
    assert (start, end) == (at("2026-09-30T22:00"), at("2026-10-31T23:00"))
    assert end - start == timedelta(days=31, hours=1)


@pytest.mark.parametrize(
    "wrong", ["2026-13", "2026-1", "10-2026", "", "2026-10-01", "0000-01", "9999-12", "２０２６-10"]
)
def test_what_is_no_month_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match="write 2026-10"):
        bounds(wrong, PARIS)


@given(st.timedeltas(timedelta(), timedelta(days=36_500)), st.integers(0, 40))
def test_months_meet_without_gap_or_overlap(later: timedelta, count: int) -> None:
    instant = at("1990-01-01T00:00") + later
    for zone in (PARIS, "Australia/Lord_Howe", "America/St_Johns"):
        month = month_of(instant, zone)
        start, end = bounds(month, zone)
        assert start <= instant < end
        assert bounds(months_before(month, 1), zone)[1] == start
        assert months_before(months_before(month, count), 0) == months_before(month, count)
        assert end.astimezone(ZoneInfo(zone)).day == 1


@pytest.mark.promise("A47", "A34", "A38", "A43")
def test_an_evolution_is_billed_on_the_validated_estimate_with_the_time_and_the_margin_beside() -> None:
    issue = evolution(
        log(1, BRUNO, "2026-10-05T09:00", 120),
        log(2, BRUNO, "2026-10-20T09:00", 300),
        log(3, ANNA, "2026-11-03T09:00", 60, on="SUP-95"),
        edits=(edited(201, "2026-10-06T09:00", "", "10"),),
        moves=(
            moved(202, "2026-10-06T10:00", "in-progress", "waiting-estimate"),
            validated(203, "2026-10-10T09:00"),
        ),
    )
    billed = bill(issue, terms())
    assert told(billed) == [
        (OCTOBER, "analysis", "bruno", 120),
        (OCTOBER, "realisation", "bruno", 300),
        (NOVEMBER, "realisation", "anna", 60),
        (OCTOBER, "estimate", None, 600),
    ]
    october = statement(OCTOBER, PARIS, [billed])
    assert (october.billed_seconds, october.internal_seconds, october.worked_seconds) == (36_000, 25_200, 25_200)
    (account,) = october.accounts
    assert (account.validated_seconds, account.internal_seconds, account.margin_seconds) == (36_000, 25_200, 10_800)
    (november,) = statement(NOVEMBER, PARIS, [billed]).accounts
    assert (november.validated_seconds, november.internal_seconds, november.margin_seconds) == (36_000, 28_800, 7_200)
    assert statement(NOVEMBER, PARIS, [billed]).billed_seconds == 0


@pytest.mark.promise("A42", "A47")
def test_a_refused_estimate_is_not_billed_and_a_later_validation_bills_the_difference() -> None:
    issue = evolution(
        edits=(
            edited(201, "2026-10-06T09:00", "", "10"),
            edited(203, "2026-10-08T09:00", "10", "8"),
            edited(206, "2026-11-04T09:00", "8", "12.5"),
            edited(208, "2026-11-20T09:00", "12.5", "99"),
        ),
        moves=(
            moved(202, "2026-10-07T09:00", "waiting-estimate", "in-progress"),
            validated(204, "2026-10-09T09:00"),
            moved(205, "2026-11-03T09:00", "in-realisation", "in-progress"),
            validated(207, "2026-11-05T09:00"),
        ),
    )
    found = estimates(issue, basis(), FIELD)
    assert [(v.number, v.value, [f"{a:%m-%d}" for a in v.validated]) for v in found.versions] == [
        (1, Decimal(10), []),
        (2, Decimal(8), ["10-09"]),
        (3, Decimal("12.5"), ["11-05"]),
        (4, Decimal(99), []),
    ]
    billed = bill(issue, terms())
    assert told(billed) == [(OCTOBER, "estimate", None, 480), (NOVEMBER, "estimate", None, 270)]
    account = billed.account(OCTOBER)
    assert account is not None
    assert [v.number for v in account.versions] == [1, 2], "October knows nothing of November"


def test_an_estimate_that_was_there_from_the_creation_or_came_with_the_move_is_known() -> None:
    created = evolution(edits=(), moves=(validated(202, "2026-10-09T09:00"),), fields={"estimate": 6.0})
    assert told(bill(created, terms())) == [(OCTOBER, "estimate", None, 360)]
    together = evolution(
        edits=(edited(202, "2026-10-09T09:00", "5", "7"),), moves=(validated(202, "2026-10-09T09:00"),)
    )
    assert told(bill(together, terms())) == [(OCTOBER, "estimate", None, 420)]


@pytest.mark.parametrize("written", ["", "dix", "12,5", "NaN", "Infinity", "-3"])
def test_an_approval_of_nothing_readable_bills_nothing_and_says_so(written: str) -> None:
    edits = (edited(201, "2026-10-06T09:00", "", written),)
    issue = evolution(log(1, ANNA, "2026-10-07T09:00", 10), edits=edits, moves=(validated(203, "2026-10-10T09:00"),))
    october = statement(OCTOBER, PARIS, [bill(issue, terms())])
    assert october.billed_seconds == 0
    approved = Remark(what=Doubt.APPROVED_NOTHING, key="SUP-88", at=at("2026-10-10T09:00"))
    unread = [Remark(what=Doubt.NOT_AN_AMOUNT, key="SUP-88", name=written)] if written else []
    assert october.remarks == (*unread, approved)


def test_a_number_is_read_as_jira_writes_it() -> None:
    assert [number(x) for x in ("12.5", 7, 7.5, "1E+1", None, " ")] == [
        Decimal("12.5"), Decimal(7), Decimal("7.5"), Decimal(10), None, None,
    ]  # fmt: skip


def test_days_are_worth_what_the_policy_says() -> None:
    data = basis().model_dump(by_alias=True) | {"unit": "days", "hours_per_day": "7.5"}
    assert EstimateBasis.model_validate(data).seconds(Decimal("1.5")) == 40_500
    for wrong in ({"unit": "days"}, {"hours_per_day": 7}, {"unit": "days", "hours_per_day": 0}):
        with pytest.raises(ValueError, match="hours_per_day"):
            EstimateBasis.model_validate(basis().model_dump(by_alias=True) | wrong)


def test_what_cannot_be_billed_is_told() -> None:
    unknown = request("Sans objet", log(1, ANNA, "2026-10-05T09:00", 30))
    october = statement(OCTOBER, PARIS, [bill(unknown, terms())])
    assert october.lines == ()
    assert october.remarks == (Remark(what=Doubt.TYPE_WITHOUT_BASIS, key="SUP-88", month=OCTOBER, name="Sans objet"),)
    late = request(
        "Incident",
        log(1, ANNA, "2026-10-05T09:00", 30),
        subtasks=(Subtask(id="1", key="SUP-89", summary="", imputation_month="2026-09"),),
        organizations=("Zeta", "Acme"),
    )
    october = statement(OCTOBER, PARIS, [bill(late, terms())])
    assert october.lines[0].customer == "Acme, Zeta"
    assert october.remarks == (
        Remark(what=Doubt.OTHER_MONTH, key="SUP-88", month=OCTOBER, subtask="SUP-89", subtask_month="2026-09"),
        Remark(what=Doubt.SEVERAL_CUSTOMERS, key="SUP-88"),
    )
    nameless = replace(terms(), fields={})
    other = evolution(log(1, ANNA, "2026-10-05T09:00", 30), edits=(), moves=())
    assert statement(OCTOBER, PARIS, [bill(other, nameless)]).remarks == (
        Remark(what=Doubt.FIELD_UNKNOWN, key="SUP-88", name="estimate"),
    )


minutes = st.integers(1, 600)
instants = st.timedeltas(timedelta(), timedelta(days=150)).map(lambda later: at("2026-08-01T00:00") + later)
logs = st.lists(st.tuples(instants, st.sampled_from((ANNA, BRUNO)), minutes), max_size=12)
MONTHS = [f"2026-{month:02}" for month in range(7, 13)] + ["2027-01"]
KINDS = st.sampled_from(("Incident", "Support - Assistance Utilisateur", "Support - Evolution Applicatif"))


def _issue(kind: str, entries: list[tuple[datetime, Person, int]], organization: str = "Acme") -> Issue:
    worklogs = (
        Worklog(id=str(n), at=when, by=by, seconds=m * 60, issue_key="SUP-89")
        for n, (when, by, m) in enumerate(entries)
    )
    return request(kind, *worklogs, organizations=(organization,))


@given(KINDS, logs)
def test_the_months_together_hold_every_worklog_once(kind: str, entries: list[tuple[datetime, Person, int]]) -> None:
    billed = bill(_issue(kind, entries), terms())
    months = [statement(month, PARIS, [billed]) for month in MONTHS]
    assert sum(m.worked_seconds for m in months) == sum(m for _, _, m in entries) * 60
    for month in months:
        for totals in (month.by_customer(), month.by_request(), month.by_consultant()):
            assert sum(t.billed_seconds for t in totals) == month.billed_seconds
            assert sum(t.internal_seconds for t in totals) == month.internal_seconds
        assert month.billed_seconds + month.internal_seconds == month.worked_seconds


@given(st.lists(st.tuples(instants, st.decimals(0, 1000, places=3)), max_size=8))
def test_the_months_together_bill_the_last_validated_estimate_once(rounds: list[tuple[datetime, Decimal]]) -> None:
    rounds.sort(key=lambda pair: pair[0])
    edits = tuple(
        replace(edited(2 * n + 200, "2026-10-06", "", str(value)), at=when) for n, (when, value) in enumerate(rounds)
    )
    moves = tuple(replace(validated(2 * n + 201, "2026-10-06"), at=when) for n, (when, _) in enumerate(rounds))
    positions = bill(evolution(edits=edits, moves=moves), terms()).positions
    assert sum(p.seconds for p in positions) == (basis().seconds(rounds[-1][1]) if rounds else 0)


@given(KINDS, logs, logs, st.sampled_from(("Acme", "Zeta")))
def test_what_was_exported_with_its_corrections_is_what_is_there(
    kind: str,
    before: list[tuple[datetime, Person, int]],
    after: list[tuple[datetime, Person, int]],
    customer: str,
) -> None:
    old = bill(_issue(kind, before), terms()).positions
    new = bill(_issue(kind, after, customer), terms()).positions
    found = corrections(old, new)
    assert corrected(old, found) == tuple(sorted(new, key=lambda p: (p.month, p.source)))
    assert sum(p.billed_seconds for p in old) + sum(c.billed_seconds for c in found) == sum(
        p.billed_seconds for p in new
    )
    assert corrections(new, new) == ()


def test_a_correction_is_of_something() -> None:
    with pytest.raises(ValueError, match="a correction of nothing"):
        _ = Correction(before=None, after=None).position


def test_each_correction_says_what_happened() -> None:
    first = Position(
        source="worklog/1", month=OCTOBER, request_id="1", request_key="SUP-1", request_type="incident",
        customer="Acme", kind=Kind.TIME, consultant="anna", seconds=3600,
    )  # fmt: skip
    second, third = replace(first, source="worklog/2"), replace(first, source="worklog/3")
    found = corrections([first, second], [replace(first, seconds=1800), third])
    assert [(c.change, c.position.source, c.billed_seconds) for c in found] == [
        (Change.CHANGED, "worklog/1", -1800),
        (Change.REMOVED, "worklog/2", -3600),
        (Change.ADDED, "worklog/3", 3600),
    ]
    assert corrections([first], [replace(first, request_key="NEW-1")]) == ()
    moved_on = corrections([first], [replace(first, customer="Zeta", request_key="AAA-1")])
    assert {(c.change, c.position.customer, c.billed_seconds) for c in moved_on} == {
        (Change.REMOVED, "Acme", -3600),
        (Change.ADDED, "Zeta", 3600),
    }
    assert corrected([first], moved_on) == (replace(first, customer="Zeta", request_key="AAA-1"),)
