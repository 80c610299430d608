"""Reads one issue as a request of a bound project: its facts, its policy, and what of it we did before."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from automation_rules.binding import Mode
from automation_rules.facts import Issue, Side
from automation_rules.policy import Policy
from connect_app.doors.abilities import has_pages_in_jira
from connect_app.jira.acting import Words
from connect_app.jira.facts import ReadingContext, issue_facts
from connect_app.jira.former_agents import remembering
from connect_app.jira.level_facts import with_level
from connect_app.jira.links import unblocked_by
from connect_app.jira.marks import lozenge_property
from connect_app.jira.own_actions import OWN_TYPE
from connect_app.jira.reading import RawIssue, read_imputation, read_issue, read_worklogs
from connect_app.jira.reprieve_property import with_reprieves
from connect_app.jira.vocabulary import absent_fields
from connect_app.operations.attribute import attribute
from connect_app.operations.find_binding import find_binding
from connect_app.operations.open_site import OpenSite
from connect_app.operations.parts import Parts
from connect_app.store.bindings import BoundProject
from connect_app.store.ledger import EntryState, LedgerEntry
from workflows.graph import StatusNames
from workflows.model import LEVEL_FIELD


@dataclass(frozen=True, kw_only=True)
class Request:
    """One issue of a bound project at one moment, with everything a decision needs."""

    raw: RawIssue
    issue: Issue
    bound: BoundProject
    policy: Policy
    words: Words
    entries: tuple[LedgerEntry, ...]


@dataclass(frozen=True)
class NotOurs:
    """An issue we have nothing to do with: its project is not bound, or it is a sub-task.

    `follow` are the ids of issues that may be concerned: its parent, or what it blocked until it was done.
    """

    why: str
    follow: tuple[str, ...] = ()


def read_request(parts: Parts, site: OpenSite, issue_id: str, *, imputed: bool = True) -> Request | NotOurs:
    """The issue as it is now; raises what reading raises. Without `imputed`, its imputations are left unread."""
    bindings = parts.store.bindings.of_installation(site.installation.id)
    shown = (lozenge_property(parts.settings.app_key),) if has_pages_in_jira(site.installation) else ()
    raw = read_issue(site.client, issue_id, extra_fields=_extra_fields(bindings), extra_properties=shown)
    bound = find_binding(parts, site, bindings, raw.project_key, raw.project_id)
    place = f"{raw.issue['key']} is in {raw.project_key}"
    if bound is None:
        return NotOurs(f"{place}, which no policy follows", follow=unblocked_by(raw))
    if bound.binding.mode is Mode.OFF:
        return NotOurs(f"{place}, whose policy is switched off", follow=unblocked_by(raw))
    if raw.parent_id is not None:
        return NotOurs(f"{raw.issue['key']} is a sub-task", follow=(raw.parent_id,))
    policy = site.policies.bind(parts.policies, bound.binding)
    entries = tuple(parts.store.ledger.of_issue(site.installation.id, raw.id))
    raw = _with_imputations(site, raw, entries, policy.pack.imputation_issue_type if imputed else None)
    raw = attribute(parts, site, raw, entries)
    status_of = _status_finder(bound, policy)
    side_of = remembering(raw, _side_finder(site, bound))
    context = ReadingContext(
        status_of=status_of,
        side_of=side_of,
        fields=bound.vocabulary.fields,
        organizations_field=bound.vocabulary.organizations_field,
        own_comments=_own_comments(entries),
        done=_done(entries, bound.binding.mode),
        absent_fields=absent_fields(policy.pack, bound.vocabulary),
        groups=_groups(site, bound, policy, raw),
    )
    issue = with_reprieves(issue_facts(raw, context), raw)
    if policy.pack.levels and LEVEL_FIELD not in context.fields:
        issue = with_level(issue, raw, context.side_of)
    return Request(
        raw=raw,
        issue=issue,
        bound=bound,
        policy=policy,
        words=_words(policy, raw, status_of, bound.vocabulary.fields),
        entries=entries,
    )


def _own_comments(entries: tuple[LedgerEntry, ...]) -> frozenset[str]:
    """The comments that are our own words; what we wrote down for a customer is theirs."""
    results = [entry.result for entry in entries if entry.result and not entry.result.get("by")]
    return frozenset(str(result["comment"]) for result in results if result.get("comment"))


def _extra_fields(bindings: Iterable[BoundProject]) -> tuple[str, ...]:
    """The Jira fields the bindings of a site read, in one request whatever the project."""
    wanted: set[str] = set()
    for bound in bindings:
        vocabulary = bound.vocabulary
        wanted |= {
            *vocabulary.fields.values(),
            vocabulary.organizations_field or "",
            vocabulary.request_type_field or "",
        }
    return tuple(sorted(wanted - {""}))


def _with_imputations(
    site: OpenSite, raw: RawIssue, entries: tuple[LedgerEntry, ...], issue_type: str | None
) -> RawIssue:
    """Adds which sub-tasks are imputations, and the time logged on the newest of them.

    The ledger knows those we made; Jira is asked only about sub-tasks of that type it does not know.
    """
    if issue_type is None:
        return raw
    ours = {str(e.result["id"]): dict(e.result) for e in entries if e.result and e.result.get("subtask")}
    imputations: dict[str, dict[str, object]] = {}
    keys: dict[str, str] = {}
    for subtask in raw.issue["fields"].get("subtasks") or ():
        if (subtask["fields"].get("issuetype") or {}).get("name") != issue_type:
            continue
        mark = ours.get(str(subtask["id"])) or read_imputation(site.client, subtask["key"])
        if mark is not None:
            imputations[str(subtask["id"])] = mark
            keys[str(mark.get("month"))] = subtask["key"]
    if not keys:
        return raw
    newest = keys[max(keys)]
    logged = tuple({**worklog, "issueKey": newest} for worklog in read_worklogs(site.client, newest))
    return replace(raw, imputations=imputations, worklogs=raw.worklogs + logged)


def _status_finder(bound: BoundProject, policy: Policy) -> Callable[[str | None, str | None], str | None]:
    """By Jira's id where the vocabulary knows it, else by name."""
    names = StatusNames(policy.pack)
    known = bound.vocabulary.statuses

    def status_of(jira_id: str | None, name: str | None) -> str | None:
        if jira_id is not None and jira_id in known:
            return known[jira_id]
        return names.find(name) if name else None

    return status_of


