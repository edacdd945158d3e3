"""Tells where a database drifted from what the ledger needs: version tables, functions, triggers, views and guards."""

import re
from collections.abc import Iterator
from pathlib import Path

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper

from .versioning import (
    Table,
    columns_of,
    live_table,
    recorded_type,
    trigger_functions,
    triggers,
    versioned_models,
    view_query,
)

FUNCTIONS_SQL = Path(__file__).parent / "functions.sql"
# The ledger's own guards, made by its migration: table, trigger and function.
GUARDS = (
    ("ledger_revision", "guard_revision", "ledger_guard_revision"),
    ("ledger_revision", "guard_truncate", "ledger_refuse"),
    ("ledger_head", "guard_head", "ledger_guard_head"),
    ("ledger_head", "guard_head_rows", "ledger_refuse"),
    ("ledger_head", "guard_numbers", "ledger_guard_numbers"),
    ("ledger_head", "guard_truncate", "ledger_refuse"),
)


FUNCTIONS = re.compile(r"^CREATE FUNCTION (\w+)\(.*?\$\$(.*?)\$\$;", re.DOTALL | re.MULTILINE)


def drift(connection: BaseDatabaseWrapper) -> list[str]:
    """What in the database differs from what the models ask for, one sentence each; empty when all is in step.

    All but the ledger's own guards is mended by `greenapi.ledger.versioning.install`, which `manage.py migrate` runs.
    """
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        found = [problem for guard in GUARDS if (problem := _wrong_trigger(cursor, *guard))]
        for name, body in FUNCTIONS.findall(FUNCTIONS_SQL.read_text(encoding="utf-8")):
            found += _wrong_function(cursor, name, body)
        for model in versioned_models():
            table = live_table(cursor, model._meta.db_table)
            if table is None:
                found.append(f"table {model._meta.db_table} is missing")
            else:
                found += _drift_of(cursor, table)
    return found


def _drift_of(cursor: CursorWrapper, table: Table) -> Iterator[str]:
    versions = dict(columns_of(cursor, table.version_name))
    for column, kind in table.columns:
        if versions.get(column) != recorded_type(kind):
            yield f"{table.version_name}.{column} is {versions.get(column, 'missing')}, not {recorded_type(kind)}"
    recorded = [(column, recorded_type(kind)) for column, kind in table.columns]
    if columns_of(cursor, table.name, schema="as_of") != recorded:
        yield f"view as_of.{table.name} does not have the live table's columns"
    elif not versions.keys() >= {column for column, _ in table.columns} or not _shows(cursor, table):
        yield f"view as_of.{table.name} does not show the versions that stand"
    for name, body in trigger_functions(table):
        yield from _wrong_function(cursor, name, body)
    for trigger in triggers(table):
        if problem := _wrong_trigger(cursor, trigger.table, trigger.name, trigger.function):
            yield problem


def _wrong_function(cursor: CursorWrapper, name: str, body: str) -> Iterator[str]:
    cursor.execute("SELECT prosrc FROM pg_proc WHERE proname = %s", [name])
    row = cursor.fetchone()
    if row is None or row[0] != body:
        yield f"function {name} is {'missing' if row is None else 'not what it should be'}"


def _wrong_trigger(cursor: CursorWrapper, table: str, name: str, function: str) -> str | None:
    cursor.execute(
        "SELECT tgenabled = 'O', tgfoid = to_regproc(%s) FROM pg_trigger"
        " WHERE tgrelid = to_regclass(%s) AND tgname = %s",
        [function, table, name],
    )
    enabled, calls_it = cursor.fetchone() or (False, False)
    if not enabled:
        return f"trigger {name} on {table} is missing or disabled"
    return None if calls_it else f"trigger {name} on {table} calls another function"


def _shows(cursor: CursorWrapper, table: Table) -> bool:
    """Whether the view selects what it should, as Postgres itself writes both down."""
    cursor.execute(f"CREATE TEMPORARY VIEW expected_view AS {view_query(table)}")
    cursor.execute(
        "SELECT pg_get_viewdef('pg_temp.expected_view'::regclass) = pg_get_viewdef(to_regclass(%s))",
        [f"as_of.{table.name}"],
    )
    same: bool = cursor.fetchone()[0]
    cursor.execute("DROP VIEW pg_temp.expected_view")
    return same
