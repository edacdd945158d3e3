"""Rows as they are read from what was sent, whatever its format: where they stand, and what they give."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Protocol

from greenapi.rest.problems import FieldError

# Names the row to whoever imports it, where the record has no name of its own.
KEY = "key"


class BrokenFileError(Exception):
    """From this line on nothing can be read."""

    def __init__(self, *, line: int, errors: list[FieldError]) -> None:
        super().__init__(f"line {line}: {errors}")
        self.line = line
        self.errors = errors


@dataclass(frozen=True, kw_only=True)
class Row:
    """A row that begins in a line, from 1: its members, or what is wrong with it."""

    line: int
    given: dict[str, Any] = field(default_factory=dict)
    errors: list[FieldError] = field(default_factory=list)


class Reader(Protocol):
    """Rows in order. `byte` and `line` say how far it is, between two rows: where another one could go on."""

    @property
    def byte(self) -> int: ...

    @property
    def line(self) -> int: ...

    def __iter__(self) -> Iterator[Row]:
        """The rows.

        Raises:
            BrokenFileError: from a line on nothing can be read.
        """


def wrong(detail: str, *, pointer: str = "") -> FieldError:
    """What is wrong with a place of a row, or with the row as a whole."""
    return FieldError(pointer=pointer, detail=detail)
