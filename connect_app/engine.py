"""Durable jobs: the only place that knows DBOS (docs/decisions/0001).

Workflows on one queue, partitioned so that one issue is never processed twice at once. They may run again after a
crash, which is harmless: hints carry no meaning and actions have natural keys. Workflow ids come from what caused them
(inbox row, appointment, time slot): starting the same thing twice starts one job.
"""

from __future__ import annotations

import contextlib
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from dbos import DBOS, DBOSClient, DBOSConfig, WorkflowStatus, _workflow_commands

from connect_app import metrics
from connect_app.doors.abilities import one_refusal_is_enough
from connect_app.errors import Moved, Temporary, Unauthorized
from connect_app.jira.spending import Purpose, spending_on
from connect_app.logs import about, logger
from connect_app.operations.due_sweeps import due_sweeps
from connect_app.operations.job_names import Hinted, hinted, lane, retry_name
from connect_app.operations.measure_lag import measure_lag
from connect_app.operations.parted import Parted
from connect_app.operations.parts import Parts
from connect_app.operations.process_issue import process_issue
from connect_app.operations.retries import FIRST, Try, delay_before, gives_up
from connect_app.operations.running_jobs import RunningJobs
from connect_app.operations.sweep_site import sweep_site
from connect_app.operations.sweep_times import Rounds

log = logger(__name__)

QUEUE = "relance"
APPLICATION = "relance"
JOBS_VERSION = "1"
"""Pinned: a new release takes over the jobs of the one before."""

AT_ONCE = 64
"""Jobs one worker runs at the same time (docs/decisions/0001)."""

WAITING = ["ENQUEUED", "PENDING", "DELAYED"]
STATES = {"ENQUEUED": "waiting", "PENDING": "running", "DELAYED": "delayed", "ERROR": "failed"}

INNER_SECONDS, DELAYED_POLLS = 60.0, 2
"""How often the engine looks at its own queue, which we never use, and, in our polls, whether retries are due."""

MOST_PUT_OFF = 6
"""How often a sweep makes way for what customers wait for, while a quota is nearly spent."""

MOST_FAILED = 1000
"""Failed jobs that are looked through for those of one site."""

BELLS = "bells"
UNFORESEEN = "This is a defect of Relance: look in the worker's log under this job, upgrade, then revive it."


@dataclass(frozen=True)
class FailedJob:
    """A job that failed for good; `workflow_id` revives it. A bell is about no site; `failed_at` is host time."""

    workflow_id: str
    name: str
    error: str
    installation_id: str | None
    failed_at: datetime | None
    remedy: str


