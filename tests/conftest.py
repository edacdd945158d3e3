"""Fixtures that every test may use: databases with and without the dataset, and a client that knows the contract."""

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection
from pytest_django.plugin import DjangoDbBlocker

from tests.contract.client import ContractClient

SEEDS = Path(__file__).parents[2] / "shared" / "seeds"
_numbers = count(1)


@pytest.fixture(scope="session")
def seeds() -> Path:
    """The folder of the real source pages; tests that take it are skipped where it is not at hand."""
    if not SEEDS.is_dir():
        pytest.skip("the source pages are not at hand")
    return SEEDS


@pytest.fixture(scope="session")
def empty_template(django_db_setup: None) -> str:
    """The name of a migrated database without rows, to copy others from."""
    return f"{connection.settings_dict['NAME']}_empty"


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The session's database, migrated and with the bundled dataset; texts are held where the pages are at hand.

    Tests with `db` see it in a transaction that is rolled back.
    """
    with django_db_blocker.unblock():
        empty = f"{connection.settings_dict['NAME']}_empty"
        _copy(connection.settings_dict["NAME"], to=empty)
        call_command("load_dataset", sources=SEEDS if SEEDS.is_dir() else None, verbosity=0)
    yield
    with django_db_blocker.unblock():
        _drop(empty)


@pytest.fixture
def ledger_db(empty_template: str, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """A database of its own without rows, for tests that commit; dropped at the end."""
    with django_db_blocker.unblock():
        yield from _own_copy(empty_template)


@pytest.fixture
def dataset_db(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """A database of its own with the bundled dataset, for tests that commit; dropped at the end."""
    with django_db_blocker.unblock():
        yield from _own_copy(connection.settings_dict["NAME"])


@pytest.fixture
def dataset(db: None) -> None:
    """The bundled dataset; what the test changes is rolled back."""


@pytest.fixture
def api() -> ContractClient:
    """A client whose every answer from the API is held against the OpenAPI document."""
    return ContractClient()


def _own_copy(source: str) -> Iterator[None]:
    name = f"{source}_{next(_numbers)}"
    usual = connection.settings_dict["NAME"]
    _copy(source, to=name)
    connection.settings_dict["NAME"] = name
    try:
        yield
    finally:
        _disconnect()
        connection.settings_dict["NAME"] = usual
        _drop(name)


def _copy(source: str, *, to: str) -> None:
    _disconnect()
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{to}" WITH (FORCE)')
        cursor.execute(f'CREATE DATABASE "{to}" TEMPLATE "{source}"')


def _drop(name: str) -> None:
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def _disconnect() -> None:
    connection.close()
    connection.close_pool()
