"""What must be true of a ledger whatever was done to it: judged by SQL over the tables themselves."""

from collections.abc import Iterator
from typing import Any

from django.db import connection

from greenapi.ledger.tables import columns_of, versioned_models

GAPS = """
SELECT number FROM (SELECT number, row_number() OVER (ORDER BY number) AS place FROM ledger_revision) r
 WHERE number <> place"""
STAMPS_OUT_OF_ORDER = """
SELECT number FROM (
  SELECT number, recorded_at, lag(recorded_at) OVER (ORDER BY number) AS before FROM ledger_revision) r
 WHERE recorded_at <= before"""
HEAD_AWRY = """
SELECT h.number FROM ledger_head h
 WHERE h.number <> (SELECT coalesce(max(number), 0) FROM ledger_revision)
    OR h.closed_at < (SELECT max(recorded_at) FROM ledger_revision)"""
OVERLAPS = """
SELECT id FROM (
  SELECT id, rev_from, rev_to, lead(rev_from) OVER (PARTITION BY id ORDER BY rev_from) AS next FROM {table}_version) v
 WHERE next IS NOT NULL AND (rev_to IS NULL OR rev_to > next)"""
TWICE_OPEN = "SELECT id FROM {table}_version WHERE rev_to IS NULL GROUP BY id HAVING count(*) > 1"
OF_NO_REVISION = """
SELECT id FROM {table}_version v
 WHERE NOT EXISTS (SELECT FROM ledger_revision r WHERE r.number = v.rev_from)
    OR v.rev_to IS NOT NULL AND NOT EXISTS (SELECT FROM ledger_revision r WHERE r.number = v.rev_to)"""
# As text, because 1.3 and 1.30 are equal numbers.
NOT_AS_LIVE = """
(SELECT {columns} FROM {table} EXCEPT SELECT {columns} FROM {table}_version WHERE rev_to IS NULL)
UNION ALL
(SELECT {columns} FROM {table}_version WHERE rev_to IS NULL EXCEPT SELECT {columns} FROM {table})"""


def faults() -> list[str]:
    """What is wrong with the ledger, one sentence each with the rows concerned; none when it is sound."""
    with connection.cursor() as cursor:
        return [f"{name}: {rows}" for name, sql in _checks(cursor) if (rows := _rows(cursor, sql))]


def _checks(cursor: Any) -> Iterator[tuple[str, str]]:
    yield "numbers are not gapless from 1", GAPS
    yield "stamps do not increase", STAMPS_OUT_OF_ORDER
    yield "the head is not that of the newest revision", HEAD_AWRY
    for table in (model._meta.db_table for model in versioned_models()):
        columns = ", ".join(f'"{name}"::text' for name, _ in columns_of(cursor, table))
        yield f"versions of {table} overlap", OVERLAPS.format(table=table)
        yield f"rows of {table} have two open versions", TWICE_OPEN.format(table=table)
        yield f"versions of {table} belong to no revision", OF_NO_REVISION.format(table=table)
        yield f"{table} differs from its open versions", NOT_AS_LIVE.format(table=table, columns=columns)


def _rows(cursor: Any, sql: str) -> list[tuple[Any, ...]]:
    cursor.execute(sql)
    found: list[tuple[Any, ...]] = cursor.fetchall()
    return found
