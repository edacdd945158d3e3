"""Whole listings as streams: what a format is told of its table, and what it must be able to do."""

from abc import abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers

from greenapi.ledger.reading import Snapshot

from .formats import Format
from .shapes import Column, Kind, Shape, columns, shape_of

REV_FROM = "rev_from"
REV_TO = "rev_to"
VALIDITY = {
    REV_FROM: "Number of the revision that recorded these values of the row.",
    REV_TO: "Number of the revision that replaced or ended them; null where none had by the revision that was read.",
}


@dataclass(frozen=True, kw_only=True)
class Exported:
    """A row: as the list shows it, as its resource shows it, and the revisions between which its values stood.

    The first two differ in lists of versions only. `rev_from` is None where the ledger does not record the rows.
    """

    listed: Mapping[str, Any]
    row: Mapping[str, Any]
    rev_from: int | None
    rev_to: int | None


@dataclass(frozen=True, kw_only=True)
class Table:
    """What is exported: rows as a serializer shows them, `versioned` where the ledger records them."""

    resource: str
    serializer: type[serializers.BaseSerializer[Any]]
    versioned: bool
    snapshot: Snapshot
    # The rows, or versions of rows, not in order; within `reading` only.
    selected: QuerySet[Any]

    @property
    def shape(self) -> Shape:
        """What each row is made of."""
        kind: Any = self.serializer
        return shape_of(kind)

    @property
    def columns(self) -> list[Column]:
        """The columns of a row, objects dissolved into their members, without those of validity."""
        return list(columns(self.shape))


class Writer:
    """Writes one table, rows after rows."""

    def begin(self) -> bytes:
        """What comes before the rows."""
        return b""

    @abstractmethod
    def rows(self, rows: Iterable[Exported]) -> bytes:
        """Some rows more; may keep some back."""

    def end(self) -> bytes:
        """What comes after all rows."""
        return b""


class Export(Format):
    """A format of whole listings."""

    @abstractmethod
    def writer(self, table: Table) -> Writer:
        """What writes a table; called while it can be read.

        Raises:
            Problem: it cannot be written in this format here.
        """


def validity_columns() -> Iterator[Column]:
    """The columns that come before those of a row that the ledger records."""
    for name, description in VALIDITY.items():
        yield Column(path=(name,), shape=Shape(kind=Kind.INTEGER, description=description, nullable=name == REV_TO))
