"""Brings version tables, triggers and as-of views in step with the versioned models.

For a live table X: `X_version` (the same columns, all but the id nullable, plus rev_from, rev_to, op and the seal), its
indexes, three statement-level triggers that keep it, guards that make it append-only, and two views: `as_of.X` of the
versions that stand at a revision, `as_of.X_recorded` of all. Over all version tables together lies `ledger_change`.
"""

from collections.abc import Iterator
from functools import partial

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper

from .catalog import wrong_triggers
from .catching_up import record_values_of_migrations
from .models import LedgerHead, Redaction, Revision
from .own_sql import own_triggers, without_triggers
from .roles import grant
from .steps import step
from .tables import Table, columns_of, lacking_columns, live_tables, recorded_columns
from .triggers import function_sql, guard_function, trigger_functions, triggers
from .version_tables import grow, missing_columns, put_indexes
from .views import as_of_views, change_view, drop_views, put_views, unneeded_views


def install(connection: BaseDatabaseWrapper) -> None:
    """Brings the database in step with the models; safe to repeat, also while others read and write.

    Version tables only ever gain columns: what was recorded is never dropped, renamed or retyped. Values that
    migrations have put into live tables without a revision are recorded in revisions of their own. Readers as of a
    revision see the past throughout.

    While the ledger's own tables are not yet what the models say, in the middle of migrations, only version tables are
    made. `migrate` does the rest at its end.
    """
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        if not columns_of(cursor, "ledger_head"):
            return
        tables = live_tables(cursor)
        lacking = [table for table in tables if missing_columns(cursor, table)]
    for table in lacking:
        step(connection, partial(grow, table=table))
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        if any(lacking_columns(cursor, model) for model in (LedgerHead, Revision, Redaction)):
            return
        changes, past = change_view(cursor, tables), as_of_views(tables)
        unneeded = unneeded_views(cursor, past)
    # Before anything is recorded, whose seal is made from it.
    put_views(connection, changes)
    step(connection, partial(_put_triggers, tables=tables))
    put_views(connection, past)
    drop_views(connection, unneeded)
    step(connection, grant)
    for table in tables:
        put_indexes(connection, table)


def functions(cursor: CursorWrapper, table: Table) -> Iterator[tuple[str, str]]:
    """Name and statement of each function of a table."""
    recorded = recorded_columns(cursor, table)
    for name, body in (*trigger_functions(table), guard_function(table, recorded=recorded)):
        yield name, function_sql(name, body)


def _put_triggers(cursor: CursorWrapper, *, tables: list[Table]) -> None:
    """Makes functions and triggers; where those there were did not know all columns, records what they missed."""
    outdated = [table for table in tables if not _knows_columns(cursor, table)]
    cursor.execute(without_triggers(cursor))
    for table in tables:
        cursor.execute("".join(statement for _, statement in functions(cursor, table)))
    wanted = [*own_triggers(cursor), *(trigger for table in tables for trigger in triggers(table))]
    for trigger, _ in wrong_triggers(cursor, wanted):
        cursor.execute(trigger.sql)
    record_values_of_migrations(cursor, outdated)


def _knows_columns(cursor: CursorWrapper, table: Table) -> bool:
    """Whether the triggers of a table are those of the columns that it has."""
    bodies = dict(trigger_functions(table))
    cursor.execute(
        "SELECT proname, prosrc FROM pg_proc WHERE proname = ANY(%s) AND pronamespace = 'public'::regnamespace",
        [list(bodies)],
    )
    return dict(cursor.fetchall()) == bodies
