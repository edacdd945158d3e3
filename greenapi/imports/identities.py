"""Which record a row is about: by its id, by what names a record besides, or by the key that the row has."""

import json
from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid5

import msgspec

from greenapi.ledger.identifiers import uuid7
from greenapi.ledger.models import Versioned
from greenapi.rest.inputs import InputSerializer

from .records import KEY

# Of identifiers that are made from keys and rows; made once, and never changed.
_NAMESPACE = UUID("019fa2c4-5d1b-7c3e-8f60-2b9d4e7a1c35")

# As JSON of which the same rows have the same bytes; 1.3 and 1.30 are two.
_sorted = msgspec.json.Encoder(order="deterministic", decimal_format="number")


def has_key(kind: type[InputSerializer]) -> bool:
    """Whether rows may have a key: where nothing but its id names a record."""
    return not kind.natural_key


def derived_id(kind: type[InputSerializer], given: dict[str, Any], *, importer: str) -> UUID:
    """The identifier of a row without one: the same for the same key of the same importer, or else the same row.

    Without a key it is made of all that the row gives, so the same statement is the same record, whoever imports it.
    """
    resource = kind.Meta.model.resource  # type: ignore[attr-defined]
    if KEY in given:
        name = json.dumps([resource, "key", importer, given[KEY]])
    else:
        name = f"{json.dumps([resource, 'row'])} {_sorted.encode(given).decode()}"
    return uuid5(_NAMESPACE, name)


def ids_of(
    kind: type[InputSerializer], rows: Sequence[tuple[dict[str, Any], dict[str, Any]]], *, importer: str
) -> list[UUID]:
    """The id of each row (as it was given, its values): that of the record it names, or of the one to be made."""
    held = _held(kind, [values for _, values in rows]) if kind.natural_key else {}
    found = []
    for given, values in rows:
        if values.get("id") is not None:
            found.append(values["id"])
        elif kind.natural_key:
            found.append(held.get(_name(kind, values)) or uuid7())
        else:
            found.append(derived_id(kind, given, importer=importer))
    return found


def _held(kind: type[InputSerializer], rows: Sequence[dict[str, Any]]) -> dict[tuple[Any, ...], UUID]:
    """The ids of the records there are, by what names them."""
    model: Any = kind.Meta.model  # type: ignore[attr-defined]
    chosen = {f"{name}__in": {row[name] for row in rows} for name in kind.natural_key}
    columns = [model._meta.get_field(name).attname for name in kind.natural_key]
    found = model._default_manager.filter(**chosen).values_list("pk", *columns)
    return {tuple(name): identity for identity, *name in found}


def _name(kind: type[InputSerializer], values: dict[str, Any]) -> tuple[Any, ...]:
    named = (values[name] for name in kind.natural_key)
    return tuple(value.pk if isinstance(value, Versioned) else value for value in named)
