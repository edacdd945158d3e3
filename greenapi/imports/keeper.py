"""A worker's second connection: what it holds, hears and tells while the first is in the midst of a revision."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import psycopg
from django.db import connection
from psycopg.rows import TupleRow

from .models import OPEN, State

CHANNEL = "greenapi_imports"
CONNECT_TIMEOUT_SECONDS = 5
# Telling oftener would cost more than it tells.
TOLD_EVERY_SECONDS = 0.2


class CancelledError(Exception):
    """The import was cancelled, or another worker has ended it."""


class Keeper:
    """A connection in autocommit mode. The locks that it holds on imports end with this process, however it ends."""

    def __init__(self, connected: "psycopg.Connection[TupleRow]") -> None:
        self._connection = connected
        self._told = 0.0
        connected.execute(f"LISTEN {CHANNEL}")

    def take(self) -> UUID | None:
        """Locks the oldest import that is not done and that no other worker holds; None where there is none."""
        found = self._connection.execute(
            "SELECT id FROM bulk_import WHERE state = ANY(%s) ORDER BY created_at, id", [list(OPEN)]
        ).fetchall()
        for (identity,) in found:
            if self._one("SELECT pg_try_advisory_lock(%s)", _lock_of(identity)):
                # Whoever held the lock until now may have ended it.
                if self._one("SELECT state = ANY(%s) FROM bulk_import WHERE id = %s", list(OPEN), identity):
                    return UUID(str(identity))
                self.release(identity)
        return None

    def release(self, identity: UUID) -> None:
        """Gives the lock on an import back."""
        self._one("SELECT pg_advisory_unlock(%s)", _lock_of(identity))

    def wait(self, *, seconds: float) -> None:
        """Returns when an import was sent, at the latest after some seconds."""
        for _ in self._connection.notifies(timeout=seconds, stop_after=1):
            pass

    def tell(self, identity: UUID, *, stage: str, byte: int, read: int, done: int, refused: int, now: bool) -> None:
        """Tells how far an import is; unless `now`, not more than five times in a second.

        Raises:
            CancelledError: it is no longer running.
        """
        moment = time.monotonic()
        if not now and moment - self._told < TOLD_EVERY_SECONDS:
            return
        self._told = moment
        state = self._one(
            "WITH told AS (INSERT INTO bulk_import_progress (of_id, stage, at_byte, read, done, refused)"
            " SELECT id, %s, %s, %s, %s, %s FROM bulk_import WHERE id = %s"
            " ON CONFLICT (of_id) DO UPDATE SET stage = excluded.stage, at_byte = excluded.at_byte,"
            " read = excluded.read, done = excluded.done, refused = excluded.refused)"
            " SELECT state FROM bulk_import WHERE id = %s",
            *(stage, byte, read, done, refused, identity, identity),
        )
        if state != State.RUNNING:
            raise CancelledError

    def _one(self, statement: str, *parameters: Any) -> Any:
        row = self._connection.execute(statement, parameters).fetchone()
        return None if row is None else row[0]


@contextmanager
def keeper() -> Iterator[Keeper]:
    """A keeper on Django's database, until the end of the block."""
    parameters: dict[str, Any] = {
        "connect_timeout": CONNECT_TIMEOUT_SECONDS,
        **connection.get_connection_params(),
        "autocommit": True,
        "application_name": "greenapi worker",
    }
    unwanted = {"context", "cursor_factory", "pool"}
    given = {name: value for name, value in parameters.items() if name not in unwanted}
    with psycopg.connect(**given) as connected:
        yield Keeper(connected)


def _lock_of(identity: UUID) -> int:
    """The number of the advisory lock of an import: of its random bits as many as there is room for."""
    return UUID(str(identity)).int & (1 << 62) - 1
