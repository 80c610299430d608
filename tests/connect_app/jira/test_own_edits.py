"""What an action without a mark changed is told from what people changed, and from what was changed before it."""

from __future__ import annotations

import pytest

from automation_rules.facts import Edit, Person
from connect_app.jira.own_edits import edit_of_ours
from tests.automation_rules.desk import RELANCE, SEBASTIEN, Story, day


def edited(field: str, *by: Person, known_as: str | None = None) -> Story:
    """A request of which a field was changed each day, by one after the other."""
    edits = (
        Edit(id=str(number), at=day(number), by=who, field=field, old=None, new="x", known_as=known_as)
        for number, who in enumerate(by)
    )
    return Story(edits=tuple(edits))


@pytest.mark.parametrize(
    ("kind", "field", "known_as"),
    [("AddLabel", "labels", None), ("Assign", "assignee", None), ("SetLevel", "customfield_10200", "level")],
)
def test_the_last_change_of_its_field_is_the_actions_if_it_is_ours_and_later(
    kind: str, field: str, known_as: str | None
) -> None:
    ours = edited(field, SEBASTIEN, RELANCE, known_as=known_as).issue
    assert edit_of_ours(ours, kind, day(1)) == {"history": "1", "at": day(1).isoformat()}
    assert edit_of_ours(ours, kind, day(1.1)) is None, "it was before the action"
    theirs = edited(field, RELANCE, SEBASTIEN, known_as=known_as).issue
    assert edit_of_ours(theirs, kind, day(0)) is None, "a person changed it since"
    assert edit_of_ours(edited("priority", RELANCE).issue, kind, day(0)) is None
    assert edit_of_ours(ours, "Notify", day(1)) is None
