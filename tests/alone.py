"""A pytest plugin for parallel runs: a test marked `alone` runs while no other worker is in a test.

Workers have databases of their own, but one server: its oldest transaction, whichever database it is in, decides which
dead rows a VACUUM may take away.
"""

import fcntl
from collections.abc import Generator, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

KEY = "folder_of_locks"
FOLDER = pytest.StashKey[str]()


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tells each worker of a parallel run where their locks are."""
    config: pytest.Config = node.config
    if FOLDER not in config.stash:
        folder = TemporaryDirectory(prefix="greenapi-tests-")
        config.add_cleanup(folder.cleanup)
        config.stash[FOLDER] = folder.name
    node.workerinput[KEY] = config.stash[FOLDER]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Holds the room during a test with its fixtures: together with others, or alone."""
    folder = getattr(item.config, "workerinput", {}).get(KEY)
    alone = item.get_closest_marker("alone") is not None
    with nullcontext() if folder is None else _room(Path(folder), alone=alone):
        return (yield)


@contextmanager
def _room(folder: Path, *, alone: bool) -> Iterator[None]:
    with (folder / "gate").open("w") as gate, (folder / "room").open("w") as room:
        # Who waits to be alone stands in the gate, so that those inside come out and nobody goes in before.
        fcntl.flock(gate, fcntl.LOCK_EX)
        fcntl.flock(room, fcntl.LOCK_EX if alone else fcntl.LOCK_SH)
        fcntl.flock(gate, fcntl.LOCK_UN)
        yield
