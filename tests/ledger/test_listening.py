"""Hearing of new revisions on a real Postgres: at once, of every one, and of none that is rolled back."""

import asyncio
import threading
import time
from collections.abc import Callable
from contextlib import suppress

import psycopg
import pytest
from django.db import connection
from psycopg.rows import TupleRow

from greenapi.asgi import connect
from greenapi.ledger import listening
from greenapi.ledger.cursors import Cursor
from greenapi.ledger.identifiers import uuid7
from greenapi.ledger.listening import Listener
from greenapi.ledger.models import LedgerHead
from tests.demo_process import wait_until
from tests.factories import facts
from tests.factories.revisions import change

pytestmark = pytest.mark.usefixtures("ledger_db")
LISTENING = "FROM pg_stat_activity WHERE application_name = 'greenapi listening' AND datname = current_database()"
PATIENCE = 10.0  # seconds that a wait may take which ought to end long before


def newest() -> Cursor:
    """The newest place. Its hash does not matter here."""
    head = LedgerHead.objects.get()
    return Cursor(ledger_id=head.ledger_id, number=head.number, hash=b"")


def in_thread(work: Callable[[], object]) -> None:
    """Does something in a thread of its own, with a connection of its own, as another process would."""

    def run() -> None:
        try:
            work()
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()


def record() -> None:
    def work() -> None:
        with change():
            facts.unit()

    in_thread(work)


def terminate_listener() -> None:
    def work() -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT pg_terminate_backend(pid) {LISTENING}")
            assert cursor.fetchall() == [(True,)]

    in_thread(work)


def listeners() -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) {LISTENING}")
        return int(cursor.fetchone()[0])


async def stop(listener: Listener) -> None:
    """Stops it and waits until it has closed its connection."""
    listener.stop()
    async with asyncio.timeout(PATIENCE):
        await asyncio.gather(*(asyncio.all_tasks() - {asyncio.current_task()}), return_exceptions=True)


def seconds_of(
    place: Cursor,
    *,
    meanwhile: Callable[[Listener], object] = lambda _: None,
    seconds: float = PATIENCE,
    connecting: listening.Connect = connect,
) -> float:
    """How long it takes to wait beyond `place`; `meanwhile` happens once the waiting has begun."""

    async def wait() -> float:
        listener = Listener(connecting)
        # The first question opens the connection.
        await listener.wait_beyond(place, seconds=0.2)
        began = time.monotonic()
        waiting = asyncio.create_task(listener.wait_beyond(place, seconds=seconds))
        await asyncio.sleep(0)
        meanwhile(listener)
        await waiting
        took = time.monotonic() - began
        await stop(listener)
        return took

    return asyncio.run(wait())


def test_new_revision_ends_the_wait_at_once() -> None:
    assert seconds_of(newest(), meanwhile=lambda _: record()) < 2


def test_nothing_new_takes_the_whole_time() -> None:
    assert 0.3 <= seconds_of(newest(), seconds=0.3) < 2


def test_revision_that_is_rolled_back_ends_no_wait() -> None:
    def roll_back() -> None:
        with suppress(LookupError), change():
            facts.unit()
            raise LookupError

    assert seconds_of(newest(), meanwhile=lambda _: in_thread(roll_back), seconds=1) >= 1


def test_older_place_and_another_ledgers_are_not_kept() -> None:
    before = newest()
    record()
    other = Cursor(ledger_id=uuid7(), number=before.number + 1, hash=b"")

    assert seconds_of(before) < 0.1
    assert seconds_of(other) < 0.1


def test_revision_recorded_while_the_connection_is_opened_is_not_missed() -> None:
    place = newest()

    async def record_and_connect() -> psycopg.AsyncConnection[TupleRow]:
        opened = await connect()
        record()
        return opened

    assert seconds_of(place, connecting=record_and_connect) < 0.1


def test_lost_connection_only_delays(caplog: pytest.LogCaptureFixture) -> None:
    def lose_and_record(listener: Listener) -> None:
        terminate_listener()
        record()

    assert seconds_of(newest(), meanwhile=lose_and_record) < 3
    assert "not told of new revisions, trying again in 0.1 s" in caplog.text


def test_without_a_database_it_waits_and_tries_again(caplog: pytest.LogCaptureFixture) -> None:
    attempts: list[float] = []

    async def refuse() -> psycopg.AsyncConnection[TupleRow]:
        attempts.append(time.monotonic())
        raise psycopg.OperationalError("nobody answers")

    assert seconds_of(newest(), seconds=1, connecting=refuse) >= 1
    # After 0.1, 0.3 and 0.7 s.
    assert 3 <= len(attempts) <= 5


def test_lost_notice_only_delays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listening, "CHANNEL", "where_nobody_speaks")
    monkeypatch.setattr(listening, "LOOK_AGAIN_SECONDS", 0.5)

    assert seconds_of(newest(), meanwhile=lambda _: record()) < 3


def test_stop_ends_waiting_and_closes_the_connection() -> None:
    assert seconds_of(newest(), meanwhile=lambda listener: listener.stop()) < 0.1
    wait_until(lambda: listeners() == 0, what=lambda: f"{listeners()} connections are left")


def test_every_revision_ends_a_wait_of_its_own() -> None:
    """Somebody who always asks for what comes next sees each of many, whatever falls between two questions."""
    first = newest()
    heard: list[int] = []

    def record_twenty() -> None:
        for _ in range(20):
            record()

    async def follow() -> None:
        listener = Listener(connect)
        await listener.wait_beyond(first, seconds=0.2)
        writing = asyncio.get_running_loop().run_in_executor(None, record_twenty)
        for number in range(20):
            place = Cursor(ledger_id=first.ledger_id, number=first.number + number, hash=b"")
            async with asyncio.timeout(PATIENCE):
                await listener.wait_beyond(place, seconds=PATIENCE)
            heard.append(number)
        await writing
        await stop(listener)

    asyncio.run(follow())

    assert heard == list(range(20))
    assert newest().number == first.number + 20
