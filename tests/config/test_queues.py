"""The tables of queues and periodic jobs agree with each other and with the code."""

from __future__ import annotations

import importlib

import pytest

from config.queues import PERIODIC_JOBS, QUEUES


@pytest.mark.parametrize("job", PERIODIC_JOBS, ids=lambda job: job.name)
def test_a_periodic_job_is_a_function_of_the_workers(job):
    module, _, name = job.path.rpartition(".")
    assert module.startswith("workers.")
    function = getattr(importlib.import_module(module), name)
    assert callable(function)
    assert function.__doc__, "says why running it twice is safe"


@pytest.mark.parametrize("job", PERIODIC_JOBS, ids=lambda job: job.name)
def test_a_periodic_job_is_on_a_queue_that_is_worked(job):
    assert job.queue in QUEUES
    assert job.every_seconds > 0
    assert job.timeout_seconds > 0
    assert job.why


def test_names_are_unique_and_every_queue_is_used():
    assert len({job.name for job in PERIODIC_JOBS}) == len(PERIODIC_JOBS)
    assert {job.queue for job in PERIODIC_JOBS} == set(QUEUES)
