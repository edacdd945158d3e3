"""Finding a record by what the API calls it, also one that is gone or was called so in the past."""

from uuid import UUID

from django.db import connection
from django.db.models import CharField, Field, OneToOneField

from .models import Redaction, Versioned
from .tables import live_table, versioned_models


class UnknownRecordError(ValueError):
    """There is no such resource or record; the message says what there is."""


def resources() -> dict[str, type[Versioned]]:
    """Every model by what the API calls its table, tombstones excepted: these never change."""
    return {model.resource: model for model in versioned_models() if model is not Redaction}


def model_called(resource: str) -> type[Versioned]:
    """The model of a resource.

    Raises:
        UnknownRecordError: there is no such resource.
    """
    found = resources().get(resource)
    if found is None:
        raise UnknownRecordError(f"There is no {resource}. There are {', '.join(sorted(resources()))}.")
    return found


def find(model: type[Versioned], key: str) -> UUID:
    """The id of the record that a slug, a SHA-256 or a UUID names, today or else in the past.

    A record that is known only with another (a held text) is found by that one's key too.

    Raises:
        UnknownRecordError: no record has or had that key, or several had it in the past.
    """
    found = _by_id(model, key) or _by_key(model, key)
    if not found:
        raise UnknownRecordError(f"None of the {model.resource} is called {key}, and none was.")
    if len(found) > 1:
        named = ", ".join(str(identity) for identity in found)
        raise UnknownRecordError(f"Several {model.resource} were called {key}; give the UUID of one: {named}.")
    return found[0]


def _by_id(model: type[Versioned], key: str) -> list[UUID]:
    try:
        identity = UUID(key)
    except ValueError:
        return []
    return _ids(model, column="id", value=identity)


def _by_key(model: type[Versioned], key: str) -> list[UUID]:
    field = key_field(model)
    if field is not None:
        return _ids(model, column=field.attname, value=key)
    for other in model._meta.concrete_fields:
        if isinstance(other, OneToOneField) and issubclass(other.related_model, Versioned):
            return [
                identity
                for owner in _by_key(other.related_model, key)
                for identity in _ids(model, column=other.attname, value=owner)
            ]
    return []


def key_field(model: type[Versioned]) -> "Field[str, str] | None":
    """The field by which the API addresses records, where it is not the id."""
    unique = (field for field in model._meta.concrete_fields if field.unique and isinstance(field, CharField))
    return next(unique, None)


def _ids(model: type[Versioned], *, column: str, value: str | UUID) -> list[UUID]:
    """The record that has a value, or else those that had it."""
    with connection.cursor() as cursor:
        table = live_table(cursor, model)
        if table is None:
            return []
        recorded = table.recorded(column, alias="v")
        for standing in ("v.rev_to IS NULL AND", ""):
            cursor.execute(
                f"SELECT DISTINCT v.id FROM {table.version_name} v WHERE {standing} {recorded} = %s ORDER BY 1", [value]
            )
            if found := [identity for (identity,) in cursor.fetchall()]:
                return found
    return []
