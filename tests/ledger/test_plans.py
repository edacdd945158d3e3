"""The triggers' plans, which Postgres keeps for the connection, suit one row also when thousands came first."""

import pytest
from django.db import connection

from greenapi.ledger.identifiers import uuid7
from indicators.models import Unit
from tests.factories.revisions import change

MANY = 3_000


@pytest.fixture
def units(ledger_db: None) -> list[Unit]:
    """Many units, each changed twice in one statement on this connection."""
    units = [Unit(id=uuid7(), slug=f"unit-{n}", name=f"unit {n}", quantity="ratio") for n in range(MANY)]
    with change():
        Unit.objects.bulk_create(units)
    for name in ("once", "twice"):
        with change():
            Unit.objects.update(name=name)
    return units


def versions_read() -> int:
    """How many rows of the units' version table this connection has read, since Postgres last added them up."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0) FROM pg_stat_xact_user_tables"
            " WHERE relname = 'unit_version'"
        )
        read: int = cursor.fetchone()[0]
    return read


def test_changing_one_row_after_many_reads_few_versions(units: list[Unit]) -> None:
    with change():
        before = versions_read()
        Unit.objects.filter(id=units[0].id).update(name="alone")
        assert versions_read() - before < 20


def test_deleting_one_row_after_many_reads_few_versions(units: list[Unit]) -> None:
    with change():
        Unit.objects.filter(id__in=[unit.id for unit in units[1:]]).delete()
    with change():
        before = versions_read()
        units[0].delete()
        assert versions_read() - before < 20