def _side_finder(site: OpenSite, bound: BoundProject) -> Callable[[str, str | None], Side]:
    def side_of(account_id: str, account_type: str | None) -> Side:
        if account_type == OWN_TYPE:
            return Side.RELANCE
        return site.side_of(bound.vocabulary.project_id, account_id, account_type)

    return side_of


def _done(entries: tuple[LedgerEntry, ...], mode: Mode) -> dict[str, datetime]:
    """What counts as done; in dry run what was told counts too, so that the story goes on."""
    counted = {EntryState.DONE, EntryState.WOULD_DO} if mode is Mode.DRY_RUN else {EntryState.DONE}
    return {e.key: e.done_at or e.intended_at for e in entries if e.state in counted}


def _groups(site: OpenSite, bound: BoundProject, policy: Policy, raw: RawIssue) -> dict[str, frozenset[str]]:
    """The groups of whoever moved the request, where the binding gives levels to groups: a guard asks (A5, A18)."""
    if not any(level.id in bound.binding.groups for level in policy.pack.levels):
        return {}
    movers = {
        str((entry.get("author") or {}).get("accountId") or "")
        for entry in raw.histories
        if any(item.get("fieldId") == "status" or item.get("field") == "status" for item in entry.get("items") or ())
    }
    known = {account: site.people.groups_of(site.client, account) for account in sorted(movers - {""})}
    return {account: groups for account, groups in known.items() if groups is not None}


def _words(
    policy: Policy,
    raw: RawIssue,
    status_of: Callable[[str | None, str | None], str | None],
    fields: Mapping[str, str],
) -> Words:
    workflow = policy.pack.workflow_of(raw.issue["fields"]["issuetype"]["name"])
    names = {t.id: t.jira_name for t in workflow.transitions} if workflow else {}
    resolutions = {r.id: r.name.fr for r in policy.pack.resolutions}
    return Words(
        transition_name=names.get,
        resolution_name=lambda r: resolutions.get(r, r),
        status_of=status_of,
        field_of=fields.get,
    )
