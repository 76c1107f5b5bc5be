"""How jobs are put on a queue: ids alone, as JSON, and gone soon after they ended."""

from __future__ import annotations

import redis
from rq import Queue
from rq.job import Job
from rq.serializers import JSONSerializer

from config.queues import PeriodicJob

# RQ would keep a failed job for a year. What a job was about stands in SQL.
KEPT_SECONDS = 60


def connect(redis_url: str) -> redis.Redis:
    """A connection that gives up soon when nobody answers, and that tries nothing twice by itself."""
    return redis.Redis.from_url(
        redis_url, socket_connect_timeout=2, socket_timeout=10, health_check_interval=30
    )


def queue(name: str, connection: redis.Redis) -> Queue:
    return Queue(name, connection=connection, serializer=JSONSerializer)


def enqueue_turn(job: PeriodicJob, connection: redis.Redis) -> Job:
    """Put one turn of a periodic job on its queue. Raises redis.RedisError."""
    return queue(job.queue, connection).enqueue_call(
        job.path,
        description=job.name,  # RQ's own would hold the arguments
        timeout=job.timeout_seconds,
        ttl=job.every_seconds,  # nobody took it: the next turn does the same
        result_ttl=0,
        failure_ttl=KEPT_SECONDS,
    )
