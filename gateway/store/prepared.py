"""Statements on the way of every call, compiled once for each database.

For each execution SQLAlchemy works out anew what never changes in them, which takes longer than SQLite
itself. Here the driver is given their text and values as they are, and its rows and errors come as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from sqlalchemy.engine import Connection, Dialect

Values = Mapping[str, Any]
# By name or by place, as the driver takes them.
_Given = dict[str, Any] | tuple[Any, ...]


class Prepared:
    """``made``: the statement, of SQLAlchemy's, for a dialect of this name. ``columns``: those that an INSERT
    is given, among them each that has a default."""

    def __init__(self, made: Callable[[str], Any], columns: Iterable[str] = ()) -> None:
        self._made, self._columns = made, list(columns)
        self._compiled: dict[str, tuple[str, Callable[[Values], _Given]]] = {}

    def execute(self, connection: Connection, values: Values) -> Any:
        """The driver's cursor."""
        text, given = self._for(connection.dialect)
        return _driver(connection).execute(text, given(values))

    def execute_each(self, connection: Connection, rows: Iterable[Values]) -> None:
        text, given = self._for(connection.dialect)
        _driver(connection).cursor().executemany(text, [given(row) for row in rows])

    def _for(self, dialect: Dialect) -> tuple[str, Callable[[Values], _Given]]:
        found = self._compiled.get(dialect.name)
        if found is None:
            found = self._compiled[dialect.name] = _compile(self._made(dialect.name), dialect, self._columns)
        return found


@contextmanager
def pipelined(connection: Connection) -> Iterator[None]:
    """PostgreSQL answers the prepared statements of the block together, at its end. None of them has rows."""
    if connection.dialect.name == "sqlite":
        yield
    else:
        with _driver(connection).pipeline():
            yield


def _driver(connection: Connection) -> Any:
    return connection.connection.driver_connection


def _compile(made: Any, dialect: Dialect, columns: list[str]) -> tuple[str, Callable[[Values], _Given]]:
    compiled = made.compile(dialect=dialect, column_keys=columns or None)
    processes = {
        name: bind.type.dialect_impl(dialect).bind_processor(dialect) for name, bind in compiled.binds.items()
    }
    if compiled.positiontup is None:
        named = list(processes.items())
        return compiled.string, lambda values: {
            name: process(values[name]) if process else values[name] for name, process in named
        }
    placed = [(name, processes[name]) for name in compiled.positiontup]
    return compiled.string, lambda values: tuple(
        [process(values[name]) if process else values[name] for name, process in placed]
    )
