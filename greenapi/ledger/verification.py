"""Verifies the ledger: recomputes every hash, the chain and the order, and names the first revision that is broken."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from .models import Versioned
from .tables import Table, live_table, versioned_models


@dataclass(frozen=True, order=True, kw_only=True)
class Finding:
    """What is broken: the revision it concerns (0 for the head), and what is wrong, in a sentence."""

    revision: int
    problem: str


@dataclass(frozen=True, kw_only=True)
class Kept:
    """A head that somebody kept: the ledger must still hold that revision with that hash."""

    number: int
    hash: bytes


def verify(*, kept: Kept | None = None) -> Iterator[tuple[str, list[Finding]]]:
    """Verifies the whole ledger in one snapshot, step by step: each step's name, and what it found, first first.

    The steps are the chain and then each version table; a step that finds nothing has an empty list.
    """
    nested = connection.in_atomic_block
    with transaction.atomic(), connection.cursor() as cursor:
        if not nested:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        yield "revisions", sorted(_broken(cursor, _REVISIONS)) + _of_head(cursor, kept)
        yield "rows of revisions", sorted(_broken(cursor, _ROWS))
        yield "redactions", sorted(_broken(cursor, _REDACTIONS) + _broken(cursor, _REMAINS))
        for model in versioned_models():
            table = live_table(cursor, model)
            if table is not None:
                yield table.name, sorted(_of_table(cursor, table, model))


_LIMIT = 100

_REVISIONS = """
    WITH chained AS (
      SELECT r.*, lag(r.number, 1, 0) OVER w AS before, lag(r.recorded_at) OVER w AS earlier,
             ledger_chain_hash(coalesce(lag(r.hash) OVER w, ledger_hash_at(0)), r) AS computed
        FROM ledger_revision r WINDOW w AS (ORDER BY r.number)
    )
    SELECT number, CASE
             WHEN number <> before + 1 THEN 'the revision before it is missing'
             WHEN recorded_at <= earlier OR recorded_at <= 'epoch' THEN 'it was recorded before the revision before it'
             ELSE 'its hash is not that of what it says' END
      FROM chained
     WHERE number <> before + 1 OR recorded_at <= earlier OR recorded_at <= 'epoch' OR hash IS DISTINCT FROM computed
     ORDER BY number
"""

_ROWS = """
    WITH rows AS (
      SELECT rev_from, sha256(string_agg(rev_hash, ''::bytea ORDER BY rev_hash)) AS computed
        FROM ledger_change GROUP BY rev_from
    )
    SELECT coalesce(r.number, rows.rev_from), CASE
             WHEN r.number IS NULL THEN 'it has rows and is none'
             ELSE 'its rows are not those it was sealed with' END
      FROM ledger_revision r FULL JOIN rows ON rows.rev_from = r.number
     WHERE r.number IS NULL OR r.rows_hash IS DISTINCT FROM coalesce(rows.computed, sha256(''))
     ORDER BY 1
"""

# A version may be without its salt only where a sealed tombstone of a redaction stands for it.
_REDACTIONS = """
    SELECT c.rev_from, format('%%s %%s is blanked without a redaction', c.table_name, c.id)
      FROM ledger_change c LEFT JOIN ledger_redaction d
        ON d.table_name = c.table_name AND d.record_id = c.id AND d.revision = c.rev_redacted
      LEFT JOIN ledger_revision r ON r.number = c.rev_redacted
     WHERE (c.rev_redacted IS NOT NULL OR c.rev_salt IS NULL OR c.op = 'R')
       AND (d.id IS NULL OR c.rev_salt IS NOT NULL OR c.rev_redacted IS NULL OR c.rev_redacted <= c.rev_from
            OR r.change_class IS DISTINCT FROM 'redaction')
     ORDER BY 1
"""


# What is left of a record's redacted versions is proved by its newest tombstone.
_REMAINS = """
    SELECT d.revision, format('what is left of %%s %%s is not what the redaction left', d.table_name, d.record_id)
      FROM ledger_redaction d
     WHERE d.remains IS DISTINCT FROM (
             SELECT sha256(convert_to(string_agg(c.canonical, chr(10) ORDER BY c.rev_from), 'UTF8'))
               FROM ledger_change c
              WHERE c.table_name = d.table_name AND c.id = d.record_id AND c.rev_redacted IS NOT NULL)
       AND NOT EXISTS (
         SELECT FROM ledger_redaction x
          WHERE (x.table_name, x.record_id) = (d.table_name, d.record_id) AND x.revision > d.revision)
     ORDER BY 1
"""


def _of_head(cursor: CursorWrapper, kept: Kept | None) -> list[Finding]:
    cursor.execute(
        "SELECT h.number, coalesce(max(r.number), 0), h.closed_at < max(r.recorded_at)"
        " FROM ledger_head h LEFT JOIN ledger_revision r ON true GROUP BY h.number, h.closed_at"
    )
    number, newest, opened_again = cursor.fetchone()
    found = []
    if number != newest:
        found.append(Finding(revision=newest, problem=f"the head says {number}, and the newest revision is {newest}"))
    if opened_again:
        found.append(Finding(revision=newest, problem="it was recorded after the moment that the head says is closed"))
    if kept is not None:
        cursor.execute("SELECT ledger_hash_at(%s)", [kept.number])
        held = cursor.fetchone()[0]
        if held is None or bytes(held) != kept.hash:
            found.append(Finding(revision=kept.number, problem="it is not the revision whose hash was kept"))
    return found


def _of_table(cursor: CursorWrapper, table: Table, model: type[Versioned]) -> Iterator[Finding]:
    name, versions = table.name, table.version_name
    yield from _broken(
        cursor,
        f"SELECT rev_from, format('{name} %%s is not what it was sealed as', id) FROM ledger_change"
        f" WHERE table_name = '{name}' AND rev_redacted IS NULL"
        "   AND rev_hash IS DISTINCT FROM ledger_row_hash(rev_salt, canonical) ORDER BY rev_from",
    )
    # Closed by the next version of the same record; a deletion's marker is closed at once.
    yield from _broken(
        cursor,
        "SELECT coalesce(least(rev_to, next), rev_to, next),"
        f" format('{name} %%s stands until revision %%s instead of %%s', id, rev_to, next) FROM ("
        "   SELECT id, rev_to, CASE op WHEN 'D' THEN rev_from ELSE lead(rev_from) OVER w END AS next"
        f"    FROM {versions} WINDOW w AS (PARTITION BY id ORDER BY rev_from)) v"
        "  WHERE rev_to IS DISTINCT FROM next ORDER BY 1",
    )
    columns = " OR ".join(
        f'l."{column}"::text IS DISTINCT FROM {table.recorded(column, alias="v")}::text' for column, _ in table.columns
    )
    yield from _broken(
        cursor,
        "SELECT coalesce(v.rev_from, (SELECT number FROM ledger_head)),"
        f" format('{name} %%s is not what was recorded last', coalesce(v.id, l.id))"
        f" FROM {name} l FULL JOIN (SELECT * FROM {versions} WHERE rev_to IS NULL) v ON v.id = l.id"
        f" WHERE {columns} ORDER BY 1",
    )


def _broken(cursor: CursorWrapper, query: str) -> list[Finding]:
    cursor.execute(f"{query} LIMIT {_LIMIT}", [])
    return [Finding(revision=number, problem=problem) for number, problem in cursor.fetchall()]
