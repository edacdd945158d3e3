"""Fixtures that every test may use: databases with and without the dataset, and a client that knows the contract."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import ProgrammingError, connection
from django.test.utils import setup_databases, teardown_databases
from pytest_django.plugin import DjangoDbBlocker

from tests.contract.client import ContractClient
from tests.golden.keeping import golden_sets
from tests.golden.restoring import restore

ROOT = Path(__file__).parents[1]
SEEDS = ROOT.parent / "shared" / "seeds"
PIP = [sys.executable, "-m", "pip", "--disable-pip-version-check"]
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
def django_db_setup(django_db_modify_db_settings: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The session's database, migrated and with the bundled dataset; texts are held where the pages are at hand.

    Tests with `db` see it in a transaction that is rolled back. In place of pytest-django's own, which makes no test
    database when no test asks for `db`, and would leave us with the one of DATABASE_URL. Each worker of a parallel run
    has one of its own, named after the worker, and so are the copies of it.
    """
    with django_db_blocker.unblock():
        _require_application_role()
        made = setup_databases(verbosity=0, interactive=False)
        empty = f"{connection.settings_dict['NAME']}_empty"
        _copy(connection.settings_dict["NAME"], to=empty)
        call_command("load_dataset", sources=SEEDS if SEEDS.is_dir() else None, verbosity=0)
    yield
    with django_db_blocker.unblock():
        _disconnect()
        _drop(empty)
        teardown_databases(made, verbosity=0)


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


class Backup:
    """An older copy of the test's own database, which can be put back in its place."""

    def __init__(self) -> None:
        self.name = f"{connection.settings_dict['NAME']}_backup"
        self.take()

    def take(self) -> None:
        _copy(connection.settings_dict["NAME"], to=self.name)

    def restore(self) -> None:
        _copy(self.name, to=connection.settings_dict["NAME"])


@pytest.fixture
def backup(ledger_db: None) -> Iterator[Backup]:
    """A copy of `ledger_db` as it is; `take` copies it anew, and `restore` puts the copy in its place."""
    made = Backup()
    yield made
    _disconnect()
    _drop(made.name)


@pytest.fixture
def new_db(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """A database of its own without even tables; dropped at the end."""
    with django_db_blocker.unblock():
        yield from _own_copy("template0")


@pytest.fixture(scope="session")
def golden_template(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """The name of a database with the golden ledger of the API's first version, migrated to today, to copy from."""
    name = f"{connection.settings_dict['NAME']}_golden"
    with django_db_blocker.unblock():
        for _ in _own_copy("template0"):
            restore(golden_sets()[0])
            _copy(connection.settings_dict["NAME"], to=name)
    yield name
    with django_db_blocker.unblock():
        _drop(name)


@pytest.fixture
def golden_db(golden_template: str, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """A database of its own with the golden ledger, for tests that commit; dropped at the end."""
    with django_db_blocker.unblock():
        yield from _own_copy(golden_template)


@pytest.fixture
def dataset(db: None) -> None:
    """The bundled dataset; what the test changes is rolled back."""


@pytest.fixture
def api() -> ContractClient:
    """A client whose every answer from the API is held against the OpenAPI document."""
    return ContractClient()


@pytest.fixture(scope="session")
def client_wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of the Python client, built from a copy, because a build leaves files beside its source."""
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "client"
    shutil.copytree(ROOT / "client", source, ignore=shutil.ignore_patterns("build", "*.egg-info", "__pycache__"))
    subprocess.run([*PIP, "wheel", "--quiet", "--no-deps", "--wheel-dir", str(folder), str(source)], check=True)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="session")
def client_python(client_wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of a new environment that holds the client's wheel and what it needs, and nothing else."""
    environment = tmp_path_factory.mktemp("alone")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(environment)], check=True)
    python = environment / "bin" / "python"
    subprocess.run([*PIP, "--python", str(python), "install", "--quiet", str(client_wheel)], check=True)
    return python


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


def _require_application_role() -> None:
    with connection._nodb_cursor() as cursor:
        cursor.execute("SELECT FROM pg_roles WHERE rolname = %s", [settings.APPLICATION_ROLE])
        if not cursor.rowcount:
            pytest.exit(f"the tests need the application's role: CREATE ROLE {settings.APPLICATION_ROLE} LOGIN", 1)


def _copy(source: str, *, to: str) -> None:
    _disconnect()
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{to}" WITH (FORCE)')
        # Some hundreds of small databases are made in a run: a third of the time that writing them through WAL takes.
        cursor.execute(f'CREATE DATABASE "{to}" TEMPLATE "{source}" STRATEGY file_copy')


def _drop(name: str) -> None:
    with connection._nodb_cursor() as cursor:
        try:
            cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
        except ProgrammingError:
            # An autovacuum worker is there, which we may not end; without FORCE Postgres itself does.
            cursor.execute(f'DROP DATABASE "{name}"')


def _disconnect() -> None:
    connection.close()
    connection.close_pool()  # type: ignore[attr-defined]  # Postgres only
