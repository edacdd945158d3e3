"""When each version of a record was public, and what the public saw change in a revision.

A version is public while its record is published, where it is reviewed at all, and while the record that it is part of
is public. So one version may be public for several spans of revisions, each within [rev_from, rev_to): they begin and
end with the versions of the owners, too.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection

from .models import Versioned
from .tables import versioned_models


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What the public saw of a record when a revision was committed: the version it had, and the one it has since.

    Versions are named by the revision that recorded them; None where the record was, or is, not public.
    """

    number: int
    table: str
    id: UUID
    before: int | None
    after: int | None


def public_models() -> dict[str, type[Versioned]]:
    """Every model whose records may be public, by its table."""
    return {model._meta.db_table: model for model in versioned_models() if not model.private}


def decisive_tables(model: type[Versioned]) -> list[str]:
    """The tables whose changes may make a record of a model public, or no longer: its own and those of its owners."""
    return [owner._meta.db_table for owner in with_owners(model)]


def seen_changes(numbers: Sequence[int], *, models: Collection[type[Versioned]]) -> Iterator[Seen]:
    """What the public saw change in each of these revisions, in no order; nothing of what a redaction removed."""
    if not numbers or not models:
        return
    # Written out, so that Postgres knows how few there are; a span of thousands is short, too.
    unbroken = len(numbers) == numbers[-1] - numbers[0] + 1
    asked = "BETWEEN %(first)s AND %(last)s" if unbroken else "= ANY(%(numbers)s)"
    each = " UNION ALL ".join(f"({_seen_sql(model, asked=asked)})" for model in models)
    with connection.cursor() as cursor:
        cursor.execute(each, {"numbers": list(numbers), "first": numbers[0], "last": numbers[-1]})
        for table, identity, number, before, after in cursor.fetchall():
            if before != after:
                yield Seen(number=number, table=table, id=identity, before=before, after=after)


def public_versions(model: type[Versioned], *, ids: Collection[UUID]) -> list[tuple[UUID, int, int, int | None]]:
    """(id, version, first revision, revision after the last or None) of each span in which records were public."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT id, version, begins, ends FROM ({spans_sql(with_owners(model), where='v0.id = ANY (%s)')}) s",
            [list(ids)],
        )
        return list(cursor.fetchall())


def belonging(model: type[Versioned], *, to: type[Versioned], ids: Collection[UUID]) -> list[tuple[UUID, UUID]]:
    """(id, id of what it is part of) of each of these records of a model whose owners, or theirs, are of `to`."""
    chain = with_owners(model)
    place = chain.index(to)
    joined = " ".join(_joined(chain[: place + 1]))
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT DISTINCT v0.id, v{place}.id FROM {joined} WHERE v0.id = ANY (%s)", [list(ids)])
        return list(cursor.fetchall())


def _seen_sql(model: type[Versioned], *, asked: str) -> str:
    """(table, id, number, version before, version after) of each revision that is `asked` for."""
    # `first` and `last` keep away the many versions that stood long before, or came long after.
    spans = spans_sql(with_owners(model), where=f"v0.id IN ({_touched_sql(model, asked=asked)})")
    return f"""
WITH span AS (
  SELECT * FROM ({spans}) s WHERE begins <= %(last)s AND (ends IS NULL OR ends >= %(first)s)
)
SELECT '{model._meta.db_table}', id, number, max(before), max(after) FROM (
  SELECT id, begins AS number, NULL::bigint AS before, version AS after
    FROM span WHERE begins {asked}
  UNION ALL
  SELECT id, ends, version, NULL FROM span WHERE ends {asked}
) seen GROUP BY id, number"""


def _touched_sql(model: type[Versioned], *, asked: str) -> str:
    """The ids of the records that a revision touched, or whose owners it touched."""
    chain = with_owners(model)
    selects = []
    for place, owner in enumerate(chain):
        # Deletions count too: they show no row, so this one is not looked up among those that do.
        touched = f"public.{owner._meta.db_table}_version v{place}"
        joined = " ".join(
            [*_joined(chain[:place]), f"JOIN {touched} ON {_belongs(chain, place)}" if place else touched]
        )
        selects.append(f"SELECT v0.id FROM {joined} WHERE v{place}.rev_from {asked}")
    return " UNION ".join(selects)


def versions_of(model: type[Versioned]) -> str:
    """The view of all versions that show a row of a model, whatever revision is being read."""
    return f'"as_of"."{model._meta.db_table}_recorded"'


def public_sql(model: type[Versioned], version: str) -> str:
    """SQL for whether a version, called `version`, is one that the public sees, if it sees what that is part of."""
    return f"{version}.state = 'published'" if model.reviewed else "true"


def with_owners(model: type[Versioned]) -> list[type[Versioned]]:
    """A model, that of the record it is part of, that of which this is part, and so on."""
    chain = [model]
    while (link := chain[-1].part_of) is not None:
        owner: Any = chain[-1]._meta.get_field(link).related_model
        chain.append(owner)
    return chain


def spans_sql(chain: Sequence[type[Versioned]], *, where: str, of: int = 0) -> str:
    """SQL for the spans in which versions of the first of a chain of owners were public.

    It selects id, version, begins, ends and part. `where` chooses among versions, which are called v0, that of its
    owner v1, and so on; `of` is the place in the chain whose id is given, and `part` is the id of the first. A span
    begins with the latest of them and ends with the first, null where none has ended. With what a redaction removed go
    its parts, so that none is left whose owner is not known.
    """
    places = range(len(chain))
    begins = f"greatest({', '.join(f'v{at}.rev_from' for at in places)})"
    ends = f"least({', '.join(f'v{at}.rev_to' for at in places)})"
    public = " AND ".join(public_sql(model, f"v{at}") for at, model in enumerate(chain))
    return (
        f"SELECT v{of}.id, v0.rev_from AS version, {begins} AS begins, {ends} AS ends, v0.id AS part"
        f" FROM {' '.join(_joined(chain))}"
        f" WHERE {where} AND {public} AND ({begins} < {ends} OR {ends} IS NULL)"
    )


def standing_sql(model: type[Versioned], column: str, *, where: str, at: str) -> str:
    """SQL for a column, as text, of the version of a record that the public saw at a revision.

    It gives no row where none was seen. `where` chooses among versions, which are called v0; `at` is SQL for the
    revision's number.
    """
    chain = with_owners(model)
    stood = " AND ".join(
        f"{public_sql(owner, f'v{place}')} AND v{place}.rev_from <= {at}"
        f" AND (v{place}.rev_to IS NULL OR v{place}.rev_to > {at})"
        for place, owner in enumerate(chain)
    )
    return f'SELECT v0."{column}"::text FROM {" ".join(_joined(chain))} WHERE {where} AND {stood}'


def _joined(chain: Sequence[type[Versioned]]) -> Iterator[str]:
    for place, model in enumerate(chain):
        versions = f"{versions_of(model)} v{place}"
        yield f"JOIN {versions} ON {_belongs(chain, place)}" if place else versions


def _belongs(chain: Sequence[type[Versioned]], place: int) -> str:
    part = chain[place - 1]
    column = part._meta.get_field(str(part.part_of)).attname  # type: ignore[union-attr]
    return f'v{place}.id = v{place - 1}."{column}"'
