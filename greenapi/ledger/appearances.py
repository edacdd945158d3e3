"""When the public saw a record: the revisions at which it appeared, changed or disappeared.

A record is shown by the versions of its row that inserted or updated it, of a reviewed model only by those whose state
is `published`. Its parts (the citations of a fact, the events of a commitment and their citations) are shown with it,
while it is shown itself; so an event, which has an address of its own, is shown while its commitment is. What it merely
names, such as the unit of a value, has a history of its own.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from .models import Revision, Versioned
from .tables import versioned_models
from .visibility import spans_sql, standing_sql, with_owners


@dataclass(frozen=True, kw_only=True)
class Appearance:
    """A record at a revision: the revision's number, and the key that the record had then."""

    number: int
    key: str


def last_holder(model: type[Versioned], *, field: str, key: str, until: int) -> UUID | None:
    """The id of the record that had a key in public at revision `until`, or else last before it; None if none had."""
    with connection.cursor() as cursor:
        spans = spans_sql(with_owners(model), where=f'v0."{field}" = %s')
        cursor.execute(
            f"SELECT id FROM ({spans}) s WHERE begins <= %s ORDER BY begins DESC LIMIT 1",
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

    def key_at(number: str) -> RawSQL:
        return RawSQL(f"({standing_sql(model, key, where='v0.id = %s', at=number)})", [id])

    return Revision.objects.filter(
        number__in=RawSQL(f"{_changed(chains)} SELECT number FROM numbers", [id] * len(chains))
    ).annotate(key_before=key_at("ledger_revision.number - 1"), key_after=key_at("ledger_revision.number"))


def changes_around(
    model: type[Versioned], *, id: UUID, key: str, number: int
) -> tuple[Appearance | None, Appearance | None]:
    """The version of a record before the one that revision `number` shows, and the one after it.

    Each is named by the revision that made it; None where there is none.
    """
    chains = list(_chains(model))
    shown = (
        f"{_changed(chains)}, shown AS (SELECT c.number, s.key FROM numbers c"
        f" CROSS JOIN LATERAL ({standing_sql(model, key, where='v0.id = %s', at='c.number')}) s(key))"
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


@dataclass(frozen=True, kw_only=True)
class LastChange:
    """The revision that made what the public saw of a record, and when it was recorded (UTC)."""

    number: int
    recorded_at: datetime


def last_changes(model: type[Versioned], *, ids: Collection[UUID], until: int) -> dict[UUID, LastChange]:
    """The last revision, up to `until`, at which the public saw something of each record change, its parts included.

    Records that it never saw have none.
    """
    chains = list(_chains(model, chosen="= ANY (%s)"))
    with connection.cursor() as cursor:
        cursor.execute(
            f"{_changed(chains)},"
            " last AS (SELECT id, max(number) AS number FROM changed WHERE number <= %s GROUP BY id)"
            " SELECT last.id, r.number, r.recorded_at FROM last JOIN public.ledger_revision r USING (number)",
            [list(ids)] * len(chains) + [until],
        )
        return {id: LastChange(number=number, recorded_at=at) for id, number, at in cursor.fetchall()}


def _changed(chains: list[str]) -> str:
    """SQL that defines `changed`, the ids of records with the revisions at which something began or ceased to be shown,
    and `numbers`, each of these revisions once.

    A version that goes on to be shown with another version of what it is part of neither ceased nor began.
    """
    begun, ended = (f"SELECT id, part, version, {end} AS number FROM spans" for end in ("begins", "ends"))
    return (
        f"WITH spans AS ({' UNION ALL '.join(chains)}),"
        f" changed AS (({begun} EXCEPT {ended}) UNION ALL ({ended} WHERE ends IS NOT NULL EXCEPT {begun})),"
        " numbers AS (SELECT DISTINCT number FROM changed)"
    )


def _chains(model: type[Versioned], *, chosen: str = "= %s") -> Iterator[str]:
    """SQL for the spans of revisions in which a version of a record, or of one of its parts, was shown.

    Each takes the record's id, and gives it; `chosen` compares with several. A part is shown as long as its own version
    and all that it is a part of are.
    """
    for part in versioned_models():
        chain = with_owners(part)
        if model in chain:
            top = chain.index(model)
            yield spans_sql(chain, where=f"v{top}.id {chosen}", of=top)
