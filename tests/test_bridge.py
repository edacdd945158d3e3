"""The bridge between an ASGI server and WSGI: bodies, streams, headers, threads; the server's end is played here."""

import asyncio
import threading
import time
from collections.abc import Awaitable, Callable, Iterable, Iterator
from typing import Any
from wsgiref.types import StartResponse

import pytest

from greenapi import bridge
from greenapi.bridge import READ_AHEAD, Bridge, Message

PATIENCE = 10  # seconds after which a test that hangs is given up
Environ = dict[str, Any]
GONE: Message = {"type": "http.disconnect"}


class Whole(list[bytes]):
    """An answer that says it is no stream, as Django's do."""

    streaming = False


def piece(body: bytes = b"", *, more: bool = False) -> Message:
    return {"type": "http.request", "body": body, "more_body": more}


def scope(*headers: tuple[str, str], method: str = "GET", path: str = "/", query: str = "") -> dict[str, Any]:
    return {
        "type": "http",
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "server": ("127.0.0.1", "8000"),
        "client": ("192.0.2.7", "50000"),
        "headers": [(name.lower().encode(), value.encode("latin-1")) for name, value in headers],
    }


def upload(length: int) -> dict[str, Any]:
    return scope(("Content-Length", str(length)), method="POST")


async def exchange(
    asked: Bridge,
    about: dict[str, Any],
    *said: Message,
    send: Callable[[Message], Awaitable[None]] | None = None,
) -> list[Message]:
    """One request, in which the client says `said` and then stays; what it is sent."""
    saying = iter(said)
    sent: list[Message] = []

    async def receive() -> Message:
        for message in saying:
            return message
        await asyncio.sleep(PATIENCE)
        return GONE

    async def keep(message: Message) -> None:
        sent.append(message)

    await asyncio.wait_for(asked(about, receive, send or keep), PATIENCE)
    return sent


def asked_of(application: Any, about: dict[str, Any], *said: Message) -> list[Message]:
    return asyncio.run(exchange(Bridge(application, threads=1), about, *said))


def environ_of(about: dict[str, Any]) -> Environ:
    """The environment in which an application is called."""
    found: list[Environ] = []

    def application(environ: Environ, start: StartResponse) -> Whole:
        found.append(environ)
        start("204 No Content", [])
        return Whole()

    asked_of(application, about)
    return found[0]


def read_by(reading: Callable[[Any], object], length: int, *said: Message) -> object:
    """What an application reads of a body that the client sends as `said`; an OSError as its type."""
    read: list[object] = []

    def application(environ: Environ, start: StartResponse) -> Whole:
        try:
            read.append(reading(environ["wsgi.input"]))
        except OSError as error:
            read.append(type(error))
        start("200 OK", [])
        return Whole()

    asked_of(application, upload(length), *said)
    return read[0] if read else "not called"


