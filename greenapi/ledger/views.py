"""The views of the ledger: what stood at a revision, for every table, and all changes of all tables."""

from collections.abc import Iterable, Mapping
from functools import partial

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper

from .canonical import canonical_sql
from .catalog import shows
from .steps import step
from .tables import Table, recorded_columns

REVISIONS_AS_OF = (
    "SELECT number, recorded_at, actor, reason, change_class, rows_hash, hash FROM public.ledger_revision"
    " WHERE number <= current_setting('greenapi.as_of')::bigint"
)


def as_of_views(tables: Iterable[Table]) -> dict[str, str]:
    """What each view of the schema `as_of` selects, by its name."""
    return {
        "as_of.ledger_revision": REVISIONS_AS_OF,
        **{f"as_of.{table.name}": view_query(table) for table in tables},
        **{f"as_of.{table.name}_recorded": recorded_query(table) for table in tables},
    }


def change_view(cursor: CursorWrapper, tables: Iterable[Table]) -> dict[str, str]:
    """What the view of all changes selects, by its name."""
    return {"public.ledger_change": " UNION ALL ".join(change_query(cursor, table) for table in tables)}


def view_query(table: Table) -> str:
    """What the as-of view of a table selects: the versions that stand at the revision of the setting."""
    columns = ", ".join(f'{table.recorded(column, alias="v")} AS "{column}"' for column, _ in table.columns)
    return (
        f"SELECT {columns}, v.rev_from FROM public.{table.version_name} v"
        " WHERE v.rev_from <= current_setting('greenapi.as_of')::bigint"
        " AND (v.rev_to IS NULL OR v.rev_to > current_setting('greenapi.as_of')::bigint) AND v.op <> 'R'"
    )


def recorded_query(table: Table) -> str:
    """What the view of all versions of a table selects: those that show a row, whatever revision is being read."""
    columns = ", ".join(f'{table.recorded(column, alias="v")} AS "{column}"' for column, _ in table.columns)
    return f"SELECT {columns}, v.rev_from, v.rev_to FROM public.{table.version_name} v WHERE v.op IN ('I', 'U')"


def change_query(cursor: CursorWrapper, table: Table) -> str:
    """What the view `ledger_change` selects of one table: its versions with their canonical text."""
    recorded = recorded_columns(cursor, table)
    canonical = canonical_sql(table=table.name, columns=recorded, alias="v", op="v.op")
    return (
        f"SELECT '{table.name}'::text AS table_name, v.id, v.rev_from, v.rev_to, v.op, v.rev_salt, v.rev_hash,"
        f" v.rev_redacted, {canonical} AS canonical FROM public.{table.version_name} v"
    )


def put_views(connection: BaseDatabaseWrapper, wanted: Mapping[str, str]) -> None:
    """Makes each view that does not show what it should, and leaves the others alone.

    One at a time: whoever reads several of them never waits for a step that waits for them.
    """
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        wrong = [name for name, query in wanted.items() if not shows(cursor, name, query)]
    for name in wrong:
        step(connection, partial(_put_view, name=name, query=wanted[name]))


def unneeded_views(cursor: CursorWrapper, wanted: Iterable[str]) -> list[str]:
    """What else there is in the schema `as_of`, where readers might take it for the past."""
    cursor.execute(
        "SELECT format('as_of.%%I', relname) FROM pg_class"
        " WHERE relnamespace = to_regnamespace('as_of') AND relkind = 'v' AND 'as_of.' || relname <> ALL (%s)"
        " ORDER BY 1",
        [list(wanted)],
    )
    return [name for (name,) in cursor.fetchall()]


def drop_views(connection: BaseDatabaseWrapper, names: Iterable[str]) -> None:
    """Drops views, one at a time."""
    for name in names:
        step(connection, partial(_drop_view, name=name))


def _drop_view(cursor: CursorWrapper, *, name: str) -> None:
    cursor.execute(f"DROP VIEW IF EXISTS {name}")


def _put_view(cursor: CursorWrapper, *, name: str, query: str) -> None:
    # What others may do with the view that is there, they may do with the one in its place.
    cursor.execute(
        "SELECT format('GRANT %%s ON %%s TO %%s;', a.privilege_type, c.oid::regclass,"
        "              CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE a.grantee::regrole::text END)"
        "  FROM pg_class c, aclexplode(c.relacl) a WHERE c.oid = to_regclass(%s) AND a.grantee <> c.relowner",
        [name],
    )
    granted = "".join(grant for (grant,) in cursor.fetchall())
    cursor.execute(f"DROP VIEW IF EXISTS {name}; CREATE VIEW {name} AS {query}; {granted}")
