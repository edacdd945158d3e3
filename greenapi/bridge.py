"""A WSGI application behind an ASGI server: each request is answered in one of a few threads.

Django's own ASGI handler takes more than ten times the processor time of WSGI for a short answer, this about half as
much again. What it promises:

- Of a body, one MiB is awaited before a thread is taken; the rest is received as it is read. One that breaks off is an
  OSError for whoever reads it, never an end.
- A whole answer goes to the server at once. A stream is sent piece by piece as the client takes it, and closed early
  when the client has gone or takes nothing for a minute.
- The path, headers and headers given several times arrive as WSGI (PEP 3333) wants them.
"""

import asyncio
import io
import sys
from collections.abc import Awaitable, Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_to_bytes
from wsgiref.types import WSGIApplication

Scope = Mapping[str, Any]
Message = Mapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

READ_AHEAD = 1024 * 1024  # bytes
PATIENCE_SECONDS = 60.0
DISCONNECT = "http.disconnect"
# In a scope and in its environment: the answer is for all who waited for it, and counts for none of them.
WAITED = "greenapi.waited"

_ALWAYS = {
    "SCRIPT_NAME": "",
    "wsgi.version": (1, 0),
    "wsgi.errors": sys.stderr,
    "wsgi.multithread": True,
    "wsgi.multiprocess": True,
    "wsgi.run_once": False,
}


@dataclass(frozen=True, kw_only=True)
class Answer:
    """A whole answer, or with `body` None the beginning of one; `status` and `headers` as WSGI gives them."""

    status: str
    headers: Iterable[tuple[str, str]]
    body: bytes | None

    async def send(self, send: Send) -> None:
        """Sends it to the client."""
        headers = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in self.headers]
        await send({"type": "http.response.start", "status": int(self.status[:3]), "headers": headers})
        if self.body is not None:
            await send({"type": "http.response.body", "body": self.body})


