"""`manage.py demo` as a real process on a folder of its own, for the tests of the demo."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil  # type: ignore[import-untyped]

ROOT = Path(__file__).resolve().parent.parent
PATIENCE_SECONDS = 30.0
SERVING = "Ctrl-C stops everything."
# A plain child: output into a file, in a process group of its own as a terminal would give it.
COMMAND = (sys.executable, "manage.py", "demo")


class Demo:
    """One run of the demo; `output` is what it has printed so far, errors included."""

    def __init__(self, process: subprocess.Popen[bytes], *, log: Path) -> None:
        self.process = process
        self._log = log

    @property
    def output(self) -> str:
        return self._log.read_text()

    @property
    def address(self) -> str:
        return str(re.findall(r"API +(http://127\.0\.0\.1:\d+)/api/v1/", self.output)[0])

    def wait_for(self, text: str) -> None:
        """Returns when the demo has printed `text`; fails when it ends, or takes too long, before that."""
        wait_until(lambda: text in self.output or self.process.poll() is not None, what=lambda: self.output)
        assert text in self.output, self.output

    def signal(self, number: int) -> None:
        """Sends a signal to the whole group, as Ctrl-C in a terminal does."""
        os.killpg(self.process.pid, number)

    def end(self) -> int:
        """Waits for the end and returns the exit code."""
        return self.process.wait(timeout=PATIENCE_SECONDS)

    def stop(self) -> int:
        self.signal(signal.SIGTERM)
        return self.end()


@contextmanager
def demo(var: Path, *arguments: str, port: int | None = None, **environment: str) -> Iterator[Demo]:
    """Starts a demo that keeps its data in `var`; at the end of the block it is stopped if it still runs."""
    theirs = {"DATABASE_URL", "OWNER_DATABASE_URL", "SECRET_KEY", "NO_COLOR"}
    env = {name: value for name, value in os.environ.items() if name not in theirs}
    log = var / f"output-{time.monotonic_ns()}"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*COMMAND, "--port", str(port or free_port()), *arguments],
            cwd=ROOT,
            env={**env, "GREENAPI_VAR": str(var), **environment},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            process_group=0,
        )
    running = Demo(process, log=log)
    try:
        yield running
    finally:
        if process.poll() is None:
            running.stop()


def processes_of(var: Path) -> list[str]:
    """The processes, as text, that work in `var` or name it in their command line or environment."""
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            if process.pid != os.getpid() and str(var) in f"{process.cwd()} {process.cmdline()} {process.environ()}":
                found.append(f"{process.pid} {process.cmdline()}")
    return found


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until(happened: Callable[[], bool], *, what: Callable[[], str]) -> None:
    """Returns as soon as `happened()`; fails with `what()` after half a minute."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not happened():
        assert time.monotonic() < deadline, what()
        time.sleep(0.02)
