"""Rows from JSON lines: each line one object, read as exactly as the body of a single write."""

from collections.abc import Iterator

from greenapi.rest.exact_json import JSONFault, parse

from .lines import Line, Lines
from .records import Row, wrong

MEDIA_TYPE = "application/x-ndjson"


class JSONLines:
    """Reads rows from lines; empty lines are skipped. See `records.Reader`."""

    def __init__(self, lines: Lines, *, at_most: int) -> None:
        self._lines = lines
        self._at_most = at_most

    @property
    def byte(self) -> int:
        return self._lines.byte

    @property
    def line(self) -> int:
        return self._lines.line

    def __iter__(self) -> Iterator[Row]:
        for line in self._lines:
            if line.content is None or line.content.strip(b" \t\r\n"):
                yield self._row(line)

    def _row(self, line: Line) -> Row:
        if line.content is None:
            return Row(line=line.number, errors=[wrong(f"A line has at most {self._at_most} bytes.")])
        try:
            given = parse(line.content.decode().rstrip("\r\n"))
        except UnicodeDecodeError as error:
            return Row(
                line=line.number, errors=[wrong(f"It is not UTF-8: byte {error.start} is part of no character.")]
            )
        except JSONFault as fault:
            return Row(line=line.number, errors=[wrong(detail, pointer=pointer) for pointer, detail in fault.places])
        if not isinstance(given, dict):
            return Row(line=line.number, errors=[wrong("Give an object.")])
        return Row(line=line.number, given=given)
