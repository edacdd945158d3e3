"""Keyset pages: a signed cursor over the ordering and the id that pins the revision of page one."""

import hashlib
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeVar
from urllib.parse import urlencode
from uuid import UUID

import msgspec
from django.core import signing
from django.db.models import F, Q, QuerySet
from django.http import QueryDict

from greenapi.ledger.reading import Snapshot

from .encoding import rfc3339_or_null
from .parameters import FORMAT, whole_number
from .problems import INVALID_CURSOR, INVALID_PARAMETER, FieldError, Problem

CURSOR = "cursor"
PAGE_SIZE = "page_size"
ORDERING = "ordering"
DEFAULT_PAGE_SIZE = 100
MAX_PAGE_SIZE = 1000

_SALT = "greenapi.cursor"
T = TypeVar("T")


def page_size(query: QueryDict, *, at_most: int = MAX_PAGE_SIZE, default: int = DEFAULT_PAGE_SIZE) -> int:
    """How many rows a page may have.

    Raises:
        Problem: invalid-parameter.
    """
    return whole_number(query, PAGE_SIZE, lowest=1, highest=at_most, default=default)


@dataclass(frozen=True, kw_only=True)
class OrderedBy:
    """One column of an ordering; nulls come last either way."""

    name: str
    source: str
    descending: bool


class Cursor(msgspec.Struct, frozen=True, array_like=True):
    """Where a page starts: the revision of page one, the listing it belongs to, and the row it follows or precedes."""

    revision: int
    listing: str
    backwards: bool
    values: list[str | None]


class KeysetPagination:
    """Pages of one listing: an ordering that the id makes total, and the cursor that the request carries, if any."""

    def __init__(
        self,
        path: str,
        *,
        query: QueryDict,
        orderable: dict[str, str],
        default: str,
        identity: tuple[str, ...],
        max_page_size: int = MAX_PAGE_SIZE,
    ) -> None:
        """`orderable` gives the column of each name that `ordering` may list; `identity` are the columns
        that together are unique.

        Raises:
            Problem: invalid-parameter or invalid-cursor.
        """
        self.path = path
        self.query = query
        self.page_size = page_size(self.query, at_most=max_page_size)
        self.ordering = _ordering(self.query.get(ORDERING) or default, orderable=orderable, identity=identity)
        self.listing = listing_of(self.path, self.query)
        self.cursor = self._read(self.query.get(CURSOR))

    @property
    def rising(self) -> bool:
        """Whether the listing goes up by what it is ordered by first."""
        return not self.ordering[0].descending

    @property
    def columns(self) -> list[str]:
        """What the listing is ordered by: what `page` needs of its rows."""
        return [by.source for by in self.ordering]

    def page(self, queryset: QuerySet[Any], *, snapshot: Snapshot) -> tuple[list[Any], dict[str, Any]]:
        """The rows of the page, and the envelope they are answered in (without them).

        Raises:
            Problem: invalid-cursor, when its values are none that the ordering's columns can have.
        """
        backwards = self.cursor is not None and self.cursor.backwards
        key = queryset.model._meta.pk.name
        ordered = self.ordered(queryset, backwards=backwards)
        if self.cursor is not None:
            try:
                ordered = ordered.filter(_beyond(self.ordering, self.cursor.values, reverse=backwards, key=key))
            except (ValueError, TypeError) as error:
                raise Problem(INVALID_CURSOR) from error
        found = list(ordered[: self.page_size + 1])
        if backwards:
            found.reverse()
        rows, before, after = cut(found, size=self.page_size, backwards=backwards, is_first=self.cursor is None)
        envelope = {
            "revision": snapshot.number,
            "recorded_at": rfc3339_or_null(snapshot.recorded_at),
            "next": self._link(rows[-1], snapshot=snapshot, backwards=False) if after else None,
            "previous": self._link(rows[0], snapshot=snapshot, backwards=True) if before else None,
        }
        return rows, envelope

    def ordered(self, queryset: QuerySet[Any], *, backwards: bool = False) -> QuerySet[Any]:
        """All rows of the listing in its order, or in reverse."""
        key = queryset.model._meta.pk.name
        return queryset.order_by(*(_order(by, reverse=backwards, key=key) for by in self.ordering))

    def _read(self, text: str | None) -> Cursor | None:
        return None if text is None else read_cursor(text, listing=self.listing, values=len(self.ordering))

    def _link(self, row: Any, *, snapshot: Snapshot, backwards: bool) -> str:
        values = [_text(_value(row, by.source)) for by in self.ordering]
        cursor = Cursor(revision=snapshot.number, listing=self.listing, backwards=backwards, values=values)
        return page_link(self.path, query=self.query, cursor=cursor)


