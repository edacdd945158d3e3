"""How records hang together: the parts that belong to a record, and the records that point to it."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from .models import Versioned
from .tables import live_table, versioned_models


@dataclass(frozen=True, kw_only=True)
class Link:
    """A column of `model` whose values are ids of another model's records."""

    model: type[Versioned]
    column: str


@dataclass(frozen=True, kw_only=True)
class Pointer:
    """A record that points to another, and the revision that recorded so."""

    model: type[Versioned]
    id: UUID
    number: int


def links_to(model: type[Versioned]) -> list[Link]:
    """Every link of another model, or of its own, to records of `model`."""
    return [
        Link(model=other, column=field.attname)
        for other in versioned_models()
        for field in other._meta.concrete_fields
        if field.is_relation and field.related_model is model
    ]


def parts_of(model: type[Versioned]) -> list[Link]:
    """Links of tables whose rows are a part of a record of `model` and nothing without it: citations, topics.

    What is reviewed on its own, such as an event of a commitment, is a record of its own.
    """
    return [
        link
        for link in links_to(model)
        if link.model.part_of is not None
        and link.model._meta.get_field(link.model.part_of).attname == link.column  # type: ignore[union-attr]
        and not link.model.reviewed
    ]


def pointing_to(model: type[Versioned], record: UUID, *, ever: bool, parts: bool) -> Iterator[Pointer]:
    """The records that point to a record, with its `parts` or without; with `ever` also those that did in the past."""
    left_out = [] if parts else parts_of(model)
    with connection.cursor() as cursor:
        for link in links_to(model):
            table = live_table(cursor, link.model)
            if link in left_out or table is None:
                continue
            cursor.execute(
                f"SELECT v.id, max(v.rev_from) FROM {table.version_name} v"
                f" WHERE {table.recorded(link.column, alias='v')} = %s AND v.op IN ('I', 'U')"
                f" AND (%s OR v.rev_to IS NULL) GROUP BY 1 ORDER BY 2, 1",
                [record, ever],
            )
            for identity, number in cursor.fetchall():
                yield Pointer(model=link.model, id=identity, number=number)


def parts_recorded(model: type[Versioned], record: UUID) -> Iterator[tuple[type[Versioned], UUID]]:
    """The parts that a record has, or ever had."""
    with connection.cursor() as cursor:
        for link in parts_of(model):
            table = live_table(cursor, link.model)
            if table is None:
                continue
            cursor.execute(
                f"SELECT DISTINCT v.id FROM {table.version_name} v"
                f" WHERE {table.recorded(link.column, alias='v')} = %s AND v.op IN ('I', 'U') ORDER BY 1",
                [record],
            )
            for (identity,) in cursor.fetchall():
                yield link.model, identity
