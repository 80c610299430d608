from __future__ import annotations

from typing import Any

import pytest
import responses

from connect_app.errors import NotFound, Refused, RelanceError, Unauthorized
from connect_app.jira.client import admin_client
from connect_app.jira.patience import PatientClient
from connect_app.jira.provisioning import NotValid, Provisioner
from connect_app.operations.provision import NotConverged, Progress, SiteChanged
from tests.connect_app.provision.desks import QUICK, A, C, Site
from workflows.changes import Change, Create, SwitchScheme, Update
from workflows.model import Pack, Text
from workflows.plan import UnsafePlan
from workflows.site import Kind, SiteProject, SiteResolution, SiteState, SiteStatus
from workflows.survey import Desired


@pytest.mark.parametrize(
    "fault", [{"status": 500}, {"effect": "timeout_after"}, {"effect": "reset_before"}, {"effect": "reset_after"}]
)
@pytest.mark.parametrize(
    "path",
    [
        "/resolution$",
        "/issuetype$",
        "/issuetypescheme/",
        "/statuses$",
        "/workflows/create$",
        "/workflowscheme$",
        "/workflowscheme/project$",
        "/properties/",
    ],
)
def test_a_failure_at_any_write_is_healed_by_running_again(site: Site, path: str, fault: dict[str, Any]) -> None:
    if fault.get("effect") == "timeout_after":
        site.client = admin_client(site.url, site.email, site.token, timeout=1)
    site.project()
    provisioning = site.provisioning(A)
    planned = provisioning.plan()
    method = "PUT" if path.endswith(("/", "project$")) else "POST"
    site.faults({"method": method, "path": path, "times": 1, **fault})
    with pytest.raises(RelanceError):
        provisioning.apply(planned, adopt=True)
    site.faults()
    provisioning.apply(provisioning.plan(), adopt=True)
    assert not provisioning.plan()
    for listing, values in (("statuses/search?maxResults=200", "values"), ("resolution/search", "values")):
        names = [found["name"].casefold() for found in site.call("GET", listing)[values]]
        assert len(names) == len(set(names))


@pytest.mark.parametrize("fault", [{"status": 429, "retryAfter": 1}, {"status": 503}])
def test_a_busy_jira_is_waited_for(site: Site, fault: dict[str, Any]) -> None:
    site.project()
    site.faults({"path": "/workflows/create$", "times": 1, **fault})
    site.provision(C)


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
    ],
)
def test_what_disappeared_since_the_plan_is_told(change: Change) -> None:
    jira = PatientClient(admin_client("http://jira.invalid", "a@b.test", "x"), QUICK)
    with pytest.raises(NotValid, match="has disappeared since the plan"):
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