class Jobs:
    """Starts and lists jobs from any process; runs none."""

    def __init__(self, engine: sa.Engine) -> None:
        self.engine = engine
        self._client = DBOSClient(system_database_engine=engine, application_name=APPLICATION, lazy=True)

    def issue(self, job_id: str, installation_id: str, issue_id: str, which: Try = FIRST) -> None:
        """Starts the processing of one issue; the same `job_id` twice starts it once."""
        arguments = (installation_id, issue_id, which.attempt, which.refusals)
        self._start("process_issue", job_id, lane(installation_id, issue_id), which.delay, *arguments)

    def hints(self, told: Hinted) -> None:
        """Starts the processing of what webhooks told of one lane: one job for all its issues."""
        if len(told.jobs) == 1:
            ((name, issue_id),) = told.jobs
            self.issue(name, told.installation_id, issue_id)
        elif told.jobs:
            self._start("process_issues", told.name, told.lane, None, told.installation_id, list(told.jobs))

    def sweep(self, job_id: str, installation_id: str, which: Try = FIRST, *, project_key: str | None = None) -> None:
        """Starts the sweep of one site, or of one of its projects."""
        arguments = (installation_id, job_id, which.attempt, which.refusals, project_key)
        self._start("sweep", job_id, f"{installation_id}:sweep", which.delay, *arguments)

    def tick(self, slot: datetime) -> None:
        """Rings the bell of one time slot; two schedulers ringing the same slot make one tick."""
        self._start("tick", f"tick/{slot.isoformat()}", BELLS, None, slot.isoformat())

    def _start(self, name: str, job_id: str, partition: str, delay: float | None, *arguments: Any) -> None:
        options: dict[str, Any] = {
            "queue_name": QUEUE,
            "workflow_name": name,
            "workflow_id": job_id,
            "queue_partition_key": partition,
            "app_version": JOBS_VERSION,
        }
        if delay is not None:
            options["delay_seconds"] = delay
        self._client.enqueue(options, *arguments)  # type: ignore[arg-type]  # a TypedDict built in two steps

    def ended(self, job_id: str) -> bool:
        """Whether a job has ended, well or badly."""
        return bool(self._list(workflow_ids=[job_id], status=["SUCCESS", "ERROR", "CANCELLED"]))

    def waiting(self) -> int:
        """How many jobs wait or run, delayed ones included (ten thousand at most are counted)."""
        return len(self._list(status=WAITING))

    def counts(self) -> dict[str, int]:
        """How many jobs wait, run, wait for their time, or failed for good and were not revived since."""
        schema = "dbos" if self.engine.dialect.name == "postgresql" else None
        jobs = sa.table("workflow_status", sa.column("status"), sa.column("was_forked_from"), schema=schema)
        still = sa.and_(jobs.c.status.in_(list(STATES)), jobs.c.was_forked_from.is_(sa.false()))
        query = sa.select(jobs.c.status, sa.func.count()).where(still).group_by(jobs.c.status)
        with self.engine.connect() as connection:
            found = {status: int(count) for status, count in connection.execute(query)}
        return {word: found.get(status, 0) for status, word in STATES.items()}

    def failed(self, installation_id: str | None = None, *, limit: int = 100) -> list[FailedJob]:
        """The newest jobs that failed for good and were not revived since, of one site or of all."""
        found = self._client.list_workflows(
            status="ERROR", was_forked_from=False, sort_desc=True, limit=MOST_FAILED, load_input=False
        )
        jobs = map(_failed, found)
        return [job for job in jobs if installation_id in {None, job.installation_id}][:limit]

    def revive(self, workflow_id: str) -> bool:
        """Runs a failed job again from its beginning; False when no such job has failed."""
        found = self._list(workflow_ids=[workflow_id], status=["ERROR"])
        for job in found:
            # without its partition a job on a partitioned queue is never taken up
            self._client.fork_workflow(
                workflow_id,
                1,
                application_version=JOBS_VERSION,
                queue_name=QUEUE,
                queue_partition_key=job.queue_partition_key,
            )
        return bool(found)

    def pending(self, executor_id: str) -> list[str]:
        """The jobs a worker slot has taken up and not ended."""
        return [w.workflow_id for w in self._list(status=["PENDING"], executor_id=executor_id)]

    def resume(self, left: list[str]) -> int:
        """Puts jobs that nobody runs any more back on the queue; returns how many."""
        if left:
            self._client.resume_workflows(left, queue_name=QUEUE)
        return len(left)

    def forget_before(self, host_time: float) -> int:
        """Deletes jobs that ended well before an instant of the host (seconds); a thousand at most at a time."""
        before = datetime.fromtimestamp(host_time, UTC).isoformat()
        ended = self._client.list_workflows(
            status=["SUCCESS", "CANCELLED"], completed_before=before, limit=1000, load_input=False, load_output=False
        )
        self._client.delete_workflows([w.workflow_id for w in ended])
        return len(ended)

    def _list(self, **criteria: Any) -> list[WorkflowStatus]:
        return self._client.list_workflows(load_input=False, load_output=False, limit=10_000, **criteria)

    def close(self) -> None:
        """Lets the database go."""
        self._client.destroy()
        self.engine.dispose()


