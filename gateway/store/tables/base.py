"""What all tables hang on: the naming of keys, and indexes of some rows only."""

from __future__ import annotations

from typing import Any

from sqlalchemy import MetaData, text

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def where(condition: str) -> dict[str, Any]:
    """For an index of some rows only. A query must say the same in the same words to profit from it."""
    return {"sqlite_where": text(condition), "postgresql_where": text(condition)}
