"""Names that no other row of a run has."""

from itertools import count

_numbers = count(1)


def fresh(kind: str) -> str:
    """A slug that was never given out before, such as `unit-17`."""
    return f"made-{kind}-{next(_numbers)}"
