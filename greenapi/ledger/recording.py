"""Recording rows as they are given: new ones inserted, differing ones updated, equal ones left alone."""

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from decimal import Decimal
from types import MappingProxyType
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db.backends.postgresql.psycopg_any import Range
from django.db.models import ForeignKey

from .identifiers import uuid7
from .models import Versioned
from .revisions import current_revision

V = TypeVar("V", bound=Versioned)


class RecordError(ValueError):
    """A row that cannot be recorded: its key, the field, and what is wrong with it."""

    def __init__(self, *, key: object, field: str, message: str) -> None:
        super().__init__(f"{key}: {field}: {message}")
        self.key = key
        self.field = field
        self.message = message


def record_all(
    model: type[V],
    *,
    key: str,
    rows: Sequence[Mapping[str, Any]],
    new_values: Mapping[str, Any] = MappingProxyType({}),
) -> dict[Hashable, V]:
    """Records rows, found again by the field `key`, in as many statements as there are kinds of change.

    Gives the rows back by their key. Fields a row does not name keep their value; on a new row they get theirs from
    `new_values`, or their default.

    Raises:
        NoRevisionError: no revision is open.
        RecordError: a value that its field does not accept, or two rows of one key.
    """
    current_revision()
    _refuse_twice(rows, key)
    existing = {
        getattr(found, key): found for found in model._default_manager.filter(**{f"{key}__in": _keys(rows, key)})
    }
    recorded: dict[Hashable, V] = {}
    new: list[V] = []
    changed: list[V] = []
    changed_fields: set[str] = set()
    for row in rows:
        found = existing.get(row[key])
        if found is None:
            found = model(**{**new_values, **row})
            if "id" not in row:
                found.id = uuid7()
            new.append(found)
            differing = set(row)
        else:
            differing = {
                name for name, value in row.items() if not _same(getattr(found, _attribute(model, name)), value)
            }
            for name in differing:
                setattr(found, name, row[name])
            if differing:
                changed.append(found)
                changed_fields |= differing
        _check(found, key=row[key], fields=differing)
        recorded[row[key]] = found
    model._default_manager.bulk_create(new)
    if changed:
        model._default_manager.bulk_update(changed, sorted(changed_fields))
    return recorded


def record(model: type[V], *, key: str, **values: Any) -> V:
    """Records one row as `record_all` does, and gives it back."""
    return record_all(model, key=key, rows=[values])[values[key]]


def _refuse_twice(rows: Sequence[Mapping[str, Any]], key: str) -> None:
    for value, number in Counter(_keys(rows, key)).items():
        if number > 1:
            raise RecordError(key=value, field=key, message=f"it is given {number} times")


def _keys(rows: Sequence[Mapping[str, Any]], key: str) -> list[Any]:
    return [row[key] for row in rows]


def _attribute(model: type[Versioned], name: str) -> str:
    field = model._meta.get_field(name)
    return field.attname if isinstance(field, ForeignKey) else name


def _same(held: object, given: object) -> bool:
    """Whether a value would be stored as it is: 1.3 and 1.30 are two."""
    if isinstance(given, Versioned):
        given = given.id
    if isinstance(given, (Decimal, Range)) and isinstance(held, type(given)):
        return str(held) == str(given)
    return held == given


def _check(row: Versioned, *, key: object, fields: set[str]) -> None:
    """Checks values against their fields; links and constraints are the database's to judge."""
    skipped = {
        field.name
        for field in row._meta.fields
        if field.name not in fields or isinstance(field, ForeignKey) or field.primary_key
    }
    try:
        row.clean_fields(exclude=skipped)
    except ValidationError as error:
        field, messages = next(iter(error.message_dict.items()))
        raise RecordError(key=key, field=field, message=messages[0]) from error
