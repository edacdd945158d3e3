"""The service as a child process on this machine: a port for it, its start, and its first answer."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from greenapi import processes

HOST = "127.0.0.1"
PORTS_TRIED = 100
ANSWER_TIMEOUT_SECONDS = 30.0
POLITELY = ((signal.SIGTERM, 5.0),)


class ServingError(Exception):
    """The service cannot be served; the message says why."""


@contextmanager
def reserved_port(wanted: int) -> Iterator[int]:
    """The port `wanted`, or the next free one above it, kept from everybody else until the end of the block.

    Raises:
        ServingError: none of the hundred ports from `wanted` on is free.
    """
    for port in range(wanted, min(wanted + PORTS_TRIED, 65_536)):
        with socket.socket() as reservation:
            # A port whose last connections are only being forgotten (TIME_WAIT) is free.
            reservation.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                reservation.bind((HOST, port))
                _admit_server(reservation)
            except OSError:
                continue
            yield port
            return
    raise ServingError(f"no free port from {wanted} on")


def _admit_server(reservation: socket.socket) -> None:
    """Lets granian, which sets SO_REUSEPORT, bind beside the reservation, and nobody who has to reserve first.

    Without a reservation two servers that both set it share one port, each answering half of the requests.
    """
    if sys.platform == "linux":
        reservation.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 0)
        reservation.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    else:
        reservation.close()


def start(*, port: int, folder: Path, env: Mapping[str, str]) -> subprocess.Popen[bytes]:
    """Starts granian with one worker from `folder`; its errors and the application's log go where ours go."""
    command = [
        *(sys.executable, "-m", "granian", "greenapi.asgi:application", "--interface", "asgi", "--no-ws"),
        *("--host", HOST, "--port", str(port), "--workers", "1", "--log-level", "error"),
    ]
    return processes.start(command, env={**_ours(), **env}, cwd=folder)


def start_worker(*, folder: Path, env: Mapping[str, str]) -> subprocess.Popen[bytes]:
    """Starts a worker, which carries out imports, from `folder`; its log goes where ours goes."""
    return processes.start([sys.executable, "manage.py", "work"], env={**_ours(), **env}, cwd=folder)


def _ours() -> dict[str, str]:
    """Our environment; who serves need not know how to become the owner of the tables."""
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("GRANIAN_") and name != "OWNER_DATABASE_URL"
    }


def wait_until_ready(process: subprocess.Popen[bytes], *, port: int) -> None:
    """Returns when GET /health/ready answers 200.

    Raises:
        ServingError: the server stopped, or did not get ready in time.
    """
    deadline = time.monotonic() + ANSWER_TIMEOUT_SECONDS
    answer = "no answer"
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise ServingError(f"the server stopped (exit code {process.returncode}); its words are above")
        with suppress(OSError, http.client.HTTPException):
            status, answer = _ask(port=port, path="/health/ready")
            if status == http.client.OK:
                return
        time.sleep(0.03)
    raise ServingError(f"the server did not get ready in {ANSWER_TIMEOUT_SECONDS:.0f} s; it last said: {answer}")


def _ask(*, port: int, path: str) -> tuple[int, str]:
    connection = http.client.HTTPConnection(HOST, port, timeout=5)
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        return response.status, f"{response.status} {response.read(300).decode(errors='replace')}"
    finally:
        connection.close()
