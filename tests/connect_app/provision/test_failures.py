from __future__ import annotations

import re
from typing import Any

import pytest
import responses

from connect_app.errors import NotFound, Refused, RelanceError, Unauthorized
from connect_app.jira.client import admin_client
from connect_app.jira.patience import PatientClient
from connect_app.jira.provisioning import NotValid, Provisioner
from connect_app.operations.provision import NotConverged, Progress, SiteChanged
from tests.connect_app.provision.desks import QUICK, A, C, Sandbox, Site
from tests.connect_app.provision.small import SMALL
from workflows.changes import Change, Create, SwitchScheme, Update
from workflows.model import Pack, Text
from workflows.plan import UnsafePlan
from workflows.site import Kind, SiteProject, SiteResolution, SiteState, SiteStatus
from workflows.survey import Desired


def every_write(site: Site) -> list[dict[str, str]]:
    """The requests that provision the small pack on a project of their own, each once, as faults name them."""
    site.project("OPS")
    before = len(site.writes())
    site.provision(SMALL, "OPS")
    writes = [(method, path) for method, path in site.writes()[before:] if "approximate-count" not in path]
    return [{"method": method, "path": re.escape(path) + "$"} for method, path in dict.fromkeys(writes)]


@pytest.fixture(scope="package")
def writes(sandbox: Sandbox) -> list[dict[str, str]]:
    """On a site like any other: ids are the same on each."""
    other = sandbox.site()
    found = every_write(other)
    other.client.session.close()
    return found


def no_twins(site: Site) -> None:
    listings = {
        "statuses/search?maxResults=200": "values",
        "resolution/search": "values",
        "priority/search": "values",
        "workflows/search": "values",
        "workflowscheme": "values",
        "screens": "values",
        "issuetype": None,
        "field": None,
    }
    for path, values in listings.items():
        found = site.call("GET", path)
        names = [one["name"].casefold() for one in (found[values] if values else found)]
        assert len(names) == len(set(names)), path
    desk = site.client.get("rest/servicedeskapi/servicedesk/OPS/requesttype")["values"]
    assert sum(one["name"] == "Demander" for one in desk) == 1


@pytest.mark.parametrize("fault", [{"status": 500}, {"effect": "reset_after"}])
def test_a_failure_at_each_write_in_turn_is_healed_by_running_again(
    site: Site, writes: list[dict[str, str]], fault: dict[str, Any]
) -> None:
    """Each write fails once, those before it done: every run goes on where the last one stopped."""
    assert len(writes) >= 15
    site.project("OPS")
    site.faults(*({**one, **fault, "times": 1} for one in writes))
    provisioning = site.provisioning(SMALL, "OPS")
    stopped = 0
    for _ in range(len(writes) + 1):
        try:
            provisioning.apply(provisioning.plan(), adopt=True)
            break
        except RelanceError:
            stopped += 1
    assert stopped == len(writes)
    assert not provisioning.plan()
    no_twins(site)


@pytest.mark.parametrize("fault", [{"status": 429, "retryAfter": 0}, {"status": 409}])
def test_a_busy_jira_is_waited_for_at_each_write(
    site: Site, writes: list[dict[str, str]], fault: dict[str, Any]
) -> None:
    site.project("OPS")
    site.faults(*({**one, **fault, "times": 1} for one in writes))
    provisioning = site.provision(SMALL, "OPS")
    assert not provisioning.plan()
    no_twins(site)


def test_an_answer_that_does_not_come_in_time_is_healed_by_running_again(site: Site) -> None:
    site.client.session.close()
    site.client = admin_client(site.url, site.email, site.token, timeout=0.5)
    site.project("OPS")
    provisioning = site.provisioning(SMALL, "OPS")
    planned = provisioning.plan()
    site.faults({"method": "POST", "path": "/workflows/create$", "times": 1, "effect": "timeout_after"})
    with pytest.raises(RelanceError):
        provisioning.apply(planned, adopt=True)
    site.faults()
    provisioning.apply(provisioning.plan(), adopt=True)
    assert not provisioning.plan()
    no_twins(site)


def test_a_site_that_changed_since_the_plan_is_left_alone(site: Site) -> None:
    site.project()
    provisioning = site.provisioning(C)
    planned = provisioning.plan()
    site.call("POST", "resolution", {"name": "Consulting"})
    with pytest.raises(SiteChanged, match=planned.checksum):
        provisioning.apply(planned, adopt=True)
    assert not any(s["name"] == "Soumise" for s in site.call("GET", "statuses/search?maxResults=200")["values"])


def test_what_does_not_converge_says_where(site: Site) -> None:
    site.project()
    provisioning = site.provisioning(C)

    def meddle(progress: Progress) -> None:
        """Somebody renames a status while the last step is under way."""
        if progress.step == progress.steps:
            found = site.call("GET", "statuses/search?searchString=Soumise")["values"][0]
            renamed = {key: found[key] for key in ("id", "statusCategory", "description")} | {"name": "Arrivée"}
            site.call("PUT", "statuses", {"statuses": [renamed]})

    with pytest.raises(NotConverged, match="there is still something to do: status “Soumise”") as caught:
        provisioning.apply(provisioning.plan(), adopt=True, progress=meddle)
    assert caught.value.plan.changes[0].name == "Soumise"


def test_a_project_that_does_not_exist_and_a_token_that_is_wrong_are_told(site: Site) -> None:
    with pytest.raises(NotFound):
        site.provisioning(C, "NOPE").plan()
    site.client = admin_client(site.url, site.email, "wrong")
    with pytest.raises(Unauthorized):
        site.provisioning(C).plan()


