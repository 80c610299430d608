"""A sixth desk is YAML only: an invented pack loads, passes the linter, and a day of it is lived by the same rules."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from automation_rules.binding import Binding, Mode
from automation_rules.policy import Policy, load_policies
from scripts.validate import validate
from tests.automation_rules.desk import LONG_AGO, MARIE, SEBASTIEN, Story, day
from workflows.catalog import load_catalog

FOLDER = Path(__file__).parents[1] / "data" / "sixth_desk"


@pytest.fixture(scope="module")
def library() -> Policy:
    policies = load_policies(load_catalog(FOLDER / "packs"), FOLDER / "policies")
    return policies.bind(
        Binding(project_key="OUT", pack="lending-library", locale="fr", mode=Mode.ON, enabled_at=LONG_AGO)
    )


@pytest.fixture
def request_for_a_drill(library: Policy) -> Story:
    """Asked at nine, taken by Sébastien a quarter of an hour later."""
    story = Story(
        issue_type="Service Request", status="asked", status_name="Demandée", created=day(0), summary="Une perceuse"
    )
    story.run(library, day(0))
    story.edit("assignee", day(0, 0.25))
    story.run(library, day(0, 0.25))
    return story


def test_the_linter_has_nothing_against_it() -> None:
    places = ["--catalog", str(FOLDER / "packs"), "--policies", str(FOLDER / "policies")]
    result = CliRunner().invoke(validate, [*places, "--strict", "--quiet"])
    assert result.exit_code == 0, result.output


def test_a_day_on_which_the_customer_answers(library: Policy, request_for_a_drill: Story) -> None:
    story = request_for_a_drill
    assert story.issue.status == "being-prepared"
    story.live(library, day(0, 1), since=day(0, 0.5), every=0.25)
    assert "prise en compte" in story.issue.comments[-1].text
    story.comment(SEBASTIEN, day(0, 1), "Filaire ou sans fil ?").move("your-turn", day(0, 1))
    story.live(library, day(0, 3.5), since=day(0, 1), every=0.25)
    assert "depuis 2 heures" in story.issue.comments[-1].text
    story.comment(MARIE, day(0, 3.75), "Sans fil.")
    story.live(library, day(0, 12), since=day(0, 4), every=0.25)
    assert story.issue.status == "being-prepared"
    story.move("returned", day(0, 13))
    story.live(library, day(1), since=day(0, 13), every=0.25)
    assert [(hours * 24, step) for hours, step in story.steps()] == [(3.0, "2h")]
    assert story.issue.status == "returned"


def test_a_day_on_which_the_customer_says_nothing(library: Policy, request_for_a_drill: Story) -> None:
    story = request_for_a_drill.move("your-turn", day(0, 1))
    story.live(library, day(1), since=day(0, 1), every=0.25)
    done = [(round(days * 24, 2), step) for days, step in story.steps()]
    assert done == [(3.0, "2h"), (5.0, "4h"), (9.0, "8h/comment"), (9.0, "8h/move")]
    assert story.issue.status == "returned"
    flags = [key for _, key in story.carried if key.startswith("guard/")]
    assert len(flags) == 1, "he asked without a word to the customer"
