"""The version table of a live table and its indexes. It only ever gains columns: nothing recorded is ever dropped."""

import hashlib

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper

from .tables import Table, columns_of, recorded_type

LONGEST_NAME = 63  # bytes of an identifier in Postgres
# The order of a column of an index, by `pg_index.indoption`, as Postgres writes it down and as we name it.
_DIRECTIONS = {0: "", 1: " DESC NULLS LAST", 2: " NULLS FIRST", 3: " DESC"}
_SUFFIXES = {0: "", 1: "_falling", 2: "_nulls_first", 3: "_falling_nulls_first"}


def version_table_sql(table: Table, *, name: str) -> str:
    """The statement that makes a version table, as yet without the columns that are no part of its key."""
    identity, kind = table.columns[0]
    return f"""
CREATE TABLE {name} (
  "{identity}" {kind} NOT NULL,
  rev_from bigint NOT NULL,
  rev_to bigint,
  op char(1) NOT NULL CHECK (op IN ('I', 'U', 'D', 'R')),
  rev_salt uuid,
  rev_hash bytea NOT NULL,
  rev_redacted bigint,
  PRIMARY KEY ("{identity}", rev_from),
  CHECK (rev_to > rev_from OR op = 'D' AND rev_to = rev_from)
);
"""


def missing_columns(cursor: CursorWrapper, table: Table) -> list[str]:
    """The columns of a live table that its version table has not."""
    present = dict(columns_of(cursor, table.version_name))
    return [name for name, _ in table.columns if name not in present]


def grow(cursor: CursorWrapper, table: Table) -> None:
    """Makes the version table, and its columns, where they are missing."""
    versions = table.version_name
    if not columns_of(cursor, versions):
        cursor.execute(version_table_sql(table, name=versions))
    kinds = dict(table.columns)
    added = [f'ADD COLUMN "{name}" {recorded_type(kinds[name])}' for name in missing_columns(cursor, table)]
    if added:
        cursor.execute(f"ALTER TABLE {versions} {', '.join(added)}")


def wanted_indexes(cursor: CursorWrapper, table: Table) -> dict[str, str]:
    """The definition of each index of a version table, by name: by revision, and as the live table is indexed."""
    versions = table.version_name
    listed = {f"{versions}_from": "rev_from"}
    cursor.execute(
        "SELECT DISTINCT array_agg(a.attname ORDER BY k.position),"
        "                array_agg(quote_ident(a.attname) ORDER BY k.position),"
        "                array_agg(k.direction ORDER BY k.position)"
        "  FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_am m ON m.oid = c.relam,"
        "       unnest(i.indkey::int[], i.indclass::oid[], i.indoption::int[])"
        "         WITH ORDINALITY k(attnum, class, direction, position)"
        "  LEFT JOIN pg_attribute a ON a.attrelid = %s::regclass AND a.attnum = k.attnum"
        "  LEFT JOIN pg_opclass o ON o.oid = k.class"
        " WHERE i.indrelid = %s::regclass AND i.indpred IS NULL AND NOT i.indisprimary AND m.amname = 'btree'"
        " GROUP BY i.indexrelid HAVING bool_and(a.attname IS NOT NULL AND o.opcdefault) ORDER BY 1",
        [table.name, table.name],
    )
    for columns, quoted, directions in cursor.fetchall():
        parts = [
            (_renamed(cursor, table, column) if column in table.renamed else name) + _DIRECTIONS[direction]
            for column, name, direction in zip(columns, quoted, directions, strict=True)
        ]
        named = [column + _SUFFIXES[direction] for column, direction in zip(columns, directions, strict=True)]
        listed[_index_name(versions, named)] = ", ".join(parts)
    return {
        name: f"CREATE INDEX {name} ON public.{versions} USING btree ({columns})" for name, columns in listed.items()
    }


def present_indexes(cursor: CursorWrapper, table: Table) -> dict[str, str]:
    """The definition of each valid index that a version table has for our purposes, by name, as Postgres writes it.

    One that is not valid has an empty definition. Besides the primary key, and what somebody has added under a name of
    their own for reading faster.
    """
    cursor.execute(
        "SELECT c.relname, CASE WHEN i.indisvalid THEN pg_get_indexdef(c.oid) ELSE '' END"
        "  FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid"
        " WHERE i.indrelid = to_regclass(%s) AND NOT i.indisprimary"
        "   AND (i.indisunique OR starts_with(c.relname, %s))"
        "   AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = c.oid) ORDER BY 1",
        [table.version_name, f"{table.version_name}_"],
    )
    return dict(cursor.fetchall())


def put_indexes(connection: BaseDatabaseWrapper, table: Table) -> None:
    """Makes the indexes of a version table that are missing or other ones, and drops those not wanted any more.

    Without keeping anybody from reading or writing, unless it is called within a transaction.
    """
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        wanted, present = wanted_indexes(cursor, table), present_indexes(cursor, table)
    concurrently = "" if connection.in_atomic_block else "CONCURRENTLY "
    with connection.cursor() as cursor:
        for name, definition in present.items():
            if definition != wanted.get(name):
                cursor.execute(f"DROP INDEX {concurrently}{name}")
        for name, definition in wanted.items():
            if definition != present.get(name):
                cursor.execute(definition.replace("INDEX ", f"INDEX {concurrently}", 1))


def _renamed(cursor: CursorWrapper, table: Table, column: str) -> str:
    """What the as-of view shows of a column that had other names, as Postgres writes it down in an index."""
    names = [column, *table.renamed[column]]
    cursor.execute(
        "SELECT string_agg(quote_ident(name), ', ' ORDER BY n) FROM unnest(%s::text[]) WITH ORDINALITY AS t(name, n)",
        [names],
    )
    return f"COALESCE({cursor.fetchone()[0]})"


def _index_name(versions: str, columns: list[str]) -> str:
    name = f"{versions}_{'_'.join(columns)}"
    if len(name) <= LONGEST_NAME:
        return name
    return f"{versions}_{hashlib.sha256(name.encode()).hexdigest()[:8]}"
