"""One answer for all who ask the same at the same moment, as hundreds do who have waited for the same revision."""

import asyncio
from collections.abc import Hashable

from greenapi.bridge import Application, Message, Scope, Send

# They say who asks or by which way, and never what.
NOT_THE_QUESTION = frozenset(
    {
        b"forwarded",
        b"traceparent",
        b"tracestate",
        b"user-agent",
        b"via",
        b"x-forwarded-for",
        b"x-real-ip",
        b"x-request-id",
    }
)


class Sharing:
    """Asks `application`, at most `at_once` times at once, and gives its answer to everybody who asks that meanwhile.

    For requests without a body whose answer does not depend on who asks; credentials are part of the question.
    """

    def __init__(self, application: Application, *, at_once: int) -> None:
        self._application = application
        self._turns = asyncio.Semaphore(at_once)
        self._under_way: dict[Hashable, asyncio.Task[list[Message]]] = {}

    async def answer(self, scope: Scope, send: Send, *, known: Hashable) -> None:
        """Answers one request. Only those who know the same share: so no answer is older than what its asker knows."""
        headers = frozenset(header for header in scope["headers"] if header[0] not in NOT_THE_QUESTION)
        question = (known, scope["method"], scope["path"], scope["query_string"], headers)
        asking = self._under_way.get(question)
        if asking is None:
            asking = self._under_way[question] = asyncio.create_task(self._ask(scope))
            asking.add_done_callback(lambda _: self._under_way.pop(question))
        # Whoever goes does not take the answer away from the others.
        for message in await asyncio.shield(asking):
            await send(message)

    async def _ask(self, scope: Scope) -> list[Message]:
        messages: list[Message] = []

        async def keep(message: Message) -> None:
            messages.append(message)

        async with self._turns:
            await self._application(scope, _stay, keep)
        return messages


async def _stay() -> Message:
    """A client that says nothing and does not go."""
    await asyncio.Event().wait()
    raise AssertionError("unreachable")