def test_issues_that_no_count_shows_yet_stop_the_switch(site: Site) -> None:
    site.project()
    site.search_lag(3600)
    site.issue("SUP", "Incident")
    provisioning = site.provisioning(C)
    planned = provisioning.plan()
    with pytest.raises(NotValid, match="SUP may hold issues that no count shows yet; plan again"):
        provisioning.apply(planned)
    site.faults()
    provisioning.apply(provisioning.plan(), force=True)
    assert not provisioning.plan()


def test_what_jira_finds_invalid_is_told_before_anything_is_made(site: Site) -> None:
    site.project()
    start = C.workflows[0].transitions[0].model_copy(update={"name": Text.model_construct(fr="", en="")})
    workflow = C.workflows[0].model_copy(update={"transitions": (start, *C.workflows[0].transitions[1:])})
    provisioning = site.provisioning(C.model_copy(update={"workflows": (workflow,)}))
    with pytest.raises(NotValid, match="Jira refuses the workflow: TRANSITION"):
        provisioning.apply(provisioning.plan())
    assert ("POST", "/rest/api/3/workflows/create") not in site.writes()


def test_a_workflow_deleted_from_the_pack_is_deleted_from_the_site(site: Site) -> None:
    site.project()
    site.provision(A)
    data = A.model_dump(by_alias=True, mode="json")
    data["workflows"] = [w for w in data["workflows"] if w["id"] != "incident"]
    request = next(r for r in data["request_types"] if r["id"] == "incident")
    request["workflow"] = "assistance"
    smaller = site.provisioning(Pack.model_validate(data))
    planned = smaller.plan()
    with pytest.raises(UnsafePlan, match="Incident Applicatif” would be deleted"):
        smaller.apply(planned)
    smaller.apply(planned, force=True)
    assert not smaller.plan()
    assert not any(
        "Incident" in w["name"] for w in site.call("GET", "workflows/search")["values"] if "niveaux" in w["name"]
    )


@pytest.mark.parametrize("made", [True, False])
def test_jira_may_say_that_a_workflow_exists_which_it_has_just_made(*, made: bool) -> None:
    workflow = C.workflows[0]
    state = workflow_free_state()
    jira = PatientClient(admin_client("http://jira.invalid", "a@b.test", "x"), QUICK)
    with responses.RequestsMock() as net:
        api = "http://jira.invalid/rest/api/3"
        net.post(f"{api}/workflows/create/validation", json={"errors": [{"level": "WARNING"}]})
        net.post(f"{api}/workflows/create", status=400, json={"errorMessages": ["workflow already exists"]})
        net.get(f"{api}/workflows/search", json={"values": [{"name": workflow.name}] if made else [], "isLast": True})
        create = Create(kind=Kind.WORKFLOW, id=workflow.id, name=workflow.name)
        provisioner = Provisioner(jira, Desired(pack=C))
        if made:
            provisioner.perform([create], state)
        else:
            with pytest.raises(Refused, match="already exists"):
                provisioner.perform([create], state)
    jira.client.session.close()


def workflow_free_state() -> SiteState:
    """A site with the pack's statuses and resolutions and nothing else."""
    statuses = (SiteStatus(id=s.id, name=s.jira_name, category=s.jira_category) for s in C.statuses)
    resolutions = (SiteResolution(id=r.id, name=r.name.fr) for r in C.resolutions)
    project = SiteProject(id="1", key="SUP", name="Support", issue_type_scheme="1", issue_types=())
    return SiteState(project=project, statuses=tuple(statuses), resolutions=tuple(resolutions))


@pytest.mark.parametrize(
    "change",
    [
        Update(kind=Kind.WORKFLOW, id="request", name=C.workflows[0].name),
        SwitchScheme(kind=Kind.PROJECT, id="SUP", name="SUP"),
        Create(kind=Kind.REQUEST_TYPE, id="incident", name="Incident"),
    ],
)
def test_what_disappeared_since_the_plan_is_told(change: Change) -> None:
    jira = PatientClient(admin_client("http://jira.invalid", "a@b.test", "x"), QUICK)
    with pytest.raises(NotValid, match="has disappeared since the plan"):
        Provisioner(jira, Desired(pack=C)).perform([change], workflow_free_state())
    jira.client.session.close()


def test_options_that_no_context_can_hold_are_told() -> None:
    jira = PatientClient(admin_client("http://jira.invalid", "a@b.test", "x"), QUICK)
    change = Create(kind=Kind.OPTIONS, id="third-party", name="Tiers")
    with pytest.raises(NotValid, match="no context of the field “Tiers” reaches SUP: give it one in Jira"):
        Provisioner(jira, Desired(pack=C)).perform([change], workflow_free_state())
    jira.client.session.close()


def test_a_scheme_left_by_a_run_that_stopped_is_completed(site: Site) -> None:
    site.project()
    provisioning = site.provisioning(C)
    site.faults({"method": "PUT", "path": "/workflowscheme/project$", "times": 1, "status": 500})
    with pytest.raises(RelanceError):
        provisioning.apply(provisioning.plan())
    scheme = next(s for s in site.call("GET", "workflowscheme")["values"] if "Relance" in s["name"])
    site.call("PUT", f"workflowscheme/{scheme['id']}", {"issueTypeMappings": {}})
    site.faults()
    planned = provisioning.plan()
    assert [change.kind for change in planned.changes] == [
        Kind.SCHEME,
        Kind.PROJECT,
        *[Kind.REQUEST_TYPE] * 2,
        Kind.RECORD,
    ]
    provisioning.apply(planned)
    assert not provisioning.plan()
