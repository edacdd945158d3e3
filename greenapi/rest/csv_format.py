"""Exports as comma-separated values (RFC 4180), UTF-8.

What the standard library's `csv` cannot say in Python 3.11 is the difference of null and an empty text, so cells are
written here: null is an empty cell, an empty text is `""`.
"""

import re
from collections.abc import Iterable
from typing import Any

from .encoding import encode
from .exports import REV_FROM, REV_TO, Export, Exported, Table, Writer, validity_columns
from .shapes import Column, Kind

LINE_END = "\r\n"
# What spreadsheets take for a formula. The apostrophes before it make the guard one that can be taken off again.
_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_SPECIAL = re.compile(r'[",\r\n]|^[ \t]|[ \t]$')


class CSV(Export):
    """A header and one line for each row; texts that look like formulas begin with an apostrophe."""

    format = "csv"
    media_type = "text/csv"
    charset = "utf-8"

    def writer(self, table: Table) -> Writer:
        return Lines(table)


class Lines(Writer):
    """Writes the lines of a table."""

    def __init__(self, table: Table) -> None:
        self._validity = list(validity_columns()) if table.versioned else []
        self._columns = table.columns

    def begin(self) -> bytes:
        """The header: the names of the columns."""
        return _line(column.name for column in (*self._validity, *self._columns))

    def rows(self, rows: Iterable[Exported]) -> bytes:
        return b"".join(
            _line([*self._since(row), *(cell(column, row.row) for column in self._columns)]) for row in rows
        )

    def _since(self, row: Exported) -> list[str]:
        validity = {REV_FROM: row.rev_from, REV_TO: row.rev_to}
        return [cell(column, validity) for column in self._validity]


def cell(column: Column, row: Any) -> str:
    """A value as it stands between commas: null as nothing, lists as JSON, texts guarded and quoted where they must."""
    value = column.of(row)
    if value is None:
        return ""
    match column.shape.kind:
        case Kind.TEXT:
            text = str(value)
            return _quoted(f"'{text}" if _FORMULA.match(text) else text)
        case Kind.BOOLEAN:
            return "true" if value else "false"
        case Kind.LIST | Kind.ANY:
            return _quoted(encode(value).decode())
        case Kind.DAY | Kind.MOMENT:
            return str(value)
        case _:
            return encode(value).decode()


def unguarded(text: str) -> str:
    """The text of a cell that was read, without the apostrophe that guards against formulas."""
    return text[1:] if text.startswith("'") and _FORMULA.match(text[1:]) else text


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"' if not text or _SPECIAL.search(text) else text


def _line(cells: Iterable[str]) -> bytes:
    return (",".join(cells) + LINE_END).encode()
