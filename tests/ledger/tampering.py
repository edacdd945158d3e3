"""What the owner of a database can do behind the guards: change any row, and leave no trace but the seal."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction

from greenapi.ledger.verification import verify

# SQL for another value than a column of that type holds, null or not.
_ANOTHER = {
    "uuid": "gen_random_uuid()",
    "bigint": "coalesce({0} + 100, 1)",
    "integer": "coalesce({0} + 1, 1)",
    "numeric": "coalesce({0} + 1, 1)",
    "boolean": "{0} IS NOT TRUE",
    "date": "coalesce({0} + 1, '2000-01-01')",
    "timestamp with time zone": "{0} - interval '1 microsecond'",
    "numrange": "CASE WHEN isempty({0}) THEN '[1,2]'::numrange ELSE 'empty' END",
    "text": "coalesce({0} || ' ', '')",
    "character varying": "CASE WHEN length({0}) < 2 THEN 'x' ELSE coalesce(left({0}, -1), '') END",
    "character(1)": "CASE {0} WHEN 'I' THEN 'U' ELSE 'I' END",
    "bytea": "coalesce(set_byte({0}, 0, get_byte({0}, 0) # 1), '')",
    "text[]": "coalesce({0}, ARRAY[]::text[]) || 'x'::text",
}


def another(column: str, kind: str) -> str:
    """SQL for another value of a column of that type."""
    kind, *_ = kind.split("(") if kind != "character(1)" else (kind,)
    return _ANOTHER[kind].format(f'"{column}"')


@contextmanager
def tampered(table: str, statement: str) -> Iterator[list[Any]]:
    """The block sees what a statement did to a table that has neither guards nor rules; then all is as before.

    It is given the rows that the statement returns.
    """
    with transaction.atomic():
        execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        for name in _rules(table):
            execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
        with connection.cursor() as cursor:
            cursor.execute(statement)
            yield cursor.fetchall() if cursor.description else []
        transaction.set_rollback(True)


def first_named() -> set[int]:
    """The revisions that the first step of the verification names which finds anything; quicker than all steps."""
    return next(({finding.revision for finding in found} for _, found in verify() if found), set())


def execute(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


def rows(sql: str) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        found: list[Any] = cursor.fetchall()
    return found


def _rules(table: str) -> list[str]:
    """Names of a table's constraints besides its keys."""
    sql = f"SELECT conname FROM pg_constraint WHERE conrelid = '{table}'::regclass AND contype IN ('c', 'u')"
    return [name for (name,) in rows(sql)]
