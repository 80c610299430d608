"""Names that people read as one, and names in another language, are told before anything is made."""

from __future__ import annotations

from dataclasses import replace

from tests.workflows.sites import A, C, applied, template_site
from workflows.doubts import doubts
from workflows.model import StatusCategory
from workflows.site import SiteIssueType, SiteStatus


def test_a_site_whose_names_mean_one_thing_each_raises_no_doubt() -> None:
    assert doubts(C, template_site()) == ()
    assert doubts(A, applied(A, template_site())[1].state) == ()


def test_twins_are_told_unless_one_of_them_is_ours() -> None:
    state = applied(C, template_site())[1].state
    twin = SiteStatus(id="9", name="FERMEE", category=StatusCategory.DONE)
    assert doubts(C, replace(state, statuses=(*state.statuses, twin))) == ()
    both = (twin, replace(twin, id="10", name="Fermée"))
    assert doubts(C, template_site(statuses=both)) == (
        "the site has the statuses “FERMEE” and “Fermée”, which people read as one name: rename or remove all but one",
    )


def test_an_issue_type_in_the_sites_language_is_told() -> None:
    types = (*template_site().issue_types, SiteIssueType(id="13", name="demande de service"))
    (told,) = doubts(C, template_site(issue_types=types))
    assert doubts(A, template_site(issue_types=types)) == ()
    assert told.startswith("the pack's issue type “Service Request” is “demande de service” on this site: write ")
