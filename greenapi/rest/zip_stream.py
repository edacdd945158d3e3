"""A zip archive that is sent while it is made, with the same bytes whenever the same goes into it."""

import zipfile
from contextlib import AbstractContextManager
from datetime import datetime
from typing import IO

from .unsent import Unsent

EARLIEST = datetime(1980, 1, 1)  # noqa: DTZ001  # the first moment a zip archive can say; it has no time zones
REGULAR_FILE = 0o100644 << 16


class ZipStream:
    """Files one after another, stored as they are: what a compressor makes of them may change with its version."""

    def __init__(self, *, moment: datetime | None) -> None:
        """`moment` is that of all files."""
        self._moment = moment or EARLIEST
        self._unsent = Unsent()
        self._archive = zipfile.ZipFile(self._unsent, "w", zipfile.ZIP_STORED, strict_timestamps=False)

    def file(self, name: str) -> AbstractContextManager[IO[bytes]]:
        """A file to be written inside the block, and before the next."""
        about = zipfile.ZipInfo(name, date_time=self._moment.timetuple()[:6])
        about.external_attr = REGULAR_FILE
        about.create_system = 3  # Unix, wherever it is made
        return self._archive.open(about, "w", force_zip64=True)

    def close(self) -> None:
        """Writes the list of all files, without which it is no archive."""
        self._archive.close()

    def take(self) -> bytes:
        """What there is to be sent."""
        return self._unsent.take()
