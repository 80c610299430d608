"""Tells stories of requests in a few words: who did what, when; and plays Relance's part on paper."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any

from automation_rules.actions import Action, AddComment, CreateSubtask, MoveTo
from automation_rules.binding import Binding, Mode
from automation_rules.decide import Review, review
from automation_rules.decision import Decision
from automation_rules.facts import (
    Audience,
    Comment,
    Edit,
    Escalation,
    Issue,
    Move,
    Person,
    Reprieve,
    Side,
    Subtask,
    Word,
    Worklog,
)
from automation_rules.model import PolicyDocument
from automation_rules.policy import Policies, Policy, load_policies
from workflows.catalog import load_catalog

MARIE = Person("marie", Side.CUSTOMER)
SEBASTIEN = Person("sebastien", Side.AGENT)
RELANCE = Person("relance", Side.RELANCE)
OTHER_APP = Person("other-app", Side.OTHER_APP)

START = datetime(2026, 11, 2, 9, tzinfo=UTC)
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)

PARAMETERS = {"tiered-support": {"auto-close-after": "10d"}, "internal-helpdesk": {"brand": "FRAM"}}
ROLES = {"team-lead": ("lise",), "offer-owner": ("omar",)}


def day(count: float, hour: float = 0) -> datetime:
    """That many days, and hours, after the start of the story."""
    return START + timedelta(days=count, hours=hour)


@lru_cache
def policies() -> Policies:
    return load_policies(load_catalog())


def binding(pack: str = "managed-operations", **changes: Any) -> Binding:
    people = ROLES if pack == "managed-operations" else {}
    parameters = PARAMETERS.get(pack, {})
    made = Binding(
        project_key="SUP",
        pack=pack,
        locale="fr",
        mode=Mode.ON,
        enabled_at=LONG_AGO,
        people=people,
        parameters=parameters,
    )
    return replace(made, **changes)


def policy(pack: str = "managed-operations", **changes: Any) -> Policy:
    return policies().bind(binding(pack, **changes))


def with_rules(*rules: dict[str, Any], pack: str = "managed-operations", **changes: Any) -> Policy:
    """The policy of a pack with these rules instead of its own."""
    ours = policies().documents[pack]
    data = ours.model_dump(mode="json", by_alias=True, exclude={"rules", "calendars", "slas"})
    document = PolicyDocument.model_validate(
        {**data, "calendars": ours.calendars, "slas": ours.slas, "rules": [*rules]}
    )
    loaded = Policies(load_catalog(), {pack: document}, {})
    return loaded.bind(binding(pack, **changes))


class Story:
    """One request as its history grows; each thing that happens returns the story."""

    def __init__(self, **facts: Any) -> None:
        first = Issue(
            id="10088",
            key="SUP-88",
            project_key="SUP",
            issue_type="Incident",
            summary="Création de l'utilisateur Fabrice",
            status="submitted",
            status_name="Soumise",
            created=day(-1),
            reporter=MARIE,
            created_channel="portal",
        )
        self.issue = replace(first, **facts)
        self.count = 100
        self.carried: list[tuple[datetime, str]] = []

    def _id(self) -> str:
        self.count += 1
        return str(self.count)

    def _with(self, **changes: Any) -> Story:
        self.issue = replace(self.issue, **changes)
        return self

    def move(self, new: str | None, at: datetime, by: Person = SEBASTIEN, name: str = "") -> Story:
        move = Move(
            id=self._id(),
            at=at,
            by=by,
            old=self.issue.status,
            new=new,
            old_name=self.issue.status_name,
            new_name=name or new or "",
        )
        return self._with(moves=(*self.issue.moves, move), status=new, status_name=move.new_name)

    def comment(self, by: Person, at: datetime, text: str = "Bonjour", audience: Audience = Audience.PUBLIC) -> Story:
        comment = Comment(id=self._id(), at=at, by=by, audience=audience, text=text)
        return self._with(comments=(*self.issue.comments, comment))

    def edit(
        self,
        field: str,
        at: datetime,
        by: Person = SEBASTIEN,
        *,
        old: str = "a",
        new: str = "b",
        known_as: str | None = None,
    ) -> Story:
        told = {"old_text": old, "new_text": new}
        edit = Edit(id=self._id(), at=at, by=by, field=field, old=old, new=new, known_as=known_as, **told)
        return self._with(edits=(*self.issue.edits, edit))

    def worklog(self, at: datetime, by: Person = SEBASTIEN) -> Story:
        worklog = Worklog(id=self._id(), at=at, by=by, seconds=1800, issue_key="SUP-89")
        return self._with(worklogs=(*self.issue.worklogs, worklog))

    def escalate(self, at: datetime, reason: str = "slow-answers", by: Person = MARIE) -> Story:
        escalation = Escalation(id=self._id(), at=at, by=by, reason=reason)
        return self._with(escalations=(*self.issue.escalations, escalation))

    def word(self, word: Word, at: datetime, until: date | None = None, reason: str = "") -> Story:
        """Sébastien says how long the request may stay silent."""
        said = Reprieve(id=self._id(), at=at, by=SEBASTIEN, word=word, until=until, reason=reason)
        return self._with(reprieves=(*self.issue.reprieves, said))

    def waiting(self, at: datetime = START) -> Story:
        """Sébastien asks for information and moves the request to wait for its customer."""
        self.move("in-progress", at - timedelta(hours=1))
        return self.comment(SEBASTIEN, at).move("waiting-customer", at)

    def carry_out(self, action: Action, at: datetime) -> Story:
        """What Jira looks like once the action was carried out."""
        assert action.key not in self.issue.done, f"{action.key} was done before"
        self.carried.append((at, action.key))
        self._with(done={**self.issue.done, action.key: at})
        match action:
            case AddComment():
                self.comment(RELANCE, at, action.text, action.audience)
            case MoveTo():
                assert action.from_status == self.issue.status
                self.move(action.to_status, at, RELANCE)
            case CreateSubtask():
                made = Subtask(id=self._id(), key="SUP-90", summary=action.title, imputation_month=action.month)
                self._with(subtasks=(*self.issue.subtasks, made))
            case _:
                pass
        return self

    def run(self, policy: Policy, at: datetime) -> Review:
        """One run of Relance: carries out the first action, reads again, until nothing is left to do."""
        for _ in range(20):
            reviewed = review(self.issue, policy, at)
            if not reviewed.actions:
                return reviewed
            self.carry_out(reviewed.actions[0], at)
        raise AssertionError("the rules never come to rest")

    def live(self, policy: Policy, until: datetime, since: datetime = START, every: float = 6) -> Story:
        """Relance runs every so many hours, nobody else acts."""
        at = since
        while at <= until:
            self.run(policy, at)
            at += timedelta(hours=every)
        return self

    def steps(self) -> list[tuple[float, str]]:
        """On which day of the story each step of an inactivity rule was done: `(3.0, "3d")`."""
        told = [(at, key.split("/")) for at, key in self.carried if key.startswith("inactivity/")]
        return [((at - START) / timedelta(days=1), "/".join(parts[4:])) for at, parts in told]


def of(reviewed: Review, rule: str) -> list[Decision]:
    """The decisions of one rule."""
    return [decision for decision in reviewed.decisions if decision.rule == rule]


def wanted(reviewed: Review, rule: str) -> list[Action]:
    """The actions one rule wants."""
    return [action for action in reviewed.actions if action.rule == rule]
