"""A second writer with a connection of its own: it opens a revision, writes, and holds it until told to finish."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Event
from typing import TypeVar

from django.db import connection

from greenapi.ledger.revisions import OpenRevision
from tests.factories import facts
from tests.factories.revisions import change

PATIENCE = 20  # seconds after which a test that hangs is given up
T = TypeVar("T")


class RolledBackError(Exception):
    """What a writer raises to roll its revision back."""


@dataclass(frozen=True, kw_only=True)
class SecondWriter:
    """A writer in another thread: what it opened, and how to let it finish."""

    opened: OpenRevision
    release: Event
    done: "Future[None]"

    def finish(self) -> None:
        """Lets it commit, or roll back, and waits for that."""
        self.release.set()
        self.done.result(PATIENCE)


@contextmanager
def second_writer(
    *,
    unit: str = "from-the-second-writer",
    rolls_back: bool = False,
    also: Callable[[], object] = lambda: None,
) -> Iterator[SecondWriter]:
    """A writer that has inserted a unit, and done what it does also, and not committed yet.

    It finishes at the end, if not before.
    """
    opened: Future[OpenRevision] = Future()
    release = Event()

    def write() -> None:
        try:
            with change(actor="second writer") as found:
                facts.unit(slug=unit)
                also()
                opened.set_result(found)
                assert release.wait(PATIENCE)
                if rolls_back:
                    raise RolledBackError
        except RolledBackError:
            pass
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        done = pool.submit(write)
        try:
            yield SecondWriter(opened=opened.result(PATIENCE), release=release, done=done)
        finally:
            release.set()
            done.result(PATIENCE)


@contextmanager
def elsewhere(work: Callable[[], T]) -> Iterator["Future[T]"]:
    """Runs something in a thread with its own connection, while the block runs."""

    def run() -> T:
        try:
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        yield pool.submit(run)
