"""One answer for many: who shares it, and who does not."""

import asyncio
from collections.abc import Hashable
from typing import Any

import pytest

from greenapi.bridge import Message, Receive, Scope, Send
from greenapi.sharing import Sharing

PATIENCE = 10  # seconds after which a test that hangs is given up


class Counting:
    """An application that answers its how-many-th call it is, after a moment; `running` counts those under way."""

    def __init__(self) -> None:
        self.calls = 0
        self.running = 0
        self.most = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.calls += 1
        number = self.calls
        self.running += 1
        self.most = max(self.most, self.running)
        await asyncio.sleep(0.02)
        self.running -= 1
        if scope["path"] == "/broken":
            raise LookupError("broken")
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": str(number).encode()})


def scope(**values: Any) -> dict[str, Any]:
    return {"method": "GET", "path": "/", "query_string": b"a=1", "headers": [(b"host", b"localhost")], **values}


async def ask(sharing: Sharing, about: Scope, *, known: Hashable = 5) -> bytes:
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    await asyncio.wait_for(sharing.answer(about, send, known=known), PATIENCE)
    assert [message["type"] for message in sent] == ["http.response.start", "http.response.body"]
    body: bytes = sent[1]["body"]
    return body


def asked_together(*about: Scope) -> list[bytes]:
    async def ask_all() -> list[bytes]:
        sharing = Sharing(Counting(), at_once=len(about))
        return await asyncio.gather(*(ask(sharing, each) for each in about))

    return asyncio.run(ask_all())


def test_all_who_ask_the_same_at_once_get_one_answer() -> None:
    assert asked_together(*[scope()] * 100) == [b"1"] * 100


def test_who_asks_and_by_which_way_makes_no_difference() -> None:
    one = scope(headers=[(b"host", b"localhost"), (b"user-agent", b"a"), (b"x-forwarded-for", b"192.0.2.1")])
    other = scope(headers=[(b"user-agent", b"b"), (b"host", b"localhost"), (b"via", b"1.1 proxy")])

    assert asked_together(scope(), one, other) == [b"1"] * 3


def test_every_other_difference_makes_another_question() -> None:
    others = [
        scope(method="HEAD"),
        scope(path="/other"),
        scope(query_string=b"a=2"),
        scope(headers=[(b"host", b"elsewhere")]),
        scope(headers=[(b"host", b"localhost"), (b"authorization", b"Bearer x")]),
        scope(headers=[(b"host", b"localhost"), (b"cookie", b"sessionid=x")]),
        scope(headers=[(b"host", b"localhost"), (b"if-none-match", b'"x"')]),
    ]

    assert len(set(asked_together(scope(), *others))) == 8


def test_who_knows_of_more_gets_no_older_answer() -> None:
    async def ask_both() -> list[bytes]:
        sharing = Sharing(Counting(), at_once=2)
        return list(await asyncio.gather(ask(sharing, scope(), known=5), ask(sharing, scope(), known=6)))

    assert asyncio.run(ask_both()) == [b"1", b"2"]


def test_answer_is_not_kept_for_those_who_come_later() -> None:
    async def ask_twice() -> list[bytes]:
        sharing = Sharing(Counting(), at_once=1)
        return [await ask(sharing, scope()), await ask(sharing, scope())]

    assert asyncio.run(ask_twice()) == [b"1", b"2"]


def test_failure_is_shared_and_then_forgotten() -> None:
    async def fail() -> tuple[list[object], int]:
        counting = Counting()
        sharing = Sharing(counting, at_once=1)
        broken = scope(path="/broken")
        failed = [
            *await asyncio.gather(ask(sharing, broken), ask(sharing, broken), return_exceptions=True),
            *await asyncio.gather(ask(sharing, broken), return_exceptions=True),
        ]
        return [type(each) for each in failed], counting.calls

    assert asyncio.run(fail()) == ([LookupError] * 3, 2)


def test_whoever_goes_leaves_the_answer_to_the_others() -> None:
    async def leave() -> bytes:
        sharing = Sharing(Counting(), at_once=1)
        first = asyncio.create_task(ask(sharing, scope()))
        await asyncio.sleep(0)
        second = asyncio.create_task(ask(sharing, scope()))
        await asyncio.sleep(0)
        first.cancel()
        with pytest.raises(asyncio.CancelledError):
            await first
        return await second

    assert asyncio.run(leave()) == b"1"


def test_no_more_questions_are_asked_at_once_than_is_said() -> None:
    counting = Counting()

    async def ask_many() -> None:
        sharing = Sharing(counting, at_once=3)
        await asyncio.gather(*(ask(sharing, scope(query_string=b"a=%d" % number)) for number in range(12)))

    asyncio.run(ask_many())

    assert (counting.calls, counting.most) == (12, 3)
