"""Django's connection as the application role, which serves, instead of the owner, who makes the tests' databases."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import connection


@contextmanager
def application_role() -> Iterator[None]:
    """Until the end of the block every connection to the database in use is that of the application role."""
    owner = connection.settings_dict["USER"]
    _connect_as(settings.APPLICATION_ROLE)
    try:
        yield
    finally:
        _connect_as(owner)


def _connect_as(user: str) -> None:
    connection.close()
    connection.close_pool()  # type: ignore[attr-defined]  # Postgres only
    connection.settings_dict["USER"] = user
