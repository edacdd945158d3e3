"""Long polling of the feed: a request that says `wait` is kept until there is something new, and only then answered.

Kept means a task of the event loop: no thread, and no connection of the pool. What the answer is, and what is wrong
with a request, says the view; this only chooses the moment at which it is asked.
"""

import asyncio
import re
import signal
import threading
from collections.abc import Callable
from dataclasses import dataclass
from types import FrameType
from urllib.parse import parse_qsl

from greenapi import request_ids
from greenapi.bridge import DISCONNECT, WAITED, Answer, Application, Message, Receive, Scope, Send, has_body
from greenapi.ledger.cursors import Cursor
from greenapi.ledger.listening import Listener
from greenapi.rest.api_version import API_VERSION, version
from greenapi.rest.changes_schema import LONGEST_WAIT
from greenapi.rest.paths import API_PREFIX
from greenapi.rest.problems import BUSY, Problem, respond
from greenapi.sharing import Sharing

PATHS = (f"{API_PREFIX}/changes", f"{API_PREFIX}/changes/")
# Each holds a connection of the server, and of those granian takes 1024 divided by its workers.
WAITING_AT_MOST = 256
PARAMETERS_AT_MOST = 20

_NAME = request_ids.HEADER.lower().encode()
_NUMBER = re.compile(r"[1-9][0-9]?")


@dataclass(frozen=True, kw_only=True)
class Wish:
    """To be answered once there is something after `place`, or `seconds` have passed."""

    place: Cursor
    seconds: int


class Waiting:
    """The ASGI application that keeps requests with a wish waiting, and passes the others on to `application`.

    Those that have waited for the same share one answer, and `at_once` are asked for at a time, so that a revision that
    wakes hundreds leaves room for others. When 256 wait already, one more is answered with the problem `busy`.
    """

    def __init__(self, application: Application, *, listener: Listener, at_once: int) -> None:
        self._application = application
        self._listener = listener
        self._sharing = Sharing(application, at_once=at_once)
        self._waiting = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one HTTP request, unless its client goes while it waits."""
        wish = wish_of(scope)
        # Whoever has nothing to wait for asks as anybody else does, and is counted so.
        if wish is None or self._listener.is_beyond(wish.place):
            await self._application(scope, receive, send)
        elif self._waiting >= WAITING_AT_MOST:
            busy = respond(Problem(BUSY))
            busy[API_VERSION] = version()
            answer = Answer(status=str(busy.status_code), headers=busy.items(), body=busy.content)
            await answer.send(_named(send, scope))
        else:
            await self._answer_later(wish, scope, receive, send)

    async def live(self, receive: Receive, send: Send) -> None:
        """Follows the life of the server (ASGI's lifespan): asked to stop, it has the waiting answered at once.

        The signals are heard besides whatever the server does with them, because it tells the application of its end
        only after it has waited for all open requests.
        """
        await receive()
        _call_when_told_to_stop(self._listener.stop)
        await send({"type": "lifespan.startup.complete"})
        await receive()
        self._listener.stop()
        await send({"type": "lifespan.shutdown.complete"})

    async def _answer_later(self, wish: Wish, scope: Scope, receive: Receive, send: Send) -> None:
        gone = asyncio.ensure_future(_until_gone(receive))
        waited = asyncio.ensure_future(self._listener.wait_beyond(wish.place, seconds=wish.seconds))
        self._waiting += 1
        try:
            await asyncio.wait({gone, waited}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._waiting -= 1
            waited.cancel()
        if gone.done():
            return
        gone.cancel()
        await self._sharing.answer({**scope, WAITED: True}, _named(send, scope), known=self._listener.head)


def wish_of(scope: Scope) -> Wish | None:
    """What a request wants to wait for; None when it does not want to, or says so in a way that the view must judge."""
    if scope["path"] not in PATHS or scope["method"] not in {"GET", "HEAD"} or has_body(scope):
        return None
    try:
        query = parse_qsl(
            scope["query_string"].decode("ascii"), keep_blank_values=True, max_num_fields=PARAMETERS_AT_MOST
        )
        (seconds,) = (value for name, value in query if name == "wait")
        (after,) = (value for name, value in query if name == "after")
        place = Cursor.parse(after)
    except ValueError:
        return None
    if not _NUMBER.fullmatch(seconds) or int(seconds) > LONGEST_WAIT:
        return None
    return Wish(place=place, seconds=int(seconds))


def _named(send: Send, scope: Scope) -> Send:
    """Sends an answer that was not made for this request alone under the name of this one."""
    given = dict(scope["headers"]).get(_NAME, b"").decode("latin-1")
    name = (request_ids.sane(given) or request_ids.made()).encode()

    async def send_named(message: Message) -> None:
        if message["type"] == "http.response.start":
            others = [header for header in message["headers"] if header[0] != _NAME]
            message = {**message, "headers": [*others, (_NAME, name)]}
        await send(message)

    return send_named


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != DISCONNECT:
        pass


def _call_when_told_to_stop(call: Callable[[], None]) -> None:
    if threading.current_thread() is not threading.main_thread():
        return  # where no signals are heard
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        before = signal.getsignal(number)

        def handle(received: int, frame: FrameType | None, before: Callable[..., object] | int | None = before) -> None:
            loop.call_soon_threadsafe(call)
            if callable(before):
                before(received, frame)

        # A handler of the event loop stays in force beside it: asyncio hears of signals over a file descriptor.
        signal.signal(number, handle)
