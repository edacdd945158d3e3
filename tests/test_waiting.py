"""Waiting for the feed at a real server: nobody else is slowed down, and everybody hears of every revision."""

import json
import select
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPResponse
from typing import Any

import pytest
from django.db import connection

from greenapi.ledger.cursors import Cursor
from greenapi.ledger.identifiers import uuid7
from greenapi.ledger.models import LedgerHead, Revision
from greenapi.waiting import WAITING_AT_MOST, Wish, wish_of
from tests.demo_process import wait_until
from tests.factories import facts
from tests.factories.revisions import change
from tests.server_process import Server, server

PATIENCE = 20.0  # seconds after which a request that hangs is given up
CHANGES = "/api/v1/changes"
WAITERS = 200
THREADS = 2
CURSOR = "0198c0de-0000-7000-8000-0123456789ab.12." + "0a" * 32


@dataclass(frozen=True, kw_only=True)
class Answered:
    """What a request was answered."""

    status: int
    body: Any
    headers: dict[str, str]

    @property
    def numbers(self) -> list[int]:
        return [revision["number"] for revision in self.body["results"]]


class Asking:
    """A request that has been sent."""

    def __init__(
        self, asked: Server, path: str, *, method: str = "GET", headers: Mapping[str, str] | None = None
    ) -> None:
        self._connection = HTTPConnection("127.0.0.1", asked.port, timeout=PATIENCE)
        self._connection.request(method, path, headers=headers or {})

    @property
    def socket(self) -> socket.socket:
        return self._connection.sock

    def answer(self) -> Answered:
        """Waits for the answer."""
        response: HTTPResponse = self._connection.getresponse()
        body = response.read()
        self.leave()
        return Answered(
            status=response.status, body=json.loads(body) if body else None, headers=dict(response.getheaders())
        )

    def leave(self) -> None:
        self._connection.close()


@pytest.fixture
def served(ledger_db: None) -> Iterator[Server]:
    """The service on a database without rows, with few threads, so that it would show if waiting took one."""
    with server(pool=THREADS) as running:
        yield running


def get(asked: Server, path: str) -> Answered:
    return Asking(asked, path).answer()


def place() -> str:
    """The cursor of the newest revision."""
    head = LedgerHead.objects.get()
    if head.number == 0:
        return str(Cursor.start(head.ledger_id))
    sealed = Revision.objects.get(number=head.number).hash
    assert sealed is not None
    return str(Cursor(ledger_id=head.ledger_id, number=head.number, hash=bytes(sealed)))


def after(cursor: str, *, wait: object) -> str:
    return f"{CHANGES}?after={cursor}&wait={wait}"


def record() -> int:
    with change() as opened:
        facts.unit()
    return opened.number


def waiters(asked: Server, count: int) -> list[Asking]:
    """So many requests that wait for what comes next; returns when the service has taken them in."""
    path = after(place(), wait=30)
    asking = [Asking(asked, path) for _ in range(count)]
    wait_until(listens, what=lambda: "nobody listens")
    # The first has been taken in; how many others, nobody can be asked.
    time.sleep(0.5)
    return asking


def answered(asking: Sequence[Asking], *, within: float = 0.0) -> int:
    """How many have an answer after so many seconds."""
    ready, _, _ = select.select([each.socket for each in asking], [], [], 0)
    deadline = time.monotonic() + within
    while len(ready) < len(asking) and time.monotonic() < deadline:
        time.sleep(0.01)
        ready, _, _ = select.select([each.socket for each in asking], [], [], 0)
    return len(ready)


