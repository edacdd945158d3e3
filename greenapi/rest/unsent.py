"""A file that is sent while it is written."""

import io
from typing import Any


class Unsent(io.RawIOBase):
    """A file for writing only; its bytes are taken as they come."""

    def __init__(self) -> None:
        super().__init__()
        self._bytes = bytearray()
        self._length = 0

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        piece = memoryview(data)
        self._bytes += piece
        self._length += piece.nbytes
        return piece.nbytes

    def tell(self) -> int:
        return self._length

    def take(self) -> bytes:
        """What was written since this was last asked."""
        taken, self._bytes = bytes(self._bytes), bytearray()
        return taken