class Bridge:
    """The ASGI application that answers by `application`, in at most `threads` threads; more requests stand in line."""

    def __init__(self, application: WSGIApplication, *, threads: int) -> None:
        self._application = application
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="answering")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one HTTP request, unless its client goes before the body has come."""
        client = _Client(receive=receive, send=send)
        body = await client.body() if has_body(scope) else io.BytesIO()
        if body is None:
            return
        answering = asyncio.get_running_loop().run_in_executor(
            self._threads, self._answer, environ_of(scope, body=body), client
        )
        try:
            whole = await answering
        finally:
            client.leave()
        if whole is not None:
            await whole.send(send)

    def _answer(self, environ: dict[str, Any], client: "_Client") -> Answer | None:
        """Runs the application in this thread; None when it gave a stream, which then has been sent."""
        begun: list[tuple[str, list[tuple[str, str]]]] = []

        def start(status: str, headers: list[tuple[str, str]], exc_info: object = None) -> Callable[[bytes], object]:
            begun[:] = [(status, headers)]
            return _refuse_to_write

        pieces = self._application(environ, start)
        try:
            ((status, headers),) = begun
            # Django's answers say whether they are streams; of any other nobody knows how long it will be.
            if not getattr(pieces, "streaming", True):
                return Answer(status=status, headers=headers, body=b"".join(pieces))
            client.take(Answer(status=status, headers=headers, body=None), pieces)
            return None
        finally:
            # Here and not after sending, because it gives the thread's database connection back.
            if hasattr(pieces, "close"):
                pieces.close()


class _Client:
    """The other end of one request. What says so is called in the thread that answers, the rest in the event loop."""

    def __init__(self, *, receive: Receive, send: Send) -> None:
        self._loop = asyncio.get_running_loop()
        self._receive = receive
        self._send = send
        self._watch: asyncio.Task[None] | None = None
        self._gone = False

    async def body(self) -> io.BufferedIOBase | None:
        """The body, received up to its first MiB; None when the client has gone before that."""
        ahead = bytearray()
        while len(ahead) < READ_AHEAD:
            message = await self._receive()
            if message["type"] == DISCONNECT:
                return None
            ahead += message.get("body", b"")
            if not message.get("more_body", False):
                return io.BytesIO(ahead)
        return io.BufferedReader(_Body(bytes(ahead), client=self))

    def give(self) -> Message:
        """The next message of the client, for the thread. Raises TimeoutError when none comes for a minute."""
        message: Message = self._in_loop(self._receive)
        return message

    def take(self, beginning: Answer, pieces: Iterable[bytes]) -> None:
        """Sends a stream from the thread. Without its end, when the client goes or takes nothing for a minute."""
        self._loop.call_soon_threadsafe(self._begin_watch)
        with suppress(TimeoutError):
            self._in_loop(beginning.send, self._send)
            for piece in pieces:
                if self._gone:
                    return
                self._in_loop(self._send, {"type": "http.response.body", "body": piece, "more_body": True})
            self._in_loop(self._send, {"type": "http.response.body", "body": b""})

    def leave(self) -> None:
        """Looks no longer whether the client has gone."""
        if self._watch is not None:
            self._watch.cancel()

    def _begin_watch(self) -> None:
        self._watch = asyncio.ensure_future(self._until_gone())

    async def _until_gone(self) -> None:
        while (await self._receive())["type"] != DISCONNECT:
            pass
        self._gone = True

    def _in_loop(self, function: Callable[..., Awaitable[Any]], *arguments: Any) -> Any:
        async def run() -> Any:
            return await function(*arguments)

        running = asyncio.run_coroutine_threadsafe(run(), self._loop)
        try:
            return running.result(timeout=PATIENCE_SECONDS)
        except TimeoutError:
            running.cancel()
            raise


class _Body(io.RawIOBase):
    """The body of a request: what was received ahead, then the rest as it is read."""

    def __init__(self, ahead: bytes, *, client: _Client) -> None:
        super().__init__()
        self._held = ahead
        self._more = True
        self._client = client

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        """As io has it. Raises ConnectionResetError when the client goes before the end."""
        while not self._held and self._more:
            message = self._client.give()
            if message["type"] == DISCONNECT:
                raise ConnectionResetError("the client went before the end of its request")
            self._held = message.get("body", b"")
            self._more = message.get("more_body", False)
        count = min(len(buffer), len(self._held))
        buffer[:count] = self._held[:count]
        self._held = self._held[count:]
        return count


def has_body(scope: Scope) -> bool:
    """Whether the request has a body: it tells its length, or that it comes in chunks."""
    return any(
        name == b"content-length" and value != b"0" or name == b"transfer-encoding" for name, value in scope["headers"]
    )


def environ_of(scope: Scope, *, body: io.BufferedIOBase) -> dict[str, Any]:
    """The WSGI environment of an HTTP request."""
    server, port = scope.get("server") or ("localhost", 80)
    client, _ = scope.get("client") or ("", 0)
    environ: dict[str, Any] = {
        **_ALWAYS,
        "REQUEST_METHOD": scope["method"],
        "PATH_INFO": unquote_to_bytes(scope["raw_path"]).decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "SERVER_NAME": server,
        "SERVER_PORT": str(port),
        "REMOTE_ADDR": client,
        "wsgi.url_scheme": scope["scheme"],
        "wsgi.input": body,
    }
    if WAITED in scope:
        environ[WAITED] = True
    for name_bytes, value_bytes in scope["headers"]:
        if b"_" in name_bytes:
            continue  # `X_Forwarded_For` would pass for the `X-Forwarded-For` that only a proxy may set
        name = name_bytes.decode("latin-1").upper().replace("-", "_")
        value = value_bytes.decode("latin-1")
        if name not in {"CONTENT_LENGTH", "CONTENT_TYPE"}:
            name = f"HTTP_{name}"
        if name in environ:
            value = f"{environ[name]}{'; ' if name == 'HTTP_COOKIE' else ','}{value}"
        environ[name] = value
    if "HTTP_TRANSFER_ENCODING" in environ and isinstance(body, io.BytesIO):
        # WSGI knows only bodies that tell their length. Of one that is not whole yet nobody can tell it.
        environ |= {"CONTENT_LENGTH": str(body.getbuffer().nbytes)}
    return environ


def _refuse_to_write(piece: bytes) -> None:
    raise NotImplementedError("answers are given as iterables")
