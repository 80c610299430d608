"""Names jobs after what caused them, so that starting the same thing twice starts one job, and gives each its lane."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from connect_app.logs import logger
from connect_app.store.inbox import Waiting

log = logger(__name__)

LANES = 16
"""Partitions of one installation: one issue is always in the same, so its jobs run one after the other, and a site that
answers slowly holds this many of a worker's jobs at most."""

_OF_HINTS = re.compile(r"inbox/(\d+)/")

MOST_TOGETHER = 25
"""Issues that one job looks at, one after the other: they are all of one lane and would wait for each other anyway."""


@dataclass(frozen=True)
class Hinted:
    """What webhooks told of one lane: the name of each issue's job, its issue, its deliveries, and all their rows.

    Without jobs: what tells of no issue.
    """

    installation_id: str
    lane: str
    jobs: tuple[tuple[str, str], ...]
    deliveries: tuple[tuple[str, ...], ...]
    rows: tuple[int, ...]

    @property
    def name(self) -> str:
        """Of the job that does all of them: the same as long as these very issues wait, so that none is left out."""
        issues = zlib.crc32("/".join(name for name, _ in self.jobs).encode())
        return f"inbox/{max(self.rows):012d}/{self.lane}/{len(self.jobs)}-{issues:08x}"

    def log(self) -> None:
        """Says which deliveries became which job: the lines of a job are found by its name."""
        for (name, issue_id), deliveries in zip(self.jobs, self.deliveries, strict=True):
            log.info("job made", job=name, installation=self.installation_id, issue=issue_id, deliveries=deliveries)


def lane(installation_id: str, issue_id: str) -> str:
    """The partition of an issue's jobs; the same in every process."""
    return f"{installation_id}:{zlib.crc32(issue_id.encode()) % LANES}"


def hinted(waiting: Iterable[Waiting]) -> Iterator[Hinted]:
    """What waits, by lane, a few issues at a time."""
    lanes: dict[str, list[Waiting]] = {}
    for group in waiting:
        if group.issue_id:
            lanes.setdefault(lane(group.installation_id, group.issue_id), []).append(group)
        else:
            yield Hinted(group.installation_id, "", (), (), group.rows)
    for name, groups in lanes.items():
        for few in _few(groups):
            yield Hinted(
                few[0].installation_id,
                name,
                tuple((_hint_name(group), group.issue_id) for group in few),
                tuple(group.deliveries for group in few),
                tuple(row for group in few for row in group.rows),
            )


def retry_name(job_id: str, attempt: int) -> str:
    """The next try's; a job started by a retry keeps that in its name, lest its tries take its maker's."""
    root = re.sub(r"/retry-\d+$", "", job_id)
    return f"{root}/retry-{attempt + 1:03d}"


def newest_row(name: str) -> int | None:
    """The newest row of the inbox that a job answers, also by a retry of it; None when no webhook made it."""
    hint = _OF_HINTS.match(name)
    return None if hint is None else int(hint[1])


def _hint_name(group: Waiting) -> str:
    return f"inbox/{group.newest:012d}/{group.installation_id}/{group.issue_id}"


def _few(groups: list[Waiting]) -> Iterator[list[Waiting]]:
    for first in range(0, len(groups), MOST_TOGETHER):
        yield groups[first : first + MOST_TOGETHER]
