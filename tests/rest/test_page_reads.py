"""A page reads about as many rows as it shows, wherever in a long listing it is."""

import pytest
from django.db import connection

from briefings.models import Role
from greenapi.ledger.identifiers import uuid7
from tests.contract.client import ContractClient
from tests.factories import sources
from tests.factories.revisions import change

MANY = 3_000


@pytest.fixture
def many_roles(ledger_db: None) -> None:
    with change():
        speaker, organization = sources.speaker(), sources.organization()
        Role.objects.bulk_create(
            [Role(id=uuid7(), title="minister", speaker=speaker, organization=organization) for _ in range(MANY)]
        )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE role; ANALYZE role_version")


def rows_read(table: str) -> int:
    """How many rows of a table this connection has read, since Postgres last added them up."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_force_next_flush()")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0) FROM pg_stat_user_tables WHERE relname = %s",
            [table],
        )
        read: int = cursor.fetchone()[0]
    return read


def test_deep_page_does_not_read_the_pages_before_it(api: ContractClient, many_roles: None) -> None:
    deep = api.read("/api/v1/roles?page_size=1000")
    deep = api.read(deep["next"])

    before = rows_read("role_version")
    page = api.read(deep["next"].replace("page_size=1000", "page_size=10"))

    assert len(page["results"]) == 10
    assert rows_read("role_version") - before < 100


def test_listing_from_the_end_does_not_read_it_from_the_beginning(api: ContractClient, many_roles: None) -> None:
    before = rows_read("role")
    page = api.read("/api/v1/roles?ordering=-id&page_size=10")

    assert len(page["results"]) == 10
    assert rows_read("role") - before < 100
