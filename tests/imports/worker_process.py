"""`manage.py work` as a process of its own, as the application's role, on the database of the test."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import psycopg
from django.conf import settings
from django.db import connection

from greenapi import processes
from tests.demo_process import ROOT

PATIENCE_SECONDS = 30.0
REPORT = "bulk_import_row"


@contextmanager
def worker(*arguments: str, batch: int = 100) -> Iterator["subprocess.Popen[bytes]"]:
    """A worker, which is stopped at the end of the block if it still runs."""
    parts = urlsplit(os.environ["DATABASE_URL"])
    server = parts.netloc.rpartition("@")[2]
    url = parts._replace(netloc=f"{settings.APPLICATION_ROLE}@{server}", path=f"/{connection.settings_dict['NAME']}")
    env = {**os.environ, "DATABASE_URL": url.geturl(), "SECRET_KEY": "tests", "IMPORT_BATCH_ROWS": str(batch)}
    process = processes.start([sys.executable, "manage.py", "work", *arguments], env=env, cwd=ROOT)
    try:
        yield process
    finally:
        processes.stop(process, politely=((15, 5.0),))


@contextmanager
def held_up() -> Iterator[Callable[[], None]]:
    """Until the end of the block nothing can be reported of rows: whoever records some waits before it commits.

    Gives what returns once somebody waits so.
    """
    with psycopg.connect(**_parameters()) as holding:
        holding.execute(f"LOCK TABLE {REPORT} IN SHARE MODE")

        def stuck() -> None:
            wait_until(lambda: _waits(holding))

        yield stuck
        holding.rollback()


def wait_until(happened: Callable[[], bool]) -> None:
    """Returns once something has happened; fails when that takes too long."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not happened():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.02)


def _waits(asking: "psycopg.Connection[tuple[object, ...]]") -> bool:
    found = asking.execute(
        "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND relation = to_regclass(%s))", [REPORT]
    ).fetchone()
    return found is not None and bool(found[0])


def _parameters() -> dict[str, Any]:
    unwanted = {"context", "cursor_factory", "pool"}
    return {name: value for name, value in connection.get_connection_params().items() if name not in unwanted}
