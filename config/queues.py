"""The job queues, and every periodic job, in one table each.

Jobs carry ids alone: what a job is about stands in SQL. A job that is lost costs nothing but time, because
something periodic finds what it would have done.
"""

from __future__ import annotations

from dataclasses import dataclass

OUTBOX = "outbox"
HOUSEKEEPING = "housekeeping"

# In the order in which a worker empties them.
QUEUES = (OUTBOX, HOUSEKEEPING)


@dataclass(frozen=True, slots=True)
class PeriodicJob:
    """``path``: the function, ``module.name``, called without arguments. Safe to run twice, at once too.

    A turn that nobody has begun when the next is due is dropped; one that runs longer than
    ``timeout_seconds`` is broken off.
    """

    name: str
    path: str
    queue: str
    every_seconds: int
    timeout_seconds: int
    why: str


PERIODIC_JOBS = (
    PeriodicJob(
        name="sweep_outbox",
        path="workers.sweep_outbox.run",
        queue=OUTBOX,
        every_seconds=10,
        timeout_seconds=60,
        why="does what a process wrote into the outbox and died before doing",
    ),
    PeriodicJob(
        name="hide_numbers",
        path="workers.hide_numbers.run",
        queue=HOUSEKEEPING,
        every_seconds=60,
        timeout_seconds=60,
        why="a number that was lifted in danger to life is hidden again after an hour",
    ),
    PeriodicJob(
        name="watch_rosters",
        path="workers.watch_rosters.run",
        queue=HOUSEKEEPING,
        every_seconds=120,
        timeout_seconds=60,
        why="gaps ahead, reminders before a shift, and shifts that nobody has confirmed",
    ),
    PeriodicJob(
        name="roll_up_months",
        path="workers.roll_up_months.run",
        queue=HOUSEKEEPING,
        every_seconds=3600,
        timeout_seconds=300,
        why="statistics over years are made of months that were counted once",
    ),
    PeriodicJob(
        name="remind_registrations",
        path="workers.remind_registrations.run",
        queue=HOUSEKEEPING,
        every_seconds=300,
        timeout_seconds=60,
        why="whoever misses registrations is asked for them after the shift and in the morning",
    ),
    PeriodicJob(
        name="watch_follow_ups",
        path="workers.watch_follow_ups.run",
        queue=HOUSEKEEPING,
        every_seconds=60,
        timeout_seconds=60,
        why="what a citizen was promised is due, and nobody has taken it",
    ),
    PeriodicJob(
        name="purge",
        path="workers.purge.run",
        queue=HOUSEKEEPING,
        every_seconds=3600,
        timeout_seconds=600,
        why="nothing is kept longer than promised; more often than nightly, so that a day is a day",
    ),
)

# The clock process does the same sweep itself, without Redis; less often, because it seldom finds anything.
WATCHDOG_SECONDS = 15