def test_whole_answer_goes_in_one_piece() -> None:
    def application(environ: Environ, start: StartResponse) -> Whole:
        start("201 Created", [("ETag", '"é"'), ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")])
        return Whole([b"one ", b"two"])

    assert asked_of(application, scope()) == [
        {
            "type": "http.response.start",
            "status": 201,
            "headers": [(b"etag", b'"\xe9"'), (b"set-cookie", b"a=1"), (b"set-cookie", b"b=2")],
        },
        {"type": "http.response.body", "body": b"one two"},
    ]


def test_path_query_and_addresses_arrive_as_wsgi_wants_them() -> None:
    environ = environ_of(scope(path="/n%C3%BCx%20%FF", query="a=%C3%BC&b", method="PUT"))

    assert environ["PATH_INFO"].encode("latin-1") == b"/n\xc3\xbcx \xff"
    assert {name: value for name, value in environ.items() if isinstance(value, str) and name != "PATH_INFO"} == {
        "REQUEST_METHOD": "PUT",
        "SCRIPT_NAME": "",
        "QUERY_STRING": "a=%C3%BC&b",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "8000",
        "REMOTE_ADDR": "192.0.2.7",
        "wsgi.url_scheme": "http",
    }


def test_headers_given_several_times_are_joined_and_imitations_are_left_out() -> None:
    environ = environ_of(
        scope(
            ("If-None-Match", '"a"'),
            ("Cookie", "a=1"),
            ("If-None-Match", '"b"'),
            ("Cookie", "b=2"),
            ("X_Forwarded_For", "203.0.113.1"),
            ("Content-Type", "text/plain"),
        )
    )

    assert {name: value for name, value in environ.items() if name.startswith(("HTTP_", "CONTENT_"))} == {
        "HTTP_IF_NONE_MATCH": '"a","b"',
        "HTTP_COOKIE": "a=1; b=2",
        "CONTENT_TYPE": "text/plain",
    }


@pytest.mark.parametrize("size", [7, READ_AHEAD + 7])
def test_body_is_read_whole_by_lines_and_by_parts(size: int) -> None:
    body = (b"ab\n" * size)[:size]
    said = [piece(body[:3], more=True), piece(b"", more=True), piece(body[3:-1], more=True), piece(body[-1:])]

    assert read_by(lambda stream: stream.read(), size, *said) == body
    assert read_by(b"".join, size, *said) == body
    assert read_by(lambda stream: [stream.readline(2), stream.readline(100), stream.read(1)], size, *said) == [
        b"ab",
        b"\n",
        b"a",
    ]


def test_body_in_chunks_tells_its_length_once_it_is_whole() -> None:
    found: list[tuple[Any, bytes]] = []

    def application(environ: Environ, start: StartResponse) -> Whole:
        found.append((environ.get("CONTENT_LENGTH"), environ["wsgi.input"].read()))
        start("200 OK", [])
        return Whole()

    chunked = scope(("Transfer-Encoding", "chunked"), method="POST")
    asked_of(application, chunked, piece(b"a", more=True), piece(b"bc"))
    asked_of(application, chunked, piece(b"x" * READ_AHEAD, more=True), piece(b"y"))

    assert found == [("3", b"abc"), (None, b"x" * READ_AHEAD + b"y")]


def test_body_that_breaks_off_is_never_taken_for_a_whole_one() -> None:
    large = piece(b"x" * READ_AHEAD, more=True)

    assert read_by(lambda stream: stream.read(), 10, piece(b"half", more=True), GONE) == "not called"
    assert read_by(lambda stream: stream.read(), 2 * READ_AHEAD, large, GONE) is ConnectionResetError


def test_body_that_stands_still_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bridge, "PATIENCE_SECONDS", 0.1)

    assert read_by(lambda stream: stream.read(), 2 * READ_AHEAD, piece(b"x" * READ_AHEAD, more=True)) is TimeoutError


def test_body_that_comes_slowly_keeps_no_thread() -> None:
    def application(environ: Environ, start: StartResponse) -> Whole:
        start("200 OK", [])
        return Whole([environ["wsgi.input"].read()])

    async def ask() -> list[Message]:
        asked = Bridge(application, threads=1)
        slow = asyncio.create_task(exchange(asked, upload(10), piece(b"half", more=True)))
        await asyncio.sleep(0)
        answered = await exchange(asked, scope())
        assert not slow.done()
        slow.cancel()
        return answered

    assert asyncio.run(ask())[1]["body"] == b""


def stream(pieces: Iterable[bytes], closed: threading.Event) -> Any:
    """An application that streams `pieces` and sets `closed` when its answer is closed."""

    def each() -> Iterator[bytes]:
        try:
            yield from pieces
        finally:
            closed.set()

    def application(environ: Environ, start: StartResponse) -> Iterator[bytes]:
        start("200 OK", [])
        return each()

    return application


def test_stream_is_sent_piece_by_piece_and_closed() -> None:
    closed = threading.Event()

    sent = asked_of(stream([b"a", b"b"], closed), scope())

    assert sent == [
        {"type": "http.response.start", "status": 200, "headers": []},
        {"type": "http.response.body", "body": b"a", "more_body": True},
        {"type": "http.response.body", "body": b"b", "more_body": True},
        {"type": "http.response.body", "body": b""},
    ]
    assert closed.is_set()


def test_stream_goes_no_faster_than_it_is_taken() -> None:
    made: list[int] = []
    ahead: list[int] = []

    def pieces() -> Iterator[bytes]:
        for number in range(20):
            made.append(number)
            yield b"x"

    async def ask() -> None:
        taken = 0

        async def take(message: Message) -> None:
            nonlocal taken
            await asyncio.sleep(0.005)
            if message.get("more_body"):
                taken += 1
                ahead.append(len(made) - taken)

        await exchange(Bridge(stream(pieces(), threading.Event()), threads=1), scope(), send=take)

    asyncio.run(ask())

    assert len(made) == 20
    assert max(ahead) == 0


def endless() -> Iterator[bytes]:
    while True:
        time.sleep(0.005)
        yield b"x"


def test_stream_ends_when_its_client_goes() -> None:
    closed = threading.Event()

    sent = asked_of(stream(endless(), closed), scope(), piece(), GONE)

    assert closed.is_set()
    assert {"type": "http.response.body", "body": b""} not in sent


def test_stream_ends_when_its_client_takes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bridge, "PATIENCE_SECONDS", 0.1)
    closed = threading.Event()

    async def stand_still(message: Message) -> None:
        if message.get("more_body"):
            await asyncio.sleep(PATIENCE)

    asyncio.run(exchange(Bridge(stream(endless(), closed), threads=1), scope(), send=stand_still))

    assert closed.is_set()


def test_failing_application_is_the_servers_to_answer_and_frees_its_thread() -> None:
    failing = True

    def application(environ: Environ, start: StartResponse) -> Whole:
        if failing:
            raise LookupError("broken")
        start("200 OK", [])
        return Whole([b"well"])

    async def ask() -> bytes:
        nonlocal failing
        asked = Bridge(application, threads=1)
        with pytest.raises(LookupError, match="broken"):
            await exchange(asked, scope())
        failing = False
        body: bytes = (await exchange(asked, scope()))[1]["body"]
        return body

    assert asyncio.run(ask()) == b"well"


def test_no_more_requests_are_answered_at_once_than_there_are_threads() -> None:
    running = 0
    most = 0
    lock = threading.Lock()

    def application(environ: Environ, start: StartResponse) -> Whole:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        time.sleep(0.02)
        with lock:
            running -= 1
        start("200 OK", [])
        return Whole()

    async def ask() -> None:
        asked = Bridge(application, threads=3)
        await asyncio.gather(*(exchange(asked, scope()) for _ in range(12)))

    asyncio.run(ask())

    assert most == 3
