"""What the ledger knows of one record, and of one revision: who changed what, in which order."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from .models import Revision, Versioned
from .revisions import current_revision
from .tables import existing_table, versioned_models


@dataclass(frozen=True, kw_only=True)
class Touched:
    """A record that a revision touched: I inserted, U updated or D deleted it."""

    model: type[Versioned]
    id: UUID
    op: str


def revisions_of(record: Versioned, *, links: Iterable[tuple[type[Versioned], str]] = ()) -> QuerySet[Revision]:
    """The revisions that touched a record, or its rows in link tables, each (model, name of its link).

    Oldest first.
    """
    parts = [f"SELECT rev_from FROM {record._meta.db_table}_version WHERE id = %s"]
    for model, name in links:
        with connection.cursor() as cursor:
            table = existing_table(cursor, model)
        link = table.recorded(model._meta.get_field(name).attname, alias="v")  # type: ignore[union-attr]
        # A row that was deleted is known by the version that its deletion closed.
        parts += [f"SELECT {end} FROM {table.version_name} v WHERE {link} = %s" for end in ("rev_from", "rev_to")]
    touching = RawSQL(" UNION ".join(parts), [record.pk] * len(parts))
    return Revision.objects.filter(number__in=touching)


def maker_of(record: Versioned) -> str:
    """Who made a record; one that was taken away and made again, who made it last. Blank when none is recorded."""
    made = RawSQL(f"SELECT max(rev_from) FROM {record._meta.db_table}_version WHERE id = %s AND op = 'I'", [record.pk])
    revision = Revision.objects.filter(number=made).first()
    return "" if revision is None else revision.actor


def last_change(record: Versioned, *, links: Iterable[tuple[type[Versioned], str]] = ()) -> int:
    """The number of the newest revision that touched a record, or its rows in link tables; 0 when there is none."""
    newest = revisions_of(record, links=links).order_by("number").last()
    return newest.number if newest is not None else 0


def touched_by(number: int, *, limit: int | None = None) -> list[Touched]:
    """The records, or the first `limit` of them, that a revision touched, by table and id."""
    models = {model._meta.db_table: model for model in versioned_models()}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, id, op FROM ledger_change WHERE rev_from = %s ORDER BY 1, 2 LIMIT %s", [number, limit]
        )
        return [Touched(model=models[table], id=identity, op=op) for table, identity, op in cursor.fetchall()]


def written_now(model: type[Versioned], ids: Collection[UUID]) -> dict[UUID, str]:
    """What the open revision has done to the rows of a model with these ids so far: I inserted, U updated.

    Raises:
        NoRevisionError: none is open.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT id, op FROM {model._meta.db_table}_version WHERE rev_from = %s AND id = ANY(%s)",
            [current_revision().number, list(ids)],
        )
        return dict(cursor.fetchall())
