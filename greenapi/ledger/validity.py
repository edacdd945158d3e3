"""Since which revision rows have the values that are read."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Model

from .models import Versioned


def recorded_from(model: type[Model], *, ids: Sequence[Any]) -> dict[UUID, int]:
    """The revision that recorded what is read of each of these rows; none of a model that the ledger does not record.

    Inside `reading(as_of=…)`.
    """
    if not issubclass(model, Versioned):
        return {}
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT id, rev_from FROM "as_of"."{model._meta.db_table}" WHERE id = ANY (%s)', [list(ids)])
        return dict(cursor.fetchall())


def newest_redaction() -> int:
    """The newest revision that removed anything for good, whatever revision is being read; 0 before the first."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(revision), 0) FROM public.ledger_redaction")
        number: int = cursor.fetchone()[0]
    return number
