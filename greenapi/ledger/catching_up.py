"""Recording what migrations have put into tables and columns before the triggers knew of them."""

from uuid import UUID

from django.db.backends.utils import CursorWrapper

from .tables import Table
from .triggers import differences

# A revision is read, and handed on, as a whole.
LARGEST_REVISION = 10_000  # rows


def record_values_of_migrations(cursor: CursorWrapper, tables: list[Table]) -> None:
    """Records the rows that differ from what was recorded, in revisions of one table and 10,000 rows at most."""
    for table in tables:
        rows = _differing(cursor, table, after=None)
        while rows:
            reason = f"Values that a migration has put into {table.name}"
            cursor.execute("SELECT ledger_open('migrate', %s, 'enrichment')", [reason])
            # A row that stays as it is makes a version where it differs from the one before.
            cursor.execute(f"UPDATE {table.name} SET id = id WHERE id = ANY(%s)", [rows])
            cursor.execute("SELECT ledger_close()")
            rows = _differing(cursor, table, after=rows[-1])


def _differing(cursor: CursorWrapper, table: Table, *, after: UUID | None) -> list[UUID]:
    """The ids of the next rows that differ from the version that stands, or have none."""
    cursor.execute(
        f"SELECT w.id FROM {table.name} w LEFT JOIN {table.version_name} p ON p.id = w.id AND p.rev_to IS NULL"
        f" WHERE (%s::uuid IS NULL OR w.id > %s) AND ({' OR '.join(['p.id IS NULL', *differences(table)])})"
        " ORDER BY w.id LIMIT %s",
        [after, after, LARGEST_REVISION],
    )
    return [identity for (identity,) in cursor.fetchall()]
