"""Tells where a database drifted from what the ledger needs: tables, functions, triggers, views, guards and rights."""

from collections.abc import Iterator

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper

from .catalog import shows, wrong_functions, wrong_triggers
from .models import LedgerHead, Redaction, Revision
from .own_sql import missing_tables, own_functions, own_triggers
from .roles import wrong_rights
from .table_drift import drift_from_model, drift_of_names, drift_of_versions, forgotten_tables, oddities
from .tables import VERSION_COLUMNS, Table, columns_of, live_table, versioned_models
from .triggers import function_names, triggers
from .versioning import functions
from .views import as_of_views, change_view, unneeded_views

OWN_TABLES = (LedgerHead._meta.db_table, Revision._meta.db_table, Redaction._meta.db_table)


def drift(connection: BaseDatabaseWrapper) -> list[str]:
    """What in the database differs from what the models ask for, one sentence each; empty when all is in step.

    `greenapi.ledger.versioning.install`, which `manage.py migrate` runs, mends it where that loses nothing: version
    tables are never changed but by adding to them, and tables and constraints of models are the migrations' to mend.
    """
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        return list(_drift(cursor))


def _drift(cursor: CursorWrapper) -> Iterator[str]:
    """It makes temporary tables, views and functions to compare with, and drops them."""
    own = [problem for model in (LedgerHead, Revision, Redaction) for problem in drift_from_model(cursor, model)]
    yield from own
    if own:
        # The rest can be compared only once these are right: its functions name their columns.
        return
    for name in OWN_TABLES[:2]:
        yield from oddities(cursor, name)
    tables: list[Table] = []
    yield from (f"table {name} is missing" for name in missing_tables(cursor))
    statements = own_functions(cursor)
    for model in versioned_models():
        table = live_table(cursor, model)
        if table is None:
            yield f"table {model._meta.db_table} is missing"
            continue
        yield from drift_from_model(cursor, model)
        yield from drift_of_names(table, model)
        yield from oddities(cursor, table.name)
        yield from oddities(cursor, table.version_name)
        yield from drift_of_versions(cursor, table)
        tables.append(table)
        statements |= functions(cursor, table)
    yield from wrong_functions(cursor, statements)
    yield from _drift_of_triggers(cursor, tables)
    yield from _drift_of_views(cursor, tables)
    names = [model._meta.db_table for model in versioned_models()]
    yield from forgotten_tables(cursor, names)
    yield from _unneeded_functions(
        cursor, statements.keys() | {made for name in names for made in function_names(name)}
    )
    yield from wrong_rights(cursor)


def _drift_of_triggers(cursor: CursorWrapper, tables: list[Table]) -> Iterator[str]:
    wanted = [*own_triggers(cursor), *(trigger for table in tables for trigger in triggers(table))]
    yield from (problem for _, problem in wrong_triggers(cursor, wanted))
    known = {(trigger.table, trigger.name) for trigger in wanted}
    guarded = {*OWN_TABLES, *(table.version_name for table in tables)}
    cursor.execute(
        "SELECT c.relname, t.tgname, t.tgisinternal, t.tgenabled = 'D'"
        "  FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
        " WHERE c.relnamespace = 'public'::regnamespace AND c.relname = ANY(%s) ORDER BY 1, 2",
        [[*guarded, *(table.name for table in tables)]],
    )
    for table, name, is_internal, is_disabled in cursor.fetchall():
        if (table, name) in known:
            continue
        # Other triggers of live tables are the rules of facts, which migrations make.
        if not is_internal and (table in guarded or name.startswith("ledger_")):
            yield f"trigger {name} on {table} is not needed"
        elif is_disabled:
            yield f"trigger {name} on {table} is disabled"


def _drift_of_views(cursor: CursorWrapper, tables: list[Table]) -> Iterator[str]:
    # What a view should show of columns that are missing cannot be asked.
    held = {table.name: {column for column, _ in columns_of(cursor, table.version_name)} for table in tables}
    sealed = [table for table in tables if held[table.name] >= VERSION_COLUMNS.keys()]
    whole = [table for table in sealed if held[table.name] >= {column for column, _ in table.columns}]
    compared = as_of_views(whole) | change_view(cursor, sealed)
    for name in sorted(as_of_views(tables).keys() | compared):
        if name not in compared or not shows(cursor, name, compared[name]):
            yield f"view {name} does not show what it should"
    yield from (f"view {name} is not needed" for name in unneeded_views(cursor, as_of_views(tables)))


def _unneeded_functions(cursor: CursorWrapper, known: set[str]) -> Iterator[str]:
    cursor.execute(
        "SELECT DISTINCT proname FROM pg_proc"
        " WHERE pronamespace = 'public'::regnamespace AND proname LIKE 'ledger\\_%%' AND proname <> ALL (%s)"
        " ORDER BY 1",
        [list(known)],
    )
    for (name,) in cursor.fetchall():
        yield f"function {name} is not needed"
