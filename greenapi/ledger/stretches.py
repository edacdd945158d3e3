"""Which whole revisions one answer holds, so that it stays small however much a revision changed."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db import connection

MOST_ROWS = 10_000
# For one answer that is filtered: how many revisions are passed over, and how many are looked at closely.
MOST_PASSED = 10_000
MOST_LOOKED_AT = 1_000


@dataclass(frozen=True, kw_only=True)
class Stretch:
    """Revisions in order, and the last revision that was looked at: the next answer starts after it."""

    numbers: Sequence[int]
    last: int


def stretch_after(
    number: int,
    *,
    head: int,
    revisions: int,
    tables: Collection[str] | None = None,
    change_classes: Collection[str] | None = None,
) -> Stretch:
    """The next `revisions` revisions after `number` and up to `head`, fewer where they recorded more than 10,000 rows.

    One that alone recorded more comes alone. Where tables or change classes are given, up to 1,000 of the next 10,000
    revisions: those that touched one of the tables and are of one of the classes, whatever `revisions` says. There may
    be none although more are to come.
    """
    filtered = tables is not None or change_classes is not None
    last = min(head, number + (MOST_PASSED if filtered else revisions))
    if last <= number:
        return Stretch(numbers=(), last=number)
    touched, complete = _touched(number, last=last, tables=tables, change_classes=change_classes)
    if not complete:
        # The last one may have more rows than were looked at.
        touched, last = (touched[:-1], touched[-1] - 1) if len(touched) > 1 else (touched, touched[0])
    if not filtered:
        return Stretch(numbers=range(number + 1, last + 1), last=last)
    if len(touched) > MOST_LOOKED_AT:
        touched, last = touched[:MOST_LOOKED_AT], touched[MOST_LOOKED_AT] - 1
    return Stretch(numbers=touched, last=last)


def _touched(
    number: int, *, last: int, tables: Collection[str] | None, change_classes: Collection[str] | None
) -> tuple[list[int], bool]:
    """The revisions after `number` up to `last` that recorded the first rows, and whether those are all the rows."""
    conditions = ["rev_from > %(number)s", "rev_from <= %(last)s"]
    if tables is not None:
        conditions.append("table_name = ANY(%(tables)s)")
    if change_classes is not None:
        conditions.append(
            "rev_from IN (SELECT r.number FROM ledger_revision r"
            " WHERE r.number > %(number)s AND r.number <= %(last)s AND r.change_class = ANY(%(change_classes)s))"
        )
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rev_from, count(*) FROM (SELECT rev_from FROM ledger_change"
            f" WHERE {' AND '.join(conditions)} ORDER BY rev_from LIMIT %(limit)s) first GROUP BY 1 ORDER BY 1",
            {
                "number": number,
                "last": last,
                "limit": MOST_ROWS + 1,
                "tables": None if tables is None else sorted(tables),
                "change_classes": None if change_classes is None else sorted(change_classes),
            },
        )
        counted = cursor.fetchall()
    return [found for found, _ in counted], sum(rows for _, rows in counted) <= MOST_ROWS
