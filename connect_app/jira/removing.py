"""Takes away, one by one, what a removal names; what is gone already counts as done."""

from __future__ import annotations

from typing import Any

from connect_app.errors import NotFound
from connect_app.jira.patience import DESK_API, PatientClient
from workflows.changes import Change, SwitchScheme
from workflows.removal import Uses
from workflows.site import RECORD, Kind, SiteState, marked_by, named


def read_uses(jira: PatientClient, state: SiteState, pack_id: str) -> Uses:
    """How many issues of the site have our resolutions and issue types: one request for each of them."""
    return Uses(
        resolutions={
            r.id: _count(jira, f"resolution = {r.id}") for r in state.resolutions if marked_by(r.description) == pack_id
        },
        issue_types={
            t.id: _count(jira, f"issuetype = {t.id}") for t in state.issue_types if marked_by(t.description) == pack_id
        },
    )


def _count(jira: PatientClient, jql: str) -> int:
    return int(jira.ask("POST", "search/approximate-count", body={"jql": jql}).body["count"])


class Remover:
    """Carries out a removal's changes on one site."""

    def __init__(self, jira: PatientClient, state: SiteState, target: str | None) -> None:
        self.jira = jira
        self.state = state
        self.target = named(state.schemes, target) if target else None

    def perform(self, change: Change) -> None:
        """Carries out one change. Raises TaskFailed, and as `PatientClient.ask`."""
        try:
            self._perform(change)
        except NotFound:
            return  # somebody, or an interrupted run of ours, took it away before

    def _perform(self, change: Change) -> None:
        jira = self.jira
        match change:
            case SwitchScheme():
                self._detach(change)
            case Change(kind=Kind.SCHEME):
                jira.ask("DELETE", f"workflowscheme/{change.id}")
            case Change(kind=Kind.WORKFLOW):
                jira.ask("DELETE", f"workflow/{change.id}")
            case Change(kind=Kind.SCREEN):
                jira.ask("DELETE", f"screens/{change.id}")
            case Change(kind=Kind.STATUS):
                jira.ask("DELETE", "statuses", params={"id": change.id})
            case Change(kind=Kind.RESOLUTION):
                other = next(r.id for r in self.state.resolutions if r.id != change.id)
                jira.finish(jira.ask("DELETE", f"resolution/{change.id}", params={"replaceWith": other}))
            case Change(kind=Kind.REQUEST_TYPE):
                path = f"servicedesk/{self.state.project.key}/requesttype/{change.id}"
                jira.ask("DELETE", path, api=DESK_API)
            case Change(kind=Kind.ISSUE_TYPE):
                jira.ask("DELETE", f"issuetype/{change.id}")
            case _:
                jira.ask("DELETE", f"project/{change.id}/properties/{RECORD}")

    def _detach(self, change: SwitchScheme) -> None:
        project = self.state.project.id
        scheme = self.target.id if self.target else None
        if not change.issues:
            body: dict[str, Any] = {"projectId": project, "workflowSchemeId": scheme}
            self.jira.ask("PUT", "workflowscheme/project", body=body)
            return
        by_type: dict[str, list[dict[str, str]]] = {}
        for move in change.moves:
            pair = {"oldStatusId": move.old_id, "newStatusId": move.new}
            by_type.setdefault(move.issue_type_id, []).append(pair)
        mappings = [{"issueTypeId": kind, "statusMappings": pairs} for kind, pairs in by_type.items()]
        body = {"projectId": project, "targetSchemeId": scheme, "mappingsByIssueTypeOverride": mappings}
        self.jira.finish(self.jira.ask("POST", "workflowscheme/project/switch", body=body))
