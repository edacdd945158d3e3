"""Tells on standard error how far a long step is, and how long it will still take."""

import sys
import time
from collections.abc import Iterator

SECONDS_BETWEEN_LINES = 10.0


def say(text: str) -> None:
    """Writes one line to standard error at once."""
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


def batches(total: int, *, size: int, what: str) -> Iterator[tuple[int, int]]:
    """Splits 0 … total - 1 into (first, end) of at most `size`, end exclusive, and tells now and then how far it is."""
    began = told = time.monotonic()
    for first in range(0, total, size):
        yield first, min(first + size, total)
        now, done = time.monotonic(), min(first + size, total)
        if now - told >= SECONDS_BETWEEN_LINES or done == total:
            told = now
            left = (now - began) / done * (total - done)
            say(f"  {what}: {done:,} of {total:,} after {now - began:.0f} s, about {left:.0f} s left")
