"""Puts the rows of a golden set back into an empty database, at the state of migrations that they belong to."""

from django.core.management import call_command
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor

from .keeping import GoldenSet


def restore(golden: GoldenSet) -> None:
    """Fills an empty database with the ledger as it was, and migrates it to the models of today."""
    MigrationExecutor(connection).migrate(golden.migrations)
    with transaction.atomic(), connection.cursor() as cursor:
        tables = list(golden.tables)
        for heading, _ in tables:
            cursor.execute(f"ALTER TABLE {heading.split()[0]} DISABLE TRIGGER USER")
        cursor.execute("DELETE FROM ledger_head")
        for heading, rows in tables:
            with cursor.copy(f"COPY {heading} FROM STDIN") as copy:
                copy.write(rows)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for heading, _ in tables:
            cursor.execute(f"ALTER TABLE {heading.split()[0]} ENABLE TRIGGER USER")
    call_command("migrate", verbosity=0)
