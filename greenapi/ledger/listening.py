"""Knowing of each new revision as soon as it is committed, without asking again and again."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from uuid import UUID

import psycopg
from psycopg.rows import TupleRow

from .cursors import Cursor

CHANNEL = "greenapi_ledger"
# A notice that was lost on its way, as a pooler in between loses it, delays by this much.
LOOK_AGAIN_SECONDS = 5.0
FIRST_PAUSE_SECONDS = 0.1
LONGEST_PAUSE_SECONDS = 5.0

Connect = Callable[[], Awaitable[psycopg.AsyncConnection[TupleRow]]]

logger = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Head:
    """The newest revision of a ledger, by number; 0 before the first."""

    ledger_id: UUID
    number: int


class Listener:
    """Hears of new revisions over one connection of its own, from the first question on until `stop`.

    `connect` opens it, in autocommit mode. A lost one is opened anew, after a pause that grows from 0.1 to 5 s.
    Everything is used from one event loop.
    """

    def __init__(self, connect: Connect) -> None:
        self._connect = connect
        self.head: Head | None = None  # as last heard of
        self._news = asyncio.Event()
        self._listening: asyncio.Task[None] | None = None
        self._stopped = False

    async def wait_beyond(self, place: Cursor, *, seconds: float) -> None:
        """Returns once there is something to say of what comes after `place`, at the latest after `seconds`.

        That is a revision of a higher number, or that the ledger is another one. After `stop` it returns at once.
        """
        if self._listening is None and not self._stopped:
            self._listening = asyncio.create_task(self._listen())
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while not self._stopped and not self.is_beyond(place):
                    await self._news.wait()

    def stop(self) -> None:
        """Ends all waiting, now and later, and closes the connection."""
        self._stopped = True
        if self._listening is not None:
            self._listening.cancel()
        self._tell()

    def is_beyond(self, place: Cursor) -> bool:
        """Whether it is known already that there is something to say of what comes after `place`."""
        head = self.head
        return head is not None and (head.ledger_id != place.ledger_id or head.number > place.number)

    async def _listen(self) -> None:
        pause = FIRST_PAUSE_SECONDS
        while True:
            try:
                async with await self._connect() as connection:
                    await connection.execute(f"LISTEN {CHANNEL}")
                    pause = FIRST_PAUSE_SECONDS
                    while True:
                        # Looked at after LISTEN, so that nothing falls between the two.
                        await self._look(connection)
                        async for _ in connection.notifies(timeout=LOOK_AGAIN_SECONDS, stop_after=1):
                            pass
            except Exception as error:  # whatever it was, those who wait still rely on this
                logger.warning("not told of new revisions, trying again in %.1f s: %s", pause, error)
            await asyncio.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE_SECONDS)

    async def _look(self, connection: psycopg.AsyncConnection[TupleRow]) -> None:
        # A connection whose other end has vanished without a word answers nothing, for ever.
        async with asyncio.timeout(LOOK_AGAIN_SECONDS):
            found = await connection.execute("SELECT ledger_id, number FROM ledger_head")
            row = await found.fetchone()
        head = None if row is None else Head(ledger_id=row[0], number=row[1])
        if head != self.head:
            self.head = head
            self._tell()

    def _tell(self) -> None:
        """Wakes everybody who waits, once."""
        self._news.set()
        self._news = asyncio.Event()
