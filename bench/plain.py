"""Twins of tables that the ledger does not record: all else is the same."""

from django.db import connection

SCHEMA = "plain"


def make_twin(table: str) -> None:
    """Makes an empty twin of a live table, of the same name in the schema `plain`.

    It has the same columns, constraints, indexes and foreign keys, and all triggers but those of the ledger.
    """
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}")
        cursor.execute(f"CREATE TABLE {SCHEMA}.{table} (LIKE public.{table} INCLUDING ALL)")
        cursor.execute(
            "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint"
            " WHERE conrelid = to_regclass(%s) AND contype = 'f'",
            [f"public.{table}"],
        )
        for constraint, definition in cursor.fetchall():
            cursor.execute(f'ALTER TABLE {SCHEMA}.{table} ADD CONSTRAINT "{constraint}" {definition}')
        cursor.execute(
            "SELECT pg_get_triggerdef(t.oid) FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid"
            " WHERE t.tgrelid = to_regclass(%s) AND NOT t.tgisinternal AND NOT starts_with(p.proname, 'ledger_')",
            [f"public.{table}"],
        )
        for (definition,) in cursor.fetchall():
            cursor.execute(definition.replace(f" ON public.{table} ", f" ON {SCHEMA}.{table} "))


def speak_to(side: str) -> None:
    """Lets this connection find the twins first (`plain`), or only the live tables (`ledger`)."""
    with connection.cursor() as cursor:
        cursor.execute(f"SET search_path = {SCHEMA}, public" if side == SCHEMA else "SET search_path = public")
