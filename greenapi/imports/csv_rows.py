"""Rows from CSV (RFC 4180, UTF-8): a header of member names, dots for members of members; an empty cell is left out."""

import csv
import re
from collections.abc import Iterator
from typing import Any

from greenapi.rest.inputs import InputSerializer
from greenapi.rest.problems import FieldError

from .columns import Column, columns_of
from .lines import Lines
from .records import BrokenFileError, Row, wrong

MEDIA_TYPE = "text/csv"
_BOM = b"\xef\xbb\xbf"
# What the bytes that are no UTF-8 are read as.
_ESCAPED = re.compile("[\udc80-\udcff]")
# The standard library's own limit is smaller; ours is that of the whole row.
csv.field_size_limit(2**31 - 1)


class CSVRows:
    """Reads rows from lines, the first of which is the header. See `records.Reader`.

    `skip_to` are the byte and line to go on from once the header is read; `pieces_from` gives the lines from there.
    """

    def __init__(
        self, lines: Lines, *, kind: type[InputSerializer], has_key: bool, guarded: bool, at_most: int
    ) -> None:
        self._lines = lines
        self._at_most = at_most
        self._texts = _Texts(lines, at_most=at_most)
        self._columns = self._header(kind, has_key=has_key, guarded=guarded)

    @property
    def byte(self) -> int:
        return self._lines.byte

    @property
    def line(self) -> int:
        return self._lines.line

    def go_on(self, lines: Lines) -> None:
        """Reads the rows that follow from other lines, which begin further on."""
        self._lines = lines
        self._texts = _Texts(lines, at_most=self._at_most)

    def __iter__(self) -> Iterator[Row]:
        reader = csv.reader(self._texts, strict=True)
        while True:
            first = self._lines.line + 1
            self._texts.begin()
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                yield Row(line=first, errors=[wrong(f"It is no CSV (RFC 4180): {error}.")])
                continue
            if cells:
                yield self._row(cells, line=first)

    def _row(self, cells: list[str], *, line: int) -> Row:
        errors = list(_unreadable(cells))
        if not errors and len(cells) != len(self._columns):
            errors = [wrong(f"It has {len(cells)} cells, and the header {len(self._columns)}.")]
        given: dict[str, Any] = {}
        if not errors:
            for column, cell in zip(self._columns, cells, strict=True):
                if cell:
                    errors += column.put(cell, into=given)
        return Row(line=line, errors=errors) if errors else Row(line=line, given=given)

    def _header(self, kind: type[InputSerializer], *, has_key: bool, guarded: bool) -> list[Column]:
        try:
            names = next(csv.reader(self._texts, strict=True), None)
        except csv.Error as error:
            raise BrokenFileError(line=1, errors=[wrong(f"It is no CSV (RFC 4180): {error}.")]) from error
        errors = list(_unreadable(names or []))
        if not names:
            errors = [wrong("The first line names the columns.")]
        columns, found = (
            columns_of(names or [], kind=kind, has_key=has_key, guarded=guarded) if not errors else ([], [])
        )
        if errors or found:
            raise BrokenFileError(line=1, errors=[*errors, *found])
        return columns


class _Texts:
    """The lines of one record after the other as texts, which `csv` asks for while quotation marks are open."""

    def __init__(self, lines: Lines, *, at_most: int) -> None:
        self._lines = lines
        self._at_most = at_most
        self.begin()

    def begin(self) -> None:
        """What follows is another record."""
        self._first = self._lines.line + 1
        self._length = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = next(self._lines)
        content = line.content
        self._length += len(content or b"")
        if content is None or self._length > self._at_most:
            detail = (
                f"A row has at most {self._at_most} bytes; perhaps a quotation mark is missing. Nothing after is read."
            )
            raise BrokenFileError(line=self._first, errors=[wrong(detail)])
        if line.number == 1:
            content = content.removeprefix(_BOM)
        return content.decode("utf-8", "surrogateescape")


def _unreadable(cells: list[str]) -> Iterator[FieldError]:
    for number, cell in enumerate(cells, start=1):
        if "\0" in cell:
            yield wrong(f"Cell {number} holds NUL, which the database cannot keep.")
        if _ESCAPED.search(cell):
            yield wrong(f"Cell {number} is not UTF-8.")
