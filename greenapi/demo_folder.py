"""The folder of the demo: one demo at a time, what a killed one left running, and the demo's secret."""

import fcntl
import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.core.management.utils import get_random_secret_key

from greenapi import embedded, processes, serving

CLOCK_TOLERANCE_SECONDS = 5.0


class AlreadyRunningError(Exception):
    """Another demo holds this folder; the message says which, and where it answers."""


class DemoFolder:
    """The demo's folder, held by one process at a time. Use it through `held`."""

    def __init__(self, path: Path, *, record: int) -> None:
        self.path = path
        self.postgres = path / "postgres"
        self._record = record
        self._secret = path / "secret_key"
        self._addresses = {name: path / name for name in ("database_url", "owner_database_url")}

    def reset(self) -> None:
        """Removes everything the demo keeps."""
        embedded.remove(self.postgres)
        self._secret.unlink(missing_ok=True)

    def secret_key(self) -> str:
        """The key that signs sessions and cursors, made on first use and readable by its owner only."""
        if not self._secret.exists():
            new = self._secret.with_suffix(".new")
            new.unlink(missing_ok=True)
            with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(get_random_secret_key())
            new.rename(self._secret)
        return self._secret.read_text()

    def announce_database(self, *, database_url: str, owner_database_url: str) -> None:
        """Tells other commands where the demo's database is: greenapi.settings reads these files."""
        self._addresses["database_url"].write_text(database_url)
        self._addresses["owner_database_url"].write_text(owner_database_url)

    def announce_server(self, *, pids: Sequence[int], address: str) -> None:
        """Writes down where the demo answers, and how the next demo recognises its processes should we be killed."""
        families = [member for pid in pids for member in processes.family(pid)]
        _write(self._record, {"pid": os.getpid(), "address": address, "server": families})

    def release(self) -> None:
        """Forgets what was announced: all of it has been stopped."""
        for address in self._addresses.values():
            address.unlink(missing_ok=True)
        _write(self._record, {})


@contextmanager
def held(path: Path) -> Iterator[DemoFolder]:
    """Holds the demo's folder until the end of the block; the server of a demo that was killed is stopped first.

    Raises:
        AlreadyRunningError: another process holds it.
    """
    path.mkdir(parents=True, exist_ok=True)
    record = os.open(path / "running.json", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            # The lock ends with this process, however it ends, and is not inherited by its children.
            fcntl.flock(record, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyRunningError(_who_runs(path, _read(record))) from None
        _stop_left_over(_read(record))
        _write(record, {"pid": os.getpid()})
        folder = DemoFolder(path, record=record)
        try:
            yield folder
        finally:
            folder.release()
    finally:
        os.close(record)


def _who_runs(path: Path, record: dict[str, Any]) -> str:
    where = f"at {record['address']}" if "address" in record else "and is just starting or stopping"
    return f"a demo of {path} runs already, as process {record.get('pid', '?')}, {where}"


def _stop_left_over(record: dict[str, Any]) -> None:
    left: dict[int, float] = dict(record.get("server", []))

    def is_ours(process: Any) -> bool:
        # The moment is counted from the machine's start by its clock, which may have been set right since.
        return process.pid in left and bool(abs(process.create_time() - left[process.pid]) < CLOCK_TOLERANCE_SECONDS)

    if left:
        processes.stop_left_over(is_ours, politely=serving.POLITELY)


def _read(record: int) -> dict[str, Any]:
    os.lseek(record, 0, os.SEEK_SET)
    try:
        return dict(json.loads(os.read(record, 4096)))
    except ValueError:
        return {}


def _write(record: int, content: dict[str, Any]) -> None:
    os.ftruncate(record, 0)
    os.pwrite(record, json.dumps(content).encode(), 0)
