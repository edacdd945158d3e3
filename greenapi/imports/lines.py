"""Lines of what was sent, each with its number and the byte after it; none is held that is absurdly long."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Line:
    """A line with its end. `content` is None where it has more bytes than are taken."""

    number: int
    content: bytes | None


class Lines:
    """Iterates over the lines that LF ends; `byte` and `line` say how far it is: bytes and lines before the next."""

    def __init__(self, pieces: Iterable[bytes], *, at_most: int, byte: int = 0, line: int = 0) -> None:
        self.byte = byte
        self.line = line
        self._pieces = iter(pieces)
        self._at_most = at_most
        self._held = b""
        self._at = 0  # of what is held

    def __iter__(self) -> Iterator[Line]:
        return self

    def __next__(self) -> Line:
        parts: list[bytes] = []
        length = 0
        while True:
            part, is_end = self._part()
            if not part and not parts and length == 0:
                raise StopIteration
            length += len(part)
            if length <= self._at_most:
                parts.append(part)
            else:
                parts = [b""]
            if is_end:
                break
        self.byte += length
        self.line += 1
        return Line(number=self.line, content=b"".join(parts) if length <= self._at_most else None)

    def _part(self) -> tuple[bytes, bool]:
        """What comes next, up to the end of the line or of the piece, and whether the line ends with it."""
        if self._at == len(self._held):
            self._held, self._at = next(self._pieces, b""), 0
            if not self._held:
                return b"", True
        start = self._at
        end = self._held.find(b"\n", start) + 1
        self._at = end or len(self._held)
        return self._held[start : self._at], end > 0
