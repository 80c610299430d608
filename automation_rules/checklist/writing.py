"""Writes the whole checklist of one project: every value is that of the pack, the policy and the site's own names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from automation_rules import messages
from automation_rules.checklist import words
from automation_rules.checklist.items import Item, ItemKind
from automation_rules.checklist.service_levels import service_levels
from automation_rules.model import PolicyDocument
from automation_rules.notification_rules import Channel, NotificationRule
from automation_rules.request_rules import SharingRule
from workflows.model import LEVEL_FIELD, Pack, StatusRole, Text

WEBHOOK_EVENTS = (
    "jira:issue_created",
    "jira:issue_updated",
    "jira:issue_deleted",
    "comment_created",
    "comment_updated",
    "comment_deleted",
    "worklog_created",
    "worklog_updated",
    "worklog_deleted",
    "project_deleted",
)
"""The events the app's descriptor asks for; a webhook set up by hand needs the same."""

_QUEUES: tuple[tuple[Text, tuple[StatusRole, ...]], ...] = (
    (words.QUEUE_TO_DO, (StatusRole.NEW, StatusRole.ACKNOWLEDGED, StatusRole.IN_PROGRESS)),
    (words.QUEUE_CUSTOMER, (StatusRole.WAITING_CUSTOMER, StatusRole.WAITING_APPROVAL, StatusRole.ANSWERED)),
    (words.QUEUE_OTHERS, (StatusRole.WAITING_THIRD_PARTY, StatusRole.WAITING_INTERNAL)),
    (words.QUEUE_PLANNED, (StatusRole.PLANNED,)),
)


@dataclass(frozen=True, kw_only=True)
class Place:
    """The project a checklist is for, and the language of who reads it.

    `statuses` are the names the site gives to the pack's statuses, by pack id, where they differ; `webhook` is the
    address Relance is told at, on a site that has no Connect app (the app's own webhooks need nobody).
    """

    project: str
    locale: str
    statuses: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    webhook: str | None = None


def checklist(pack: Pack, document: PolicyDocument | None, place: Place) -> tuple[Item, ...]:
    """What is to be done by hand in one project, in the order of `ItemKind`."""
    writer = _Writer(pack, document, place)
    return (
        *writer.request_types(),
        *(service_levels(pack, document, place.locale, writer.status_name) if document else ()),
        *writer.queues(),
        *(Item(kind=ItemKind.PRIORITY, name=p.name.fr) for p in pack.priorities),
        *writer.mails(),
        *writer.webhook(),
    )


class _Writer:
    """One project's checklist in one language."""

    def __init__(self, pack: Pack, document: PolicyDocument | None, place: Place) -> None:
        self.pack = pack
        self.document = document
        self.place = place

    def status_name(self, status_id: str) -> str:
        """What the site calls a status of the pack."""
        return self.place.statuses.get(status_id) or self.pack.status(status_id).jira_name

    def _in(self, text: Text) -> str:
        return text.in_language(self.place.locale)

    def request_types(self) -> list[Item]:
        return [
            Item(
                kind=ItemKind.REQUEST_TYPE,
                name=request.name.fr,
                values=(
                    (self._in(words.ISSUE_TYPE), request.issue_type),
                    (self._in(words.GROUP), self._in(words.ANY_GROUP)),
                ),
            )
            for request in self.pack.request_types
        ]

    def queues(self) -> list[Item]:
        made = [self._queue(self._in(name), self._statuses_in(roles)) for name, roles in _QUEUES]
        to_do = self._statuses_in(_QUEUES[0][1])
        if to_do:
            made.insert(1, self._queue(self._in(words.QUEUE_UNASSIGNED), f"assignee IS EMPTY AND {to_do}"))
        holder = next((f for f in self.pack.fields if f.id == LEVEL_FIELD), None)
        for level in self.pack.levels if holder else ():
            clause = f"{_quoted(holder.name.fr)} = {_quoted(level.name.fr)}" if holder else ""
            made.append(self._queue(level.name.in_language(self.place.locale), f"{clause} AND {self._open()}"))
        return [item for item in made if item is not None]

    def _queue(self, name: str, clause: str) -> Item | None:
        if not clause:
            return None
        jql = f"{clause} ORDER BY created ASC"
        return Item(kind=ItemKind.QUEUE, name=name, values=((self._in(words.JQL), jql),), check=jql)

    def _statuses_in(self, roles: Sequence[StatusRole]) -> str:
        names = [_quoted(self.status_name(s.id)) for s in self.pack.statuses if s.role in roles]
        return f"status IN ({', '.join(names)})" if names else ""

    def _open(self) -> str:
        return self._statuses_in([role for role in StatusRole if role is not StatusRole.CLOSED])

    def mails(self) -> list[Item]:
        """Jira's own mails: those whose subject a document gives, and those that would say a thing twice."""
        rules = self.document.rules if self.document else ()
        told = [rule for rule in rules if isinstance(rule, NotificationRule)]
        public = [rule for rule in told if rule.channel is Channel.PUBLIC_COMMENT]
        by_jira = [rule for rule in told if rule.channel is Channel.JSM]
        shared = [rule for rule in rules if isinstance(rule, SharingRule)]
        made: list[Item] = []
        if any(rule.on.created for rule in public):
            made.append(self._mail(words.MAIL_CREATED, off=True))
        if any(rule.on.enters for rule in public):
            made.append(self._mail(words.MAIL_STATUS, off=True))
        if rules:
            made.append(self._mail(words.MAIL_COMMENT, [rule.subject for rule in by_jira]))
        if shared:
            made.append(self._mail(words.MAIL_PARTICIPANT, [rule.subject for rule in shared]))
        if any(rule.on.comment and rule.to_assignee for rule in told):
            off = (self._in(words.STATE), self._in(words.OFF_ASSIGNEE))
            made.append(Item(kind=ItemKind.MAIL, name=self._in(words.MAIL_ASSIGNEE), values=(off,)))
        return made

    def _mail(self, name: Text, subjects: Sequence[str | None] = (), *, off: bool = False) -> Item:
        state = (self._in(words.STATE), self._in(words.OFF if off else words.ON))
        # Jira has one template per mail: the first subject is the one it bears, the panel names the others.
        written = dict.fromkeys(messages.text(subject, self.place.locale) for subject in subjects if subject)
        return Item(
            kind=ItemKind.MAIL,
            name=self._in(name),
            values=(state, *((self._in(words.SUBJECT), subject) for subject in written)),
        )

    def webhook(self) -> list[Item]:
        address = self.place.webhook
        if not address:
            return []
        values = (
            (self._in(words.ADDRESS), address),
            (self._in(words.EVENTS), ", ".join(WEBHOOK_EVENTS)),
            (self._in(words.FILTER), f"project = {self.place.project}"),
            (self._in(words.SECRET), self._in(words.SAME_SECRET)),
        )
        return [Item(kind=ItemKind.WEBHOOK, name="Relance", values=values, check=address)]


def _quoted(name: str) -> str:
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