class Worker:
    """Runs jobs in this process."""

    def __init__(self, parts: Parts, jobs: Jobs) -> None:
        self._parts = parts
        self.jobs = jobs
        self._running = RunningJobs(retry_seconds=parts.settings.retry_seconds)
        self._rounds = Rounds(parts.settings.sweep_minutes)
        config: DBOSConfig = {
            "name": APPLICATION,
            "system_database_engine": jobs.engine,
            "system_database_url": jobs.engine.url.render_as_string(hide_password=False),
            "executor_id": parts.settings.executor_id,
            "application_version": JOBS_VERSION,
            "log_level": "WARNING",
            "enable_otlp": False,
            "notification_listener_polling_interval_sec": parts.settings.poll_seconds,
        }
        # At once a second each takes 0.3 % of a core from an idle worker; DBOS has no setting for them.
        DBOS(config=config)._registry.get_internal_queue()._polling_interval_sec = INNER_SECONDS  # noqa: SLF001
        _workflow_commands._BACKGROUND_JOBS_INTERVAL_SEC = DELAYED_POLLS * parts.settings.poll_seconds  # noqa: SLF001
        for name, run in self._workflows().items():
            DBOS.workflow(name=name)(_plain(name, run, self._running))

    def start(self) -> None:
        """Takes up the jobs this worker slot left behind, then new ones."""
        DBOS.launch()
        DBOS.register_queue(
            QUEUE,
            worker_concurrency=AT_ONCE,
            partition_concurrency=1,
            polling_interval_sec=self._parts.settings.poll_seconds,
            on_conflict="always_update",
        )

    def stop(self, *, wait_seconds: int = 10) -> None:
        """Finishes what runs, within the time given, and stops."""
        DBOS.destroy(workflow_completion_timeout_sec=wait_seconds)

    def drain(self) -> int:
        """Turns what waits in the inbox into jobs; returns of how many issues. Safe to be killed at any point.

        What came from a site whose quota is spent stays where it is, and becomes jobs afterwards.
        """
        if self._parts.store.inbox.oldest_waiting() is None:
            return 0  # the usual answer, by the smallest question: it is asked all day long
        waiting = self._parts.store.inbox.waiting(but=self._parts.sites.paused())
        for told in hinted(waiting):
            self.jobs.hints(told)
            told.log()
            self._parts.store.inbox.mark_drained(told.rows)
        return len(waiting)

    def reap(self, *, silent_seconds: float) -> None:
        """Takes over the jobs of workers that have not beaten for a while, and our own whose end was never written."""
        if self.jobs.resume(lost := self._running.lost(self.jobs.pending(self._parts.settings.executor_id))):
            log.warning("jobs lost and found", jobs=lost)
        workers, now = self._parts.store.workers, self._parts.clock.host_time()
        for worker in workers.all():
            silent = worker.executor_id != self._parts.settings.executor_id and now - worker.beat_at > silent_seconds
            # Two who took over the same jobs would start again what the other has started already.
            if silent and workers.claim(worker, host_time=now):
                taken = self.jobs.resume(self.jobs.pending(worker.executor_id))
                workers.retire(worker.executor_id, beat_at=now)
                log.warning("worker gone", executor=worker.executor_id, jobs=taken)

    def ring(self, slot: datetime) -> None:
        """Starts the sweeps that are due, then the tick: whoever sees that one has rung knows that they have begun."""
        for name, place in due_sweeps(self._parts, self._rounds, slot):
            self.jobs.sweep(name, place.installation_id, project_key=place.project_key or None)
        self.jobs.tick(slot)

    def _workflows(self) -> dict[str, Callable[..., None]]:
        # "sweeps" was rung by the release before this one, and may still be on the queue.
        return {
            "process_issue": self._process,
            "process_issues": self._process_together,
            "sweep": self._sweep,
            "tick": self._tick,
            "sweeps": lambda _slot: None,
        }

    def _process(self, installation_id: str, issue_id: str, attempt: int, refusals: int = 0) -> None:
        self._look_at(str(DBOS.workflow_id), installation_id, issue_id, Try(attempt, refusals))

    def _process_together(self, installation_id: str, jobs: list[tuple[str, str]]) -> None:
        left = deque((name, issue_id) for name, issue_id in jobs)
        with Parted(left, lambda name, issue_id: self.jobs.issue(name, installation_id, issue_id)):
            while left:
                name, issue_id = left[0]
                with about(job=name, issue=issue_id):
                    self._look_at(name, installation_id, issue_id, FIRST)
                left.popleft()

    def _look_at(self, job_id: str, installation_id: str, issue_id: str, this: Try) -> None:
        def again(which: Try) -> None:
            self.jobs.issue(retry_name(job_id, this.attempt), installation_id, issue_id, which)

        with metrics.counted("process_issue"), spending_on(Purpose.ISSUE), self._retried(installation_id, this, again):
            processed = process_issue(self._parts, installation_id, issue_id)
            for follow in processed.follow:
                self.jobs.issue(f"{job_id}/parent/{follow}", installation_id, follow)
            measure_lag(self._parts, job_id)

    def _sweep(
        self, installation_id: str, slot: str, attempt: int, refusals: int = 0, project_key: str | None = None
    ) -> None:
        def again(which: Try) -> None:
            self.jobs.sweep(retry_name(slot, attempt), installation_id, which, project_key=project_key)

        this = Try(attempt, refusals)
        with metrics.counted("sweep"), spending_on(Purpose.SWEEP), self._retried(installation_id, this, again):
            for sweep in sweep_site(self._parts, installation_id, project_key, sparing=attempt < MOST_PUT_OFF):
                for issue_id in sweep.issues:
                    self.jobs.issue(f"{slot}/{issue_id}", installation_id, issue_id)

    def _tick(self, slot: str) -> None:
        instant = datetime.fromisoformat(slot)
        for due in self._parts.store.agenda.due(self._parts.clock.now()):
            when = due.due_at.isoformat() if due.due_at else ""
            self.jobs.issue(f"due/{when}/{due.installation_id}/{due.issue_id}", due.installation_id, due.issue_id)
        self._parts.store.workers.ticked(self._parts.settings.executor_id, instant)

    @contextlib.contextmanager
    def _retried(self, installation_id: str, this: Try, again: Callable[[Try], None]) -> Iterator[None]:
        """Asks again later what failed in passing; a site that refuses our credentials twice is marked."""
        try:
            yield
        except Temporary as failure:
            if gives_up(failure, this.attempt):
                raise
            delay = delay_before(failure, this.attempt, first=self._parts.settings.retry_seconds)
            metrics.RETRIES.labels(metrics.known_reason(failure.reason)).inc()
            log.info("job retried", attempt=this.attempt, delay=round(delay, 1), error=str(failure))
            again(Try(this.attempt + 1, this.refusals, delay))
        except Moved as moved:
            if (installation := self._parts.store.installations.by_id(installation_id)) is not None:
                self._parts.sites.close(installation, moved)
        except Unauthorized as refusal:
            if (installation := self._parts.store.installations.by_id(installation_id)) is None:
                return
            if this.refusals == 0 and not refusal.locked_out and not one_refusal_is_enough(installation):
                again(Try(this.attempt + 1, 1, self._parts.settings.retry_seconds))
                return
            self._parts.sites.close(installation, refusal)


def _failed(job: WorkflowStatus) -> FailedJob:
    partition = job.queue_partition_key or BELLS
    site = None if partition == BELLS else partition.partition(":")[0]
    ended = None if job.updated_at is None else datetime.fromtimestamp(job.updated_at / 1000, UTC)
    remedy = getattr(job.error, "remedy", UNFORESEEN)
    return FailedJob(job.workflow_id, job.name, f"{type(job.error).__name__}: {job.error}", site, ended, remedy)


def _plain(name: str, method: Callable[..., None], jobs: RunningJobs) -> Callable[..., None]:
    """A method as a plain function: DBOS writes attributes on what it registers."""

    def run(*arguments: Any) -> None:
        jobs.run(name, str(DBOS.workflow_id), method, *arguments)

    return run


def migrate_jobs(engine: sa.Engine) -> None:
    """Creates or upgrades the job engine's own tables."""
    DBOS.migrate(engine.url.render_as_string(hide_password=False))
