"""The worker does what is queued, whatever happens to a job, to Redis or to itself."""

from __future__ import annotations

import signal
import time

import pytest

from config.queues import QUEUES
from tests.waiting import wait_until
from workers import jobs
from workers.run import JobWorker


def test_the_worker_listens_to_every_queue(valkey_url):
    worker = JobWorker(jobs.connect(valkey_url))
    assert tuple(worker.queue_names()) == QUEUES


def test_a_job_on_every_queue_is_done(valkey_url, start_worker):
    worker = start_worker(valkey_url)
    for queue in QUEUES:
        worker.enqueue("note", queue, queue=queue)
    wait_until(lambda: sorted(worker.noted()) == sorted(QUEUES), "a note from each queue")


def test_a_job_that_fails_does_not_stop_the_rest_and_gives_nothing_away(valkey_url, start_worker):
    worker = start_worker(valkey_url)
    worker.enqueue("note", "before")
    failed = worker.enqueue("fail", "failing")
    worker.enqueue("note", "after")
    wait_until(lambda: worker.noted() == ["before", "failing", "after"], "all three")
    wait_until(lambda: "job_failed" in worker.logged(), "a line in the log")
    assert "ValueError" in worker.logged()
    assert "+45" not in worker.logged()
    assert "1234 5678" not in worker.logged()
    with jobs.connect(valkey_url) as connection:
        # RQ compresses what it stores of a failure, so it is asked for it.
        stored = jobs.queue(QUEUES[0], connection).fetch_job(failed.id).latest_result()
        assert stored.exc_string == "it is in the log"
        assert 0 < connection.ttl(failed.key) <= 60


def test_a_job_that_does_not_end_is_broken_off(valkey_url, start_worker):
    worker = start_worker(valkey_url)
    worker.enqueue("never_end", timeout=1)
    worker.enqueue("note", "after")
    wait_until(lambda: worker.noted() == ["after"], "the next job")


def test_a_function_that_is_not_there_does_not_stop_the_rest(valkey_url, start_worker):
    worker = start_worker(valkey_url)
    worker.enqueue("no_such_job")
    worker.enqueue("note", "after")
    wait_until(lambda: worker.noted() == ["after"], "the next job")


def test_nothing_pickled_is_ever_read(valkey_url, start_worker):
    from rq import Queue

    worker = start_worker(valkey_url)
    with jobs.connect(valkey_url) as connection:
        Queue(QUEUES[0], connection=connection).enqueue("tests.workers.sample_jobs.note", "pickled")
    worker.enqueue("note", "after")
    wait_until(lambda: worker.noted() == ["after"], "the next job, and not the pickled one")


def test_what_is_done_leaves_nothing_in_redis(valkey_url, start_worker):
    worker = start_worker(valkey_url)
    job = worker.enqueue("note", "done")
    wait_until(lambda: worker.noted() == ["done"], "the job")
    with jobs.connect(valkey_url) as connection:
        wait_until(lambda: not connection.exists(job.key), "the job's end")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_told_to_stop_it_finishes_the_job_it_has_begun(valkey_url, start_worker, number):
    worker = start_worker(valkey_url)
    worker.enqueue("take_long", "long")
    worker.enqueue("note", "next")
    wait_until(lambda: worker.noted() == ["long begun"], "the job's beginning")
    worker.process.send_signal(number)
    assert worker.process.wait(30) == 0
    assert worker.noted() == ["long begun", "long done"]


def test_told_to_stop_when_idle_it_ends_at_once(valkey_url, start_worker):
    worker = start_worker(valkey_url)
    wait_until(lambda: "worker_listens" in worker.logged(), "its start")
    time.sleep(0.2)
    worker.process.terminate()
    assert worker.process.wait(30) == 0  # RQ itself would wait for a job for minutes


def test_a_redis_that_comes_back_is_not_kept_waiting(valkey_url):
    assert JobWorker(jobs.connect(valkey_url)).max_connection_wait_time <= 5  # RQ's own: a minute


def test_redis_is_killed_and_comes_back_empty(mortal_redis, start_worker):
    worker = start_worker(mortal_redis.url)
    worker.enqueue("note", "before")
    wait_until(lambda: worker.noted() == ["before"], "the first job")
    mortal_redis.kill()
    time.sleep(1)
    assert worker.process.poll() is None
    mortal_redis.start()
    worker.enqueue("note", "after")
    wait_until(lambda: worker.noted() == ["before", "after"], "the job after the restart")


def test_redis_is_killed_in_the_middle_of_a_job(mortal_redis, start_worker):
    worker = start_worker(mortal_redis.url)
    worker.enqueue("take_long", "long")
    wait_until(lambda: worker.noted() == ["long begun"], "the job's beginning")
    mortal_redis.kill()
    wait_until(lambda: worker.noted()[1:] == ["long done"], "the job's end")
    time.sleep(0.5)
    mortal_redis.start()
    worker.enqueue("note", "after")
    wait_until(lambda: worker.noted()[2:] == ["after"], "the job after the restart")
    assert worker.process.poll() is None


def test_a_redis_that_is_not_there_yet_is_waited_for(mortal_redis, start_worker):
    mortal_redis.kill()
    worker = start_worker(mortal_redis.url)
    wait_until(lambda: "worker_lost_redis" in worker.logged(), "a line in the log")
    mortal_redis.start()
    worker.enqueue("note", "there")
    wait_until(lambda: worker.noted() == ["there"], "the job")


def test_told_to_stop_while_redis_is_gone_it_ends(mortal_redis, start_worker):
    mortal_redis.kill()
    worker = start_worker(mortal_redis.url)
    wait_until(lambda: "worker_lost_redis" in worker.logged(), "a line in the log")
    worker.process.terminate()
    assert worker.process.wait(30) == 0
