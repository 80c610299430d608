"""One Jira site in memory: everything it remembers, one lock, and how to look things up."""

from __future__ import annotations

import copy
import threading
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from jira_sandbox.clock import Clock
from jira_sandbox.errors import no_issue, not_found
from jira_sandbox.happening import Happening, Notices
from jira_sandbox.state.configuration import (
    Field,
    IssueType,
    IssueTypeScheme,
    LinkType,
    Named,
    Project,
    Screen,
    Sla,
    Status,
    Task,
    Workflow,
    WorkflowScheme,
)
from jira_sandbox.state.faults import Faults
from jira_sandbox.state.indexed import IndexedPath
from jira_sandbox.state.issues import Issue, IssueLink
from jira_sandbox.state.numbering import Numbering
from jira_sandbox.state.people import Group, Organization, Person
from jira_sandbox.state.webhooks import WebhookRegistry

if TYPE_CHECKING:
    from jira_sandbox.state.shapes import Json


class Site:
    """One Jira Cloud site with JSM. Hold `lock` while reading or changing it."""

    def __init__(self, *, name: str, zone: str, locale: str, clock: Clock) -> None:
        self.name = name
        self.zone = ZoneInfo(zone)
        self.locale = locale
        self.language = "en"
        self.clock = clock
        self.base_url = ""
        self.notices = Notices()
        self.lock = threading.RLock()
        self.ids = Numbering(name)
        self.faults = Faults()
        self.people: dict[str, Person] = {}
        self.groups: dict[str, Group] = {}
        self.organizations: dict[str, Organization] = {}
        self.statuses: dict[str, Status] = {}
        self.workflows: dict[str, Workflow] = {}
        self.workflow_schemes: dict[int, WorkflowScheme] = {}
        self.resolutions: dict[str, Named] = {}
        self.priorities: dict[str, Named] = {}
        self.roles: dict[str, Named] = {}
        self.issue_types: dict[str, IssueType] = {}
        self.issue_type_schemes: dict[str, IssueTypeScheme] = {}
        self.fields: dict[str, Field] = {}
        self.screens: dict[int, Screen] = {}
        self.link_types: dict[str, LinkType] = {}
        self.projects: dict[str, Project] = {}
        self.issues: dict[str, Issue] = {}
        self.links: dict[str, IssueLink] = {}
        self.slas: list[Sla] = []
        self.tasks: dict[str, Task] = {}
        self.mails: list[Json] = []
        self.addon_properties: dict[str, dict[str, object]] = {}
        self.webhooks: WebhookRegistry | None = None
        self.aliases: Callable[[], Mapping[str, IndexedPath]] = dict
        self._keys: dict[str, str] = {}
        self._outbox: deque[Happening] = deque()
        self._versions: dict[str, list[tuple[datetime, Issue | None]]] = {}

    def now(self) -> datetime:
        """The present instant, UTC."""
        return self.clock.now()

    def person(self, account_id: str) -> Person:
        """A person by accountId; 404 when unknown or deleted."""
        person = self.people.get(account_id)
        if person is None or person.deleted:
            raise not_found(f"The user with account ID {account_id} does not exist.")
        return person

    @property
    def cloud_id(self) -> str:
        """Atlassian's id of the site, by which its API gateway knows it."""
        return self.ids.named_uuid("cloud", self.name)

    def project(self, id_or_key: str) -> Project:
        """A project by id or key; 404 when unknown."""
        project = self.projects.get(id_or_key) or self.project_by_key(id_or_key)
        if project is None:
            raise not_found(f"No project could be found with key '{id_or_key}'.")
        return project

    def project_by_key(self, key: str) -> Project | None:
        """A project by key, in whatever case."""
        return next((project for project in self.projects.values() if project.key == key.upper()), None)

    def project_of(self, issue: Issue) -> Project:
        """The project an issue is in."""
        return self.projects[issue.project_id]

    def find_issue(self, id_or_key: str) -> Issue | None:
        """An issue by id or key, without any look at permissions."""
        return self.issues.get(id_or_key) or self.issues.get(self._keys.get(id_or_key.upper(), ""))

    def issue(self, id_or_key: str) -> Issue:
        """An issue by id or key, without any look at permissions; 404 when unknown."""
        issue = self.find_issue(id_or_key)
        if issue is None:
            raise no_issue()
        return issue

    def add_issue(self, issue: Issue) -> None:
        """Takes in a new issue."""
        self.issues[issue.id] = issue
        self._keys[issue.key] = issue.id
        if self.faults.search_lag:
            self._versions.setdefault(issue.id, []).append((self.now(), None))

    def rename_issue(self, issue: Issue, key: str) -> None:
        """Gives an issue another key; the old one still finds it."""
        issue.key = key
        self._keys[key] = issue.id

    def remove_issue(self, issue: Issue) -> None:
        """Forgets an issue and its links."""
        del self.issues[issue.id]
        self._keys = {key: issue_id for key, issue_id in self._keys.items() if issue_id != issue.id}
        self._versions.pop(issue.id, None)
        for link in [link for link in self.links.values() if issue.id in (link.source, link.destination)]:
            del self.links[link.id]

    def keep_version(self, issue: Issue) -> None:
        """Keeps what the search index still shows of an issue about to change, while a search lag is set."""
        if self.faults.search_lag:
            self._versions.setdefault(issue.id, []).append((self.now(), copy.deepcopy(issue)))

    def indexed(self, reconciled: Iterable[str] = ()) -> list[Issue]:
        """The issues as search sees them: lagging by the searchLag, but for those asked to be reconciled."""
        horizon = self.now() - timedelta(seconds=self.faults.search_lag)
        fresh = set(reconciled)
        seen: list[Issue] = []
        for issue in self.issues.values():
            later = [old for at, old in self._versions.get(issue.id, ()) if at > horizon]
            shown = issue if issue.id in fresh or not later or not self.faults.search_lag else later[0]
            if shown is not None:
                seen.append(shown)
        return seen

    def subtasks(self, issue: Issue) -> list[Issue]:
        """The sub-tasks of an issue, oldest first."""
        return [child for child in self.issues.values() if child.parent_id == issue.id]

    def workflow_of(self, issue: Issue) -> Workflow:
        """The workflow an issue follows now."""
        return self.workflow_for(self.project_of(issue), issue.type_id)

    def workflow_for(self, project: Project, type_id: str) -> Workflow:
        """The workflow an issue type follows in a project."""
        scheme = self.workflow_schemes[project.workflow_scheme_id]
        return self.workflows[scheme.workflow_for(type_id)]

    def types_of(self, project: Project) -> list[IssueType]:
        """The issue types of a project."""
        return [self.issue_types[type_id] for type_id in self.issue_type_schemes[project.issue_type_scheme_id].type_ids]

    def field_of_kind(self, kind: str) -> Field | None:
        """The custom field of a JSM kind, such as `vp-origin`."""
        wanted = f"com.atlassian.servicedesk:{kind}"
        return next((field for field in self.fields.values() if field.schema.get("custom") == wanted), None)

    def emit(  # noqa: PLR0913 - a happening has that many parts
        self,
        event: str,
        body: Json,
        *,
        issue: Issue | None = None,
        project_key: str | None = None,
        trace: str | None = None,
        secondary: bool = False,
    ) -> None:
        """Notes a happening; it is published when the request that made it has let go of the lock."""
        key = project_key or (self.project_of(issue).key if issue else None)
        self._outbox.append(
            Happening(
                site=self.name,
                event=event,
                body=body,
                issue_id=issue.id if issue else None,
                project_key=key,
                trace=trace,
                flow="Secondary" if secondary else "Primary",
            )
        )

    def publish(self) -> None:
        """Tells the subscribers what has been noted. Never called with the lock held: they may ask the site back."""
        while self._outbox:
            try:
                happening = self._outbox.popleft()
            except IndexError:
                return
            self.notices.publish(happening)
