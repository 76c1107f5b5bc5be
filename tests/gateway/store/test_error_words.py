"""What a failing statement says: never what it was given."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from gateway.store.engine import Store


def test_a_database_error_does_not_hold_the_values(database_url: str) -> None:
    store = Store(database_url)
    statement = sa.text("SELECT * FROM nowhere WHERE number = :number")
    with pytest.raises(sa.exc.DBAPIError) as raised, store.engine.begin() as connection:
        connection.execute(statement, {"number": "+4531415926"})
    assert "31415926" not in str(raised.value)
    assert "parameters hidden" in str(raised.value)
    store.close()
