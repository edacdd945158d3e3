"""What every typed piece of an answer has in common."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """A piece of an answer, unchangeable. None means unknown; words of a vocabulary are plain `str`.

    `extra` holds the fields that the service sends and this version of the client does not know yet, as JSON gave
    them, with Decimal for numbers that have a point.
    """

    extra: Mapping[str, Any] = field(default_factory=dict, repr=False, hash=False)
