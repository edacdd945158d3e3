"""Names that are not known: how they are repeated in an answer, and the known one that was probably meant."""

from collections.abc import Collection
from difflib import get_close_matches

MAX_SHOWN = 80  # characters of a name that are repeated


def repeated(name: str) -> str:
    """A name as the subject of a sentence; `This` where it is too long or cannot be printed."""
    return name if name.isprintable() and len(name) <= MAX_SHOWN else "This"


def nearest(name: str, *, known: Collection[str]) -> str | None:
    """The known name that is most like another; None when none is."""
    return next(iter(get_close_matches(name[:MAX_SHOWN], known, n=1)), None)
