"""Taking dead rows out of tables' files: what was overwritten stays there until a table is written anew."""

import re
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import DatabaseError, connection
from psycopg.errors import Diagnostic

from .models import Versioned
from .own_sql import derived_tables

# Postgres keeps the most common values of columns there, for planning.
STATISTICS = "pg_catalog.pg_statistic"
PATIENCE = "5s"


@dataclass(frozen=True, kw_only=True)
class NotErased:
    """A table whose dead rows could not be taken out, and why."""

    table: str
    why: str


def erase_dead_rows(models: Collection[type[Versioned]]) -> list[NotErased]:
    """Writes the live and version tables of models, what is derived from them, and the planner's statistics, anew
    without their dead rows.

    A plain VACUUM would only free the dead rows' places, and leave the bytes in them. Nobody reads or writes a table
    while it is written anew. To be called outside a transaction; gives the tables where it did not succeed.
    """
    tables = [table for model in models for table in (model._meta.db_table, f"{model._meta.db_table}_version")]
    tables += derived_tables()
    failed = [_erase(f'public."{table}"', options="FULL, ANALYZE, VERBOSE") for table in sorted(tables)]
    failed.append(_erase(STATISTICS, options="FULL, VERBOSE"))
    return [each for each in failed if each is not None]


def by_hand(failed: NotErased) -> str:
    """The statement that takes dead rows out of a table's file."""
    return f"VACUUM (FULL{'' if failed.table == STATISTICS else ', ANALYZE'}) {failed.table};"


def _erase(table: str, *, options: str) -> NotErased | None:
    with _notices() as notices, connection.cursor() as cursor:
        cursor.execute(f"SET lock_timeout = '{PATIENCE}'")
        try:
            cursor.execute(f"VACUUM ({options}) {table}")
        except DatabaseError as error:
            return NotErased(table=table, why=str(error).strip().splitlines()[0])
        finally:
            cursor.execute("RESET lock_timeout")
    for notice in notices:
        if notice.severity == "WARNING":
            return NotErased(table=table, why=notice.message)
        # "2 dead row versions cannot be removed yet": an older transaction might still look at them.
        kept = re.match(r"\d+", notice.detail)
        if kept and int(kept[0]):
            return NotErased(table=table, why="a transaction from before the redaction is still open")
    return None


@dataclass(frozen=True, kw_only=True)
class _Notice:
    severity: str
    message: str
    detail: str


@contextmanager
def _notices() -> Iterator[list[_Notice]]:
    """What the server tells while the block runs."""
    connection.ensure_connection()
    found: list[_Notice] = []

    def keep(diagnosis: Diagnostic) -> None:
        # It can be read only now.
        found.append(
            _Notice(
                severity=diagnosis.severity_nonlocalized or "",
                message=diagnosis.message_primary or "",
                detail=diagnosis.message_detail or "",
            )
        )

    connection.connection.add_notice_handler(keep)
    try:
        yield found
    finally:
        connection.connection.remove_notice_handler(keep)
