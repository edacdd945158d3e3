"""Begins to keep the entries of tables that have rows already, for the migrations of the rooms."""

from functools import partial

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper

from greenapi.ledger.steps import step
from greenapi.ledger.versioning import install


def keep(connection: BaseDatabaseWrapper, *functions: str) -> None:
    """Makes the triggers, and calls functions that add the entries of all versions, such as `search_add_units(NULL)`.

    While they are called nobody writes. In a new database there may be no versions yet, and nothing to add.
    """
    install(connection)
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        cursor.execute("SELECT to_regproc(%s) IS NOT NULL", [functions[0].partition("(")[0]])
        is_there = cursor.fetchone()[0]
    if is_there:
        step(connection, partial(_add, functions=functions))


def _add(cursor: CursorWrapper, *, functions: tuple[str, ...]) -> None:
    for function in functions:
        cursor.execute(f"SELECT {function}")
