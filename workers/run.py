"""The worker process: does the jobs of every queue, one at a time, for as long as it is let.

RQ's worker ends when Redis is gone at the wrong moment; here it waits and begins anew. It runs the jobs in
its own process, not in a fork each: they are short, they keep their database connections, and none is left
behind when the worker is killed. A job that takes the process with it is met by the supervisor's restart.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from types import FrameType, TracebackType

import redis
from rq.exceptions import StopRequested
from rq.executions import Execution
from rq.job import Job
from rq.queue import Queue
from rq.registry import StartedJobRegistry
from rq.serializers import JSONSerializer
from rq.worker import SimpleWorker

from config import logs
from config.queues import QUEUES
from config.settings import Settings
from workers import jobs

FIRST_WAIT_SECONDS = 0.5
LONGEST_WAIT_SECONDS = 5.0

log = logs.get("worker")


class JobWorker(SimpleWorker):
    """RQ's worker with some habits changed: what it logs, stores and listens to, how long it waits."""

    max_connection_wait_time = LONGEST_WAIT_SECONDS
    log_result_lifespan = False

    def __init__(self, connection: redis.Redis) -> None:
        super().__init__(
            QUEUES,
            connection=connection,
            serializer=JSONSerializer,
            exception_handlers=[_log_failure],
            log_job_description=False,
        )
        self.told_to_stop = False

    def request_stop(self, signum: int, frame: FrameType | None) -> None:
        self.told_to_stop = True
        super().request_stop(signum, frame)  # type: ignore[no-untyped-call]

    def subscribe(self) -> None:
        """RQ takes orders through Redis (end a job, end the worker). We take none."""

    def handle_job_failure(
        self,
        job: Job,
        queue: Queue,
        started_job_registry: StartedJobRegistry | None = None,
        exc_string: str = "",  # noqa: ARG002
        execution: Execution | None = None,
    ) -> None:
        # A traceback's last line may hold what the job was about, and Redis is no place for that.
        super().handle_job_failure(job, queue, started_job_registry, "it is in the log", execution)


def work(connect: Callable[[], redis.Redis]) -> None:
    """Do jobs until SIGINT or SIGTERM; one that has begun is finished first. From the main thread only."""
    wait_seconds = FIRST_WAIT_SECONDS
    try:
        while True:
            begun = time.monotonic()
            if _work_once(connect):
                return
            if time.monotonic() - begun > LONGEST_WAIT_SECONDS:
                wait_seconds = FIRST_WAIT_SECONDS
            time.sleep(wait_seconds)
            wait_seconds = min(2 * wait_seconds, LONGEST_WAIT_SECONDS)
    except StopRequested:  # while no worker was there to be told
        return


def _work_once(connect: Callable[[], redis.Redis]) -> bool:
    """Until RQ's worker ends, for whatever reason. True when it was told to."""
    worker: JobWorker | None = None
    _stop_on_signals()
    try:
        worker = JobWorker(connect())
        log.event("worker_listens", count=len(QUEUES))
        worker.work(logging_level=None)
    except redis.RedisError as error:
        log.warning("worker_lost_redis", error=type(error).__name__)
    finally:
        _stop_on_signals()
    return worker is not None and worker.told_to_stop


def _stop_on_signals() -> None:
    def stop(_number: int, _frame: FrameType | None) -> None:
        raise StopRequested

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)


def _log_failure(
    job: Job, _kind: type[BaseException], error: BaseException, _traceback: TracebackType | None
) -> bool:
    log.error("job_failed", error, job=job.description)
    return False  # no other handler has anything to add


def main() -> None:
    logs.configure(strict=False)
    settings = Settings.from_environment(os.environ)
    redis_url = settings.redis_url
    if redis_url is None:
        raise SystemExit("REDIS_URL is not set")
    work(lambda: jobs.connect(redis_url))


if __name__ == "__main__":
    main()