def connections(name: str) -> list[int]:
    """The backends that serve the service's connections of a name."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND application_name = %s", [name]
        )
        return [pid for (pid,) in cursor.fetchall()]


def listens() -> bool:
    return len(connections("greenapi listening")) == 1


def terminate_listener() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", connections("greenapi listening"))


def seconds(work: Callable[[], object]) -> float:
    began = time.monotonic()
    work()
    return time.monotonic() - began


def test_hundreds_wait_without_a_thread_or_a_connection_and_all_hear_at_once(served: Server) -> None:
    record()
    asking = waiters(served, WAITERS)

    # Were threads kept by those who wait, these would not be answered before the others' time is up.
    assert max(seconds(lambda: get(served, "/api/v1/units")) for _ in range(30)) < 5
    assert len(connections("greenapi answering")) <= THREADS
    assert len(connections("greenapi listening")) == 1
    assert answered(asking) == 0

    number = record()
    took = seconds(lambda: answered(asking, within=PATIENCE))
    assert [each.answer().numbers for each in asking] == [[number]] * WAITERS
    assert took < 5


def test_each_who_waited_is_answered_under_a_name_of_its_own(served: Server) -> None:
    path = after(place(), wait=30)
    asking = [Asking(served, path, headers={"X-Request-ID": name}) for name in ("ada", "bea", "not a name")]
    wait_until(listens, what=lambda: "nobody listens")
    time.sleep(0.5)
    number = record()

    answers = [each.answer() for each in asking]

    assert [answer.numbers for answer in answers] == [[number]] * 3
    names = [answer.headers["x-request-id"] for answer in answers]
    assert names[:2] == ["ada", "bea"]
    assert len(names[2]) == 32


def test_others_are_answered_while_hundreds_are_woken(served: Server) -> None:
    asking = waiters(served, WAITERS)
    slowest = 0.0

    record()
    while answered(asking) < WAITERS:
        slowest = max(slowest, seconds(lambda: get(served, "/health/live")))

    assert {each.answer().status for each in asking} == {200}
    assert slowest < 3


def test_revision_that_is_rolled_back_wakes_nobody(served: Server) -> None:
    asking = waiters(served, 3)

    with suppress(LookupError), change():
        facts.unit()
        raise LookupError
    assert answered(asking, within=0.5) == 0

    number = record()
    assert [each.answer().numbers for each in asking] == [[number]] * 3


def test_listeners_connection_lost_only_delays(served: Server) -> None:
    asking = waiters(served, 3)

    terminate_listener()
    number = record()

    took = seconds(lambda: answered(asking, within=PATIENCE))
    assert [each.answer().numbers for each in asking] == [[number]] * 3
    assert took < 5


def test_time_that_is_up_answers_with_an_empty_page_and_the_same_place(served: Server) -> None:
    record()
    now = place()
    got: list[Answered] = []

    took = seconds(lambda: got.append(get(served, after(now, wait=1))))

    assert 1 <= took < 3
    assert (got[0].status, got[0].numbers) == (200, [])
    assert now in got[0].body["next"]


def test_follower_hears_of_every_revision_in_order(served: Server) -> None:
    """Each answer leads to the next question, while somebody else writes; nothing falls between two of them."""

    def write() -> None:
        try:
            for _ in range(25):
                record()
        finally:
            connection.close()

    path = after(place(), wait=20)
    writing = threading.Thread(target=write)
    heard: list[int] = []
    writing.start()
    try:
        while len(heard) < 25:
            found = get(served, path)
            assert found.numbers, "answered before there was anything, or only when the time was up"
            heard += found.numbers
            path = found.body["next"]
    finally:
        writing.join()

    assert heard == list(range(1, 26))


def test_what_there_is_already_and_what_is_wrong_is_answered_at_once(served: Server) -> None:
    start = place()
    number = record()
    other = Cursor(ledger_id=uuid7(), number=0, hash=b"\0" * 32)

    began = time.monotonic()
    assert get(served, after(start, wait=20)).numbers == [number]
    assert get(served, after(str(other), wait=20)).status == 409
    assert get(served, after(place(), wait=31)).status == 400
    assert get(served, after(place(), wait="soon")).status == 400
    assert get(served, after("nonsense", wait=20)).status == 400
    assert get(served, after(place(), wait=0)).numbers == []
    assert time.monotonic() - began < 5


def test_head_waits_too_and_so_does_a_path_with_a_final_slash(served: Server) -> None:
    path = after(place(), wait=30)
    asking = [Asking(served, path, method="HEAD"), Asking(served, path.replace("?", "/?"))]
    wait_until(listens, what=lambda: "nobody listens")
    assert answered(asking, within=0.3) == 0

    record()

    assert [each.answer().status for each in asking] == [200, 200]


def test_too_many_are_told_so_and_those_who_go_make_room(served: Server) -> None:
    path = after(place(), wait=30)
    asking = waiters(served, WAITING_AT_MOST)

    refused = get(served, path)
    assert (refused.status, refused.body["type"], refused.headers["retry-after"]) == (503, "/problems/busy", "3")

    for each in asking:
        each.leave()

    def has_room() -> bool:
        one = Asking(served, path)
        kept = answered([one], within=0.2) == 0
        one.leave()
        return kept

    wait_until(has_room, what=lambda: "those who have gone are still waited for")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_server_that_is_stopped_answers_those_who_wait_and_ends_at_once(served: Server, number: int) -> None:
    asking = waiters(served, 50)

    began = time.monotonic()
    served.process.send_signal(number)
    answers = [each.answer() for each in asking]
    assert served.process.wait(timeout=PATIENCE) == 0
    took = time.monotonic() - began

    assert [(each.status, each.numbers) for each in answers] == [(200, [])] * 50
    assert took < 3


def scope(query: str, **values: Any) -> dict[str, Any]:
    return {"path": CHANGES, "method": "GET", "headers": [], "query_string": query.encode(), **values}


def test_wish_is_read_from_the_query() -> None:
    expected = Wish(place=Cursor.parse(CURSOR), seconds=30)

    assert wish_of(scope(f"after={CURSOR}&wait=30")) == expected
    assert wish_of(scope(f"wait=30&resource=units&after={CURSOR}", path=f"{CHANGES}/", method="HEAD")) == expected


@pytest.mark.parametrize(
    "found",
    [
        scope(""),
        scope("wait=5"),
        scope(f"after={CURSOR}"),
        scope(f"after={CURSOR}&wait="),
        scope(f"after={CURSOR}&wait=0"),
        scope(f"after={CURSOR}&wait=31"),
        scope(f"after={CURSOR}&wait=100"),
        scope(f"after={CURSOR}&wait=05"),
        scope(f"after={CURSOR}&wait=1.5"),
        scope(f"after={CURSOR}&wait=-5"),
        scope(f"after={CURSOR}&wait=%D9%A5"),
        scope(f"after={CURSOR}&wait=5&wait=6"),
        scope(f"after={CURSOR}&after={CURSOR}&wait=5"),
        scope("after=0&wait=5"),
        scope(f"after={CURSOR}&wait=5" + "&x=1" * 100),
        scope(f"after={CURSOR}&wait=5&x=ü"),
        scope(f"after={CURSOR}&wait=5", method="POST"),
        scope(f"after={CURSOR}&wait=5", path="/api/v1/changes/5"),
        scope(f"after={CURSOR}&wait=5", headers=[(b"content-length", b"2")]),
    ],
    ids=lambda found: f"{found['method']} {found['path']} {found['query_string'][:120].decode()} {found['headers']}",
)
def test_anything_else_is_the_views_to_judge(found: dict[str, Any]) -> None:
    assert wish_of(found) is None
