"""The chain of sealed revisions: its newest place, whether a cursor is a place of it, and what proves a stretch."""

from dataclasses import dataclass

from django.db import connection

from .cursors import Cursor
from .models import Revision
from .stretches import stretch_after


class DivergedError(Exception):
    """A cursor names a place that the chain of this ledger does not have; the message says which and what to do."""


@dataclass(frozen=True, kw_only=True)
class SealedRevision:
    """A revision with the hashes of all rows that it recorded: 64 hexadecimal digits each, sorted."""

    revision: Revision
    rows: list[str]


def newest_place() -> Cursor:
    """The place after the newest revision; the start of a ledger that has none."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT ledger_id, number, ledger_hash_at(number) FROM ledger_head")
        ledger_id, number, sealed = cursor.fetchone()
    return Cursor(ledger_id=ledger_id, number=number, hash=bytes(sealed))


def verify_place(cursor: Cursor, *, newest: Cursor) -> None:
    """Checks that what was read up to a cursor is what stands in this ledger, whose newest place is given.

    Raises:
        DivergedError: it is another ledger, or one that was restored from an older copy.
    """
    advice = "Discard what you hold and read again from the start, without `after`."
    if cursor.ledger_id != newest.ledger_id:
        raise DivergedError(f"The cursor is of another ledger; this one is {newest.ledger_id}. {advice}")
    if cursor.number > newest.number:
        raise DivergedError(
            f"The cursor stands after revision {cursor.number}, but the newest is {newest.number}: the ledger was"
            f" restored from an older copy. {advice}"
        )
    if cursor.hash != hash_at(cursor.number):
        raise DivergedError(
            f"Revision {cursor.number} is not the one that the cursor was given for: the ledger was restored from an"
            f" older copy. {advice}"
        )


def sealed_after(number: int, *, head: int, revisions: int) -> list[SealedRevision]:
    """At most `revisions` revisions after `number` and up to `head`, as `stretch_after` measures them."""
    numbers = stretch_after(number, head=head, revisions=revisions).numbers
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rev_from, array_agg(encode(rev_hash, 'hex') ORDER BY rev_hash) FROM ledger_change"
            " WHERE rev_from = ANY(%s) GROUP BY 1",
            [list(numbers)],
        )
        rows = dict(cursor.fetchall())
    found = Revision.objects.filter(number__in=numbers).order_by("number")
    return [SealedRevision(revision=revision, rows=rows.get(revision.number, [])) for revision in found]


def hash_at(number: int) -> bytes:
    """The hash of a revision that there is; for 0 the chain's first."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT ledger_hash_at(%s)", [number])
        return bytes(cursor.fetchone()[0])
