"""A server on loopback that answers whatever it was told to, byte by byte, and remembers what it was asked."""

import json
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

UNIT: dict[str, Any] = {
    "slug": "percent",
    "name": "percent",
    "symbol": "%",
    "quantity": "ratio",
    "definition": "One in a hundred.",
    "href": "/api/v1/units/percent",
}
Asked = tuple[str, dict[str, str]]


@dataclass
class Hostile:
    """Its address, the answers it will give (the last one again and again), and each path and headers it was asked."""

    url: str = ""
    answers: list[bytes] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    # Until it is set, connections stay open after the answer.
    closing: threading.Event = field(default_factory=threading.Event)

    @property
    def paths(self) -> list[str]:
        return [path for path, _ in self.asked]

    def next_answer(self) -> bytes:
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


@contextmanager
def serving() -> Iterator[Hostile]:
    """A server that runs until the end of the block."""
    hostile = Hostile()
    hostile.closing.set()

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            path = self.rfile.readline().decode().split(" ")[1]
            lines = iter(lambda: self.rfile.readline().decode().strip(), "")
            headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
            hostile.asked.append((path, headers))
            self.wfile.write(hostile.next_answer())
            hostile.closing.wait(10)

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        hostile.url = f"http://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield hostile
        finally:
            hostile.closing.set()
            server.shutdown()
            thread.join()


def answer(
    body: Any,
    *,
    status: str = "200 OK",
    kind: str = "application/json",
    length: int | None = None,
    **headers: str,
) -> bytes:
    """A whole answer; a body that is no `bytes` becomes JSON. `length` is what it falsely claims to hold."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    all_headers = {
        "Content-Type": kind,
        "Content-Length": str(len(content) if length is None else length),
        "Connection": "close",
        "Revision": "5",
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in all_headers.items())
    return f"HTTP/1.1 {status}\r\n{head}\r\n".encode() + content


def page(*rows: Any, next: str | None = None, revision: int = 5) -> bytes:
    """A page of a listing as of a revision, in body and header."""
    body = {
        "revision": revision,
        "recorded_at": "2026-03-01T12:00:00.000000Z",
        "next": next,
        "previous": None,
        "results": rows,
    }
    return answer(body, Revision=str(revision))


def problem(type: str, *, status: str, **headers: str) -> bytes:
    """A problem document without details."""
    body = {"type": type, "title": "No.", "status": int(status.split(maxsplit=1)[0]), "detail": None, "errors": []}
    return answer(body, status=status, kind="application/problem+json", length=None, **headers)