def cut(found: list[T], *, size: int, backwards: bool, is_first: bool) -> tuple[list[T], bool, bool]:
    """The rows of a page, and whether there are pages before and after it.

    `found` has them in order, and one more, where there is one: the first of all when the listing goes `backwards`.
    """
    more = len(found) > size
    page = found[-size:] if backwards else found[:size]
    before = bool(page) and (more if backwards else not is_first)
    after = bool(page) and (backwards or more)
    return page, before, after


def read_cursor(text: str, *, listing: str, values: int) -> Cursor:
    """The cursor that `page_link` put into an address of that listing, with so many values.

    Raises:
        Problem: invalid-cursor.
    """
    try:
        cursor = msgspec.json.decode(signing.Signer(salt=_SALT).unsign_object(text, serializer=_Raw), type=Cursor)
    except (signing.BadSignature, msgspec.MsgspecError, ValueError, zlib.error) as error:
        raise Problem(INVALID_CURSOR, "It was not given out by this service, or was cut.") from error
    if cursor.listing != listing or len(cursor.values) != values:
        raise Problem(INVALID_CURSOR, "It was given out for other filters, another ordering or another revision.")
    return cursor


def page_link(path: str, *, query: QueryDict, cursor: Cursor) -> str:
    """The address of the page at a cursor, with the parameters of this one."""
    signed = signing.Signer(salt=_SALT).sign_object(msgspec.json.encode(cursor), serializer=_Raw, compress=True)
    kept = [(name, value) for name, value in query.items() if name != CURSOR]
    return f"{path}?{urlencode([*kept, (CURSOR, signed)])}"


class _Raw:
    """Lets django.core.signing sign bytes that are JSON already."""

    def dumps(self, obj: bytes) -> bytes:
        return obj

    def loads(self, data: bytes) -> bytes:
        return data


def _ordering(text: str, *, orderable: dict[str, str], identity: tuple[str, ...]) -> list[OrderedBy]:
    ordering: list[OrderedBy] = []
    for part in text.split(","):
        name = part.removeprefix("-")
        if name not in orderable or name in [by.name for by in ordering]:
            names = ", ".join(sorted(orderable))
            detail = f"Give, separated by commas, each at most once: {names}; - before one reverses it."
            raise Problem(INVALID_PARAMETER, errors=[FieldError(parameter=ORDERING, detail=detail)])
        ordering.append(OrderedBy(name=name, source=orderable[name], descending=part.startswith("-")))
    sources = {by.source for by in ordering}
    return ordering + [
        OrderedBy(name=source, source=source, descending=False) for source in identity if source not in sources
    ]


def listing_of(path: str, query: QueryDict) -> str:
    """A short hash of everything that decides which rows come in which order."""
    parameters = sorted((name, value) for name, value in query.items() if name not in {CURSOR, PAGE_SIZE, FORMAT})
    return hashlib.sha256(msgspec.json.encode([path, parameters])).hexdigest()[:16]


def _order(by: OrderedBy, *, reverse: bool, key: str) -> Any:
    """How to order by one column; `key` names the primary key, the only column that is never null, in the past too.

    Told where its nulls come, Postgres would sort all rows rather than walk the key's index backwards.
    """
    column = F(by.source)
    if by.source == key:
        return column.desc() if by.descending is not reverse else column.asc()
    if by.descending is not reverse:
        return column.desc(nulls_first=True) if reverse else column.desc(nulls_last=True)
    return column.asc(nulls_first=True) if reverse else column.asc(nulls_last=True)


def _beyond(ordering: Sequence[OrderedBy], values: Sequence[str | None], *, reverse: bool, key: str) -> Q:
    """Rows after the given one in the ordering, or before it in reverse; `key` as for `_order`."""
    condition = Q(pk__in=[])
    same = Q()
    for by, value in zip(ordering, values, strict=True):
        condition |= same & _past(by, value, reverse=reverse, key=key)
        same &= Q(**{f"{by.source}__isnull": True}) if value is None else Q(**{by.source: value})
    first = ordering[0]
    if first.source == key:
        # It says nothing new, but tells Postgres where in the key's index to begin.
        condition &= Q(**{f"{key}__{'lte' if first.descending is not reverse else 'gte'}": values[0]})
    return condition


def _past(by: OrderedBy, value: str | None, *, reverse: bool, key: str) -> Q:
    missing = Q(**{f"{by.source}__isnull": True})
    if value is None:
        return ~missing if reverse else Q(pk__in=[])
    further = Q(**{f"{by.source}__{'lt' if by.descending is not reverse else 'gt'}": value})
    return further if reverse or by.source == key else further | missing


def _value(row: Any, source: str) -> Any:
    if hasattr(row, source):
        return getattr(row, source)
    for name in source.split("__"):
        row = None if row is None else getattr(row, name)
    return row


def _text(value: Any) -> str | None:
    match value:
        case None:
            return None
        case datetime() | date():
            return value.isoformat()
        case str() | int() | Decimal() | UUID():
            return str(value)
        case _:
            raise TypeError(f"cannot page by {type(value).__name__}")
