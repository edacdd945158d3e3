"""A pytest plugin that gives the run a throw-away Postgres when DATABASE_URL names none, and says how many share it.

It is named in `addopts`, because Django's settings, which read DATABASE_URL, are read before any conftest. Under
`-n` the run starts the server and its workers, which inherit DATABASE_URL, share it, each with databases of its own.
"""

import os
import signal
from collections.abc import Generator
from contextlib import ExitStack
from types import FrameType

import pytest
from xdist.workermanage import NodeManager

from greenapi import embedded, processes

DATABASE = pytest.StashKey[str]()
# Postgres admits 100 connections, and a worker's tests of concurrency open a dozen.
MOST_WORKERS = 6


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(early_config: pytest.Config, args: list[str]) -> Generator[None, object, object]:
    """Starts Postgres before pytest-django, which uses the same hook, reads the settings."""
    # Tests count queries, and ask faster than any person; those of the limits set their own.
    os.environ.update(RATE_LIMIT_ANONYMOUS="0", RATE_LIMIT_TOKEN="0")
    early_config.stash[DATABASE] = "the one of DATABASE_URL"
    if "PYTEST_XDIST_WORKER" in os.environ:
        # execnet interrupts a worker by SIGINT, which whoever was started in the background ignores otherwise.
        signal.signal(signal.SIGINT, _interrupt)
    if not os.environ.get("DATABASE_URL") and not {"-h", "--help", "-V", "--version"} & set(args):
        _start(early_config)
    return (yield)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """What `-n auto` means: a worker for each processor that we may use; none besides this process when it is one."""
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return 0 if usable == 1 else min(usable, MOST_WORKERS)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_setupnodes() -> None:
    """Gives workers of an interrupted run time to stop what their tests have started, before they are killed.

    execnet interrupts their test after 5 s, and gives it 10 s more.
    """
    NodeManager.EXIT_TIMEOUT = 20


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
