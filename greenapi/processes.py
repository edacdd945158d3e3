"""Child processes that end with whoever started them, and signals that never tear a step in two."""

import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import FrameType
from typing import Any

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stopped(KeyboardInterrupt):
    """Somebody has asked this process to stop.

    Not KeyboardInterrupt itself: raised below `exec`, as in an import that makes a dataclass, that would make Python
    end itself by SIGINT at the very end, although it has been handled.
    """


class StopRequest:
    """Turns the first SIGINT, SIGTERM or SIGHUP into one `Stopped`; those that follow change nothing."""

    def __init__(self) -> None:
        self._seen = False

    def listen(self) -> None:
        """Starts to answer the signals. SIGHUP stays ignored where it was (`nohup`)."""
        for number in STOP_SIGNALS:
            if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:
                signal.signal(number, self._receive)

    def check(self) -> None:
        """Raises `Stopped` when a signal has come, also where it was raised and swallowed before, as in `__del__`."""
        if self._seen:
            raise Stopped

    def close(self) -> None:
        """From here on signals change nothing, to the end of the process: cleaning up is not interrupted."""
        for number in STOP_SIGNALS:
            signal.signal(number, signal.SIG_IGN)

    def _receive(self, number: int, frame: FrameType | None) -> None:
        if not self._seen:
            self._seen = True
            raise Stopped


@contextmanager
def held_signals() -> Iterator[None]:
    """Signals that come inside are delivered at its end, so that no child is started and then forgotten."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    held: list[int] = []
    before = {number: signal.getsignal(number) for number in STOP_SIGNALS}
    for number, handler in before.items():
        if callable(handler) or handler == signal.SIG_DFL:
            signal.signal(number, lambda received, _: held.append(received))
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        for received in held:
            signal.raise_signal(received)


@dataclass(frozen=True, kw_only=True)
class Account:
    """The user and group a child runs as."""

    uid: int
    gid: int


def start(
    command: Sequence[str | Path],
    *,
    env: Mapping[str, str],
    cwd: Path,
    output: int | None = None,
    account: Account | None = None,
) -> subprocess.Popen[bytes]:
    """Starts a child in a session of its own, so that Ctrl-C reaches only us and we stop it in the right order.

    Its output, errors included, goes to the file descriptor `output`; to ours when that is None.
    """
    return subprocess.Popen(  # noqa: S603 - the commands are ours
        command,
        cwd=cwd,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=None if output is None else subprocess.STDOUT,
        start_new_session=True,
        user=account.uid if account else None,
        group=account.gid if account else None,
        extra_groups=[] if account else None,
    )


def stop(process: subprocess.Popen[bytes], *, politely: Sequence[tuple[int, float]]) -> None:
    """Stops a child and everything left in its session.

    Each pair of `politely` is a signal and the seconds to wait for its effect; SIGKILL comes after the last. An
    impatient second Ctrl-C does not keep it from its end.
    """
    with held_signals():
        for number, patience in politely:
            if process.poll() is not None:
                break
            process.send_signal(number)
            with suppress(subprocess.TimeoutExpired):
                process.wait(timeout=patience)
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


Identity = tuple[int, float]


def family(pid: int) -> list[Identity]:
    """The process `pid` and all that descend from it, each by number and begin (seconds since 1970).

    With the begin, a number that was given out again is recognised.
    """
    psutil = _psutil()
    process = psutil.Process(pid)
    return [(member.pid, float(member.create_time())) for member in (process, *process.children(recursive=True))]


def stop_left_over(is_ours: Callable[[Any], bool], *, politely: Sequence[tuple[int, float]]) -> None:
    """Stops every process, as a `psutil.Process`, that `is_ours` recognises, and returns when none is left.

    For what a run left behind that was killed before it could clean up. `politely` is as for `stop`.
    """
    psutil = _psutil()

    def recognised(process: Any) -> bool:
        # A process that has ended, or that is closed to us, is none that we could have left running.
        with suppress(psutil.Error):
            return is_ours(process)
        return False

    def runs(process: Any) -> bool:
        # In a container nobody may collect what has ended: it stays a zombie.
        with suppress(psutil.NoSuchProcess):
            return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
        return False

    left = [process for process in psutil.process_iter() if recognised(process)]
    for number, patience in (*politely, (signal.SIGKILL, 5.0)):
        for process in left:
            with suppress(psutil.NoSuchProcess):
                process.send_signal(number)
        deadline = time.monotonic() + patience
        while left and time.monotonic() < deadline:
            time.sleep(0.02)
            left = [process for process in left if runs(process)]


def _psutil() -> Any:
    """The library psutil, which comes with the extra `embedded`; a service in production does without."""
    return import_module("psutil")
