"""The small objects that every answer is made of: instants, people, statuses, types, projects."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import quote

from jira_sandbox.state.configuration import IssueType, Named, Project, Status
from jira_sandbox.state.people import Person
from jira_sandbox.state.shapes import Json
from jira_sandbox.state.site import Site

CATEGORIES: dict[str, Json] = {
    "TODO": {"id": 2, "key": "new", "colorName": "blue-gray", "name": "To Do"},
    "IN_PROGRESS": {"id": 4, "key": "indeterminate", "colorName": "yellow", "name": "In Progress"},
    "DONE": {"id": 3, "key": "done", "colorName": "green", "name": "Done"},
}
"""The three status categories by the word of the workflow operations."""


def stamp(site: Site, instant: datetime) -> str:
    """An instant in the site's zone, as Jira writes it: 2026-11-22T13:00:00.000+0100."""
    local = instant.astimezone(site.zone)
    return f"{local:%Y-%m-%dT%H:%M:%S}.{local.microsecond // 1000:03d}{local:%z}"


def utc_stamp(instant: datetime) -> str:
    """An instant in UTC in the same writing."""
    return f"{instant.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.{instant.microsecond // 1000:03d}+0000"


def link(site: Site, version: str, path: str) -> str:
    """An absolute address under the platform API of a version."""
    return f"{site.base_url}/rest/api/{version}/{path}"


def avatars(site: Site, what: str) -> Json:
    """The four sizes of an avatar."""
    return {f"{size}x{size}": f"{site.base_url}/avatar/{quote(what, safe='')}-{size}.png" for size in (16, 24, 32, 48)}


def user(site: Site, account_id: str | None, version: str = "3") -> Json | None:
    """A person as they appear inside other objects; None for nobody."""
    if account_id is None:
        return None
    person = site.people.get(account_id)
    if person is None:
        return None
    return person_view(site, person, version)


def person_view(site: Site, person: Person, version: str = "3", *, full: bool = False) -> Json:
    """A person; `full` adds the e-mail address and the locale, as GET /myself does."""
    view: Json = {
        "self": link(site, version, f"user?accountId={quote(person.account_id, safe='')}"),
        "accountId": person.account_id,
        "accountType": person.account_type,
        "avatarUrls": avatars(site, person.account_id),
        "displayName": person.display_name,
        "active": person.active,
        "timeZone": person.time_zone,
    }
    if full:
        view |= {"emailAddress": person.email, "locale": person.locale}
    return view


def category(site: Site, word: str, version: str = "3") -> Json:
    """A status category by the word of the workflow operations."""
    view = CATEGORIES[word]
    return {"self": link(site, version, f"statuscategory/{view['id']}"), **view}


def status(site: Site, item: Status, version: str = "3") -> Json:
    """A status as issues carry it."""
    return {
        "self": link(site, version, f"status/{item.id}"),
        "description": item.description,
        "iconUrl": f"{site.base_url}/images/icons/statuses/generic.png",
        "name": item.name,
        "id": item.id,
        "statusCategory": category(site, item.category, version),
    }


def issue_type(site: Site, item: IssueType, version: str = "3") -> Json:
    """An issue type."""
    return {
        "self": link(site, version, f"issuetype/{item.id}"),
        "id": item.id,
        "description": item.description,
        "iconUrl": f"{site.base_url}/images/icons/issuetypes/{'subtask' if item.subtask else 'generic'}.png",
        "name": item.name,
        "subtask": item.subtask,
        "hierarchyLevel": -1 if item.subtask else 0,
    }


def priority(site: Site, item: Named, version: str = "3") -> Json:
    """A priority as issues carry it."""
    return {
        "self": link(site, version, f"priority/{item.id}"),
        "iconUrl": f"{site.base_url}/images/icons/priorities/{item.id}.svg",
        "name": item.name,
        "id": item.id,
    }


def resolution(site: Site, item: Named, version: str = "3") -> Json:
    """A resolution as issues carry it."""
    return {
        "self": link(site, version, f"resolution/{item.id}"),
        "id": item.id,
        "description": item.description,
        "name": item.name,
    }


def project_brief(site: Site, project: Project, version: str = "3") -> Json:
    """A project as issues carry it."""
    return {
        "self": link(site, version, f"project/{project.id}"),
        "id": project.id,
        "key": project.key,
        "name": project.name,
        "projectTypeKey": project.type_key,
        "simplified": project.team_managed,
        "avatarUrls": avatars(site, project.key),
    }


def duration(seconds: int) -> str:
    """Seconds as Jira writes time spent, with days of 8 hours and weeks of 5 days: 1w 2d 3h 4m."""
    parts: list[str] = []
    minutes = seconds // 60
    for unit, size in (("w", 2400), ("d", 480), ("h", 60), ("m", 1)):
        count, minutes = divmod(minutes, size)
        if count:
            parts.append(f"{count}{unit}")
    return " ".join(parts) or "0m"
