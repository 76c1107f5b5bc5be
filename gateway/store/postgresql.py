"""PostgreSQL: an engine whose connections notice when the server says nothing any more.

Its own bounds (``statement_timeout``, ``lock_timeout``) are kept by the server, and so by nobody when it is
the server that hangs. The kernel of a stopped one goes on taking what is sent, so that no bound of TCP helps.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import psycopg
import sqlalchemy as sa
from psycopg.abc import PQGen
from sqlalchemy.engine import URL, Dialect, Engine

from gateway.store.pulse import Pulse

CONNECT_SECONDS = 2
# After each such time without a word, it is asked on the side whether the server answers others.
SILENCE_SECONDS = 1
# How often psycopg looks up while nothing comes.
_LOOK_SECONDS = 0.1
_LOOKS = round(SILENCE_SECONDS / _LOOK_SECONDS)
# Leaves nothing behind but its commit: there is no table that every database has from its first day.
_COMMIT = "SELECT pg_logical_emit_message(true, 'akutlinjen', '')"

_Came = TypeVar("_Came")


def engine(url: URL, lock_seconds: int) -> tuple[Engine, Pulse]:
    if url.drivername in {"postgresql", "postgres"}:
        url = url.set(drivername="postgresql+psycopg")
    # The lock bound is what turns a row that hangs into one that is known to be gone.
    options = f"-c lock_timeout={lock_seconds}s -c statement_timeout={2 * lock_seconds}s"
    made = sa.create_engine(
        url,
        pool_size=16,
        max_overflow=32,
        pool_timeout=lock_seconds,
        pool_pre_ping=True,
        hide_parameters=True,  # an error's words may end up where nobody looked for numbers
        connect_args={"connect_timeout": CONNECT_SECONDS, "options": options, "tcp_user_timeout": 5000},
    )
    _words, address = made.dialect.create_connect_args(url)
    pulse = Pulse(lambda: _answers(address))

    def connect(_dialect: Dialect, _record: object, words: list[Any], parts: dict[str, Any]) -> Watched:
        if pulse.is_gone:
            raise NoAnswerError("no answer from the server")
        try:
            connection = Watched.connect(*words, **parts)
        except psycopg.errors.ConnectionTimeout:
            pulse.missed()
            raise
        connection.goes_on = pulse.beats
        return connection

    sa.event.listen(made, "do_connect", connect)
    return made, pulse


class NoAnswerError(psycopg.OperationalError):
    """The server has taken what was sent and says nothing. Whether it will carry it out nobody knows."""


class Watched(psycopg.Connection[Any]):
    """``goes_on`` is asked after each second of silence; False ends the wait, and the connection."""

    goes_on: Callable[[], bool] | None = None

    def wait(self, gen: PQGen[_Came], interval: float = _LOOK_SECONDS, timeout: float | None = None) -> _Came:
        return super().wait(self._watched(gen), interval, timeout)

    def _watched(self, gen: PQGen[_Came]) -> PQGen[_Came]:
        looks = 0
        try:
            state = next(gen)
            while True:
                ready = yield state
                looks = 0 if ready else looks + 1
                if looks >= _LOOKS:
                    looks = 0
                    if self.goes_on is not None and not self.goes_on():
                        self.close()
                        raise NoAnswerError("no answer from the server")
                state = gen.send(ready)
        except StopIteration as came:
            value: _Came = came.value
            return value


def _answers(address: Mapping[str, Any]) -> bool:
    """Whether the server lets somebody in and commits something durably: with a disk that hangs it does not.

    One that says no, be it that there is no place left, has answered. Takes three seconds at most.
    """
    try:
        with Watched.connect(**address, connect_timeout=CONNECT_SECONDS) as connection:
            connection.goes_on = lambda: False
            connection.execute(_COMMIT)
    except (NoAnswerError, psycopg.errors.ConnectionTimeout):
        return False
    except psycopg.Error:
        return True
    return True
