"""When the public saw a record: the revisions at which it appeared, changed or disappeared.

A record is shown by the versions of its row that inserted or updated it, of a reviewed model only by those whose state
is `published`. Its parts (the citations of a fact, the events of a commitment and their citations) are shown with it,
while it is shown itself. What it merely names, such as the unit of a value, has a history of its own.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from .models import Revision, Versioned
from .tables import versioned_models
from .visibility import public_sql, spans_sql, versions_of, with_owners


@dataclass(frozen=True, kw_only=True)
class Appearance:
    """A record at a revision: the revision's number, and the key that the record had then."""

    number: int
    key: str


def last_holder(model: type[Versioned], *, field: str, key: str, until: int) -> UUID | None:
    """The id of the record that had a key in public at revision `until`, or else last before it; None if none had."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT v.id FROM {versions_of(model)} v"
            f' WHERE {public_sql(model, "v")} AND v."{field}" = %s AND v.rev_from <= %s'
            " ORDER BY v.rev_from DESC LIMIT 1",
            [key, until],
        )
        row = cursor.fetchone()
    return None if row is None else row[0]


def redacted_by(model: type[Versioned], *, id: str, until: int) -> int | None:
    """The revision that removed a record for good which had been recorded by revision `until`; None if none did."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT v.rev_redacted FROM public.{model._meta.db_table}_version v"
            " WHERE v.id = %s AND v.op = 'R' AND v.rev_from <= %s LIMIT 1",
            [id, until],
        )
        row = cursor.fetchone()
    return None if row is None else row[0]


def appearances(model: type[Versioned], *, id: UUID, key: str) -> QuerySet[Revision]:
    """The revisions at which the public saw something of a record change, its parts included.

    Each has `key_before` and `key_after`: the field `key` of the record as of the revision before, and as of this one;
    None where it was not shown.
    """
    chains = list(_chains(model))
    key_then = (
        f'(SELECT v."{key}"::text FROM {versions_of(model)} v'
        f" WHERE v.id = %s AND {public_sql(model, 'v')} AND v.rev_from <= ledger_revision.number {{offset}}"
        " AND (v.rev_to IS NULL OR v.rev_to > ledger_revision.number {offset}))"
    )
    return Revision.objects.filter(
        number__in=RawSQL(f"{_changed(chains)} SELECT number FROM changed", [id] * len(chains))
    ).annotate(
        key_before=RawSQL(key_then.format(offset="- 1"), [id]),
        key_after=RawSQL(key_then.format(offset=""), [id]),
    )


def changes_around(
    model: type[Versioned], *, id: UUID, key: str, number: int
) -> tuple[Appearance | None, Appearance | None]:
    """The version of a record before the one that revision `number` shows, and the one after it.

    Each is named by the revision that made it; None where there is none.
    """
    chains = list(_chains(model))
    shown = (
        f'{_changed(chains)}, shown AS (SELECT c.number, v."{key}"::text FROM changed c JOIN {versions_of(model)} v'
        f" ON v.id = %s AND {public_sql(model, 'v')} AND v.rev_from <= c.number"
        " AND (v.rev_to IS NULL OR v.rev_to > c.number))"
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f"{shown} (SELECT * FROM shown WHERE number <= %s ORDER BY number DESC OFFSET 1 LIMIT 1)"
            " UNION ALL (SELECT * FROM shown WHERE number > %s ORDER BY number LIMIT 1)",
            [id] * (len(chains) + 1) + [number, number],
        )
        found = [Appearance(number=at, key=then) for at, then in cursor.fetchall()]
    before = next((seen for seen in found if seen.number <= number), None)
    after = next((seen for seen in found if seen.number > number), None)
    return before, after


def _changed(chains: list[str]) -> str:
    """SQL that defines `changed`: the number of each revision at which something began or ceased to be shown."""
    return (
        f"WITH spans AS ({' UNION ALL '.join(chains)}), changed AS (SELECT begins AS number FROM spans"
        " UNION SELECT ends FROM spans WHERE ends IS NOT NULL)"
    )


def _chains(model: type[Versioned]) -> Iterator[str]:
    """SQL for the spans of revisions in which a version of a record, or of one of its parts, was shown.

    Each takes the record's id. A part is shown as long as its own version and all that it is a part of are.
    """
    for part in versioned_models():
        chain = with_owners(part)
        if model in chain:
            top = chain.index(model)
            yield spans_sql(chain[: top + 1], where=f"v{top}.id = %s")
