"""Answers that are made while they are sent: how many there are at a time, how long they may take, how they end.

A stream that cannot be made to its end raises, and the server then breaks the connection off: no client takes what it
has for the whole.
"""

import threading
import time
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache

from django.conf import settings
from django.db import connection

from greenapi.ledger.reading import Snapshot, reading

from .problems import BUSY, Problem


class BrokenOffError(Exception):
    """A stream cannot be made to its end."""


class Place:
    """A place among those that may stream at a time: free again when it is left, or forgotten."""

    def __init__(self, places: threading.BoundedSemaphore) -> None:
        self.leave = weakref.finalize(self, places.release)
        self.leave.atexit = False


def take_place() -> Place:
    """A place for one stream.

    Raises:
        Problem: busy, when as many stream as may at a time.
    """
    places = _places()
    if not places.acquire(blocking=False):
        raise Problem(BUSY, "As many exports are being made as may be at a time.")
    return Place(places)


class Clock:
    """How long a stream may still take."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    def check(self) -> None:
        """Raises BrokenOffError when the time is over."""
        if time.monotonic() > self._end:
            raise BrokenOffError("it took longer than EXPORT_SECONDS")


def stream(make: Callable[[Snapshot, Clock], Iterator[bytes]], *, number: int, place: Place) -> Iterator[bytes]:
    """What `make` makes, read from one snapshot of the database as of revision `number`; then leaves its place.

    `make` is to ask the clock before each piece.
    """
    try:
        with reading(as_of=number) as snapshot, _statements_limited():
            yield from make(snapshot, Clock(settings.EXPORT_SECONDS))
    finally:
        place.leave()


@contextmanager
def _statements_limited() -> Iterator[None]:
    """Lets each statement of the transaction take as long as the whole stream may, whatever the limit of the role."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('statement_timeout', %s, true)", [f"{settings.EXPORT_SECONDS:.0f}s"])
    yield


@cache
def _places() -> threading.BoundedSemaphore:
    return threading.BoundedSemaphore(settings.EXPORTS_AT_ONCE)
