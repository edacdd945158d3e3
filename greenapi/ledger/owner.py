"""Commands that only the owner of the tables can carry out connect as the owner, whatever DATABASE_URL names."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import dj_database_url
from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import connection


class OwnerCommand(BaseCommand):
    """A command that runs from start to end, its checks included, under the rights of the owner of the tables."""

    def execute(self, *args: Any, **options: Any) -> str | None:
        with as_owner():
            return super().execute(*args, **options)


@contextmanager
def as_owner() -> Iterator[None]:
    """Connects by the address of `OWNER_DATABASE_URL` until the end of the block; without one, nothing changes.

    The name of the database stays the one in use, which in tests is the tests' own.
    """
    if not settings.OWNER_DATABASE_URL:
        yield
        return
    usual = dict(connection.settings_dict)
    _reconnect({**dj_database_url.parse(settings.OWNER_DATABASE_URL), "NAME": usual["NAME"]})
    try:
        yield
    finally:
        _reconnect(usual)


def _reconnect(database: dict[str, Any]) -> None:
    connection.close()
    connection.close_pool()  # type: ignore[attr-defined]  # Postgres only
    connection.settings_dict.update(database)
