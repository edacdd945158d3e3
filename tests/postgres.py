"""A pytest plugin that gives the run a throw-away Postgres when DATABASE_URL names none.

It is named in `addopts`, because Django's settings, which read DATABASE_URL, are read before any conftest.
"""

import os
import signal
from collections.abc import Generator
from contextlib import ExitStack
from types import FrameType

import pytest

from greenapi import embedded, processes

DATABASE = pytest.StashKey[str]()


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(early_config: pytest.Config, args: list[str]) -> Generator[None, object, object]:
    """Starts Postgres before pytest-django, which uses the same hook, reads the settings."""
    early_config.stash[DATABASE] = "the one of DATABASE_URL"
    if not os.environ.get("DATABASE_URL") and not {"-h", "--help", "-V", "--version"} & set(args):
        _start(early_config)
    return (yield)


def pytest_report_header(config: pytest.Config) -> str:
    return f"database: {config.stash[DATABASE]}"


def _start(config: pytest.Config) -> None:
    # Ended by a CI system rather than by Ctrl-C, the run still stops its server.
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)
    running = ExitStack()
    config.add_cleanup(lambda: _stop(running))
    try:
        server = running.enter_context(embedded.temporary_postgres())
    except embedded.EmbeddedError as error:
        raise pytest.UsageError(str(error)) from error
    # Tests make databases and alter tables; those of the application role connect as that one.
    os.environ["DATABASE_URL"] = server.owner_url
    config.stash[DATABASE] = f"Postgres {embedded.version()} from the wheel, thrown away at the end"


def _stop(running: ExitStack) -> None:
    """Stops the server as the last thing of the run; a second Ctrl-C does not leave it behind."""
    for number in processes.STOP_SIGNALS:
        signal.signal(number, signal.SIG_IGN)
    running.close()


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt
