"""Reading at one revision: the newest, or any older one, from one snapshot."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from uuid import UUID

from django.conf import settings
from django.db import OperationalError, connection, transaction
from django.db.backends.utils import CursorWrapper
from psycopg import errors

from .revisions import OpenRevision, WriterBusyError

MAX_NUMBER = 2**63 - 1
# Postgres weighs every order of so many tables at a time. With its own 8, planning a list of facts, which joins 13,
# takes seven times as long as with 4 and far longer than reading; with fewer, filters across links come too late.
JOINS_PLANNED_TOGETHER = "4"


class FutureRevisionError(Exception):
    """The revision or moment asked for has not come yet."""


@dataclass(frozen=True, kw_only=True)
class Snapshot:
    """What is being read: a revision's number, 0 before the first, and when it was recorded (UTC; None before)."""

    number: int
    recorded_at: datetime | None


@contextmanager
def reading(*, as_of: int | None = None) -> Iterator[Snapshot]:
    """Runs the queries inside against one snapshot: the newest revision, or the database as of revision `as_of`.

    As of a revision every versioned table is read through its view in the schema `as_of`, so the same querysets
    serve present and past; at the newest revision these views, named with their schema, show the present. Nothing can
    be written inside. A query that takes longer than `READ_SECONDS` is ended.

    Raises:
        FutureRevisionError: revision `as_of` does not exist yet.
    """
    nested = connection.in_atomic_block
    with transaction.atomic(), connection.cursor() as cursor:
        if not nested:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        cursor.execute(
            "SELECT h.number, r.recorded_at, set_config('join_collapse_limit', %s, true),"
            " set_config('greenapi.as_of', h.number::text, true), set_config('statement_timeout', %s, true)"
            " FROM ledger_head h LEFT JOIN ledger_revision r ON r.number = coalesce(%s, h.number)",
            [JOINS_PLANNED_TOGETHER, f"{settings.READ_SECONDS * 1000:.0f}ms", as_of],
        )
        head, recorded_at, *_ = cursor.fetchone()
        if as_of is not None:
            if as_of > head:
                raise FutureRevisionError(f"the newest revision is {head}")
            # Not `public` as well: a view that were missing would then let the present through.
            _read_through(cursor, schema="as_of", number=as_of)
        yield Snapshot(number=head if as_of is None else as_of, recorded_at=recorded_at)
        # The good end of a savepoint keeps local settings; its rollback and the end of a transaction do not.
        if nested and as_of is not None:
            _read_through(cursor, schema="public", number=0)


def reading_before(opened: OpenRevision) -> Snapshot:
    """What stood before the revision that is open; the queries that follow are planned as those of `reading`."""
    number = opened.number - 1
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('join_collapse_limit', %s, true),"
            " (SELECT recorded_at FROM ledger_revision WHERE number = %s)",
            [JOINS_PLANNED_TOGETHER, number],
        )
        _, recorded_at = cursor.fetchone()
    return Snapshot(number=number, recorded_at=recorded_at)


@contextmanager
def looking_back() -> Iterator[Callable[[int], Snapshot]]:
    """Inside `reading`: gives a function that lets the queries that follow read another revision, newest or older.

    They all read the one snapshot of `reading`; its own revision is read again at the end.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('search_path'), current_setting('greenapi.as_of', true)")
        schema, as_of = cursor.fetchone()

        def look(number: int) -> Snapshot:
            _read_through(cursor, schema="as_of", number=number)
            cursor.execute("SELECT recorded_at FROM public.ledger_revision WHERE number = %s", [number])
            row = cursor.fetchone()
            return Snapshot(number=number, recorded_at=None if row is None else row[0])

        yield look
        _read_through(cursor, schema=schema, number=int(as_of or 0))


def was_recorded(number: int) -> bool:
    """Whether there is a revision of a number, also one later than the revision that is being read."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM public.ledger_revision WHERE number = %s)", [number])
        found: bool = cursor.fetchone()[0]
    return found


def ledger_id() -> UUID:
    """Which ledger is being read, at whatever revision."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT ledger_id FROM public.ledger_head")
        found: UUID = cursor.fetchone()[0]
    return found


def revision_at(moment: date | datetime) -> int:
    """The largest revision recorded at or before a moment; 0 when none was.

    A date means the end of that day (UTC), a datetime must be aware. The answer is final: no revision will be
    recorded at or before the moment afterwards.

    Raises:
        FutureRevisionError: the moment has not come yet.
        WriterBusyError: a writer that may still record at that moment did not finish within 0.3 s.
    """
    if not isinstance(moment, datetime):
        moment = datetime.combine(moment, time.max, UTC)
    with connection.cursor() as cursor:
        try:
            cursor.execute("SELECT ledger_resolve(%s)", [moment])
        except OperationalError as error:
            if isinstance(error.__cause__, errors.LockNotAvailable):
                raise WriterBusyError("a change is being written at that moment; try again") from error
            raise
        number: int | None = cursor.fetchone()[0]
    if number is None:
        raise FutureRevisionError(f"{moment.isoformat()} has not come yet; a day is over when it ends in UTC")
    return number


def _read_through(cursor: CursorWrapper, *, schema: str, number: int) -> None:
    cursor.execute(
        "SELECT set_config('search_path', %s, true), set_config('greenapi.as_of', %s, true)", [schema, str(number)]
    )
