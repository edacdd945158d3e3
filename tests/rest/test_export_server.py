"""Exports of a real server: what it keeps in memory, what it lets go of, and how a client sees that one was cut."""

import http.client
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import connection

from greenapi.ledger.identifiers import uuid7
from tests.factories.revisions import change
from tests.server_process import Server, server

ROWS = 12_000
LENGTH = 5_000  # of each row: sixty megabytes together
ALLOWED = 40  # megabytes that an export may take in memory
PATIENCE = 20  # seconds

pytestmark = pytest.mark.usefixtures("ledger_db")


@pytest.fixture
def serving() -> Iterator[Server]:
    """A server with more rows than fit between it and a client that reads nothing."""
    with change(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO unit (id, slug, name, symbol, quantity, definition)"
            " SELECT overlay(%s::text placing lpad(to_hex(n), 12, '0') from 25)::uuid, 'unit-' || n, 'Unit ' || n, '',"
            " 'ratio', repeat('x', %s) FROM generate_series(1, %s) n",
            [str(uuid7()), LENGTH, ROWS],
        )
    with server(pool=2) as started:
        yield started


@contextmanager
def begun(asked: Server, path: str) -> Iterator[http.client.HTTPResponse]:
    """An answer of which nothing but the headers has been read; at the end of the block the client goes."""
    opened = http.client.HTTPConnection("127.0.0.1", asked.port, timeout=PATIENCE)
    try:
        opened.request("GET", path)
        with opened.getresponse() as answer:
            assert answer.status == 200
            yield answer
    finally:
        opened.close()


def read(asked: Server, path: str) -> bytes:
    """The whole body of an answer."""
    with begun(asked, path) as answer:
        return answer.read()


def wait_until_open(number: int) -> None:
    """Returns when the server has so many transactions open."""
    end = time.monotonic() + PATIENCE
    while (found := transactions()) != number:
        assert time.monotonic() < end, f"{found} transactions are open instead of {number}"
        time.sleep(0.05)


def transactions(what: str = "count(*)") -> int:
    """How many transactions the server has open; or something else about them."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {what} FROM pg_stat_activity WHERE datname = current_database()"
            " AND application_name = 'greenapi answering' AND xact_start IS NOT NULL"
        )
        number: int = cursor.fetchone()[0]
    return number


def megabytes(pid: int) -> float:
    """The most that each process of a server has had in memory, together."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="utf-8").split()
    status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
    own = next(int(line.split()[1]) for line in status if line.startswith("VmHWM:")) / 1024
    return own + sum(megabytes(int(child)) for child in children)


def test_export_is_never_whole_in_memory_and_is_of_one_revision(serving: Server) -> None:
    read(serving, "/api/v1/units?format=ndjson&slug=unit-1")
    before = megabytes(serving.process.pid)

    with begun(serving, "/api/v1/units?format=ndjson") as answer:
        wait_until_open(1)
        with change(), connection.cursor() as cursor:
            cursor.execute("UPDATE unit SET name = 'Later' WHERE slug = 'unit-9999'")
        assert b'"Later"' in read(serving, "/api/v1/units/unit-9999")
        lines = answer.read().splitlines()

    assert len(lines) == int(answer.headers["Row-Count"]) == ROWS
    assert b'"Unit 9999"' in lines[-1]
    assert megabytes(serving.process.pid) - before < ALLOWED


def test_client_that_goes_frees_the_transaction_and_a_cut_is_seen(serving: Server) -> None:
    with begun(serving, "/api/v1/units?format=csv"):
        wait_until_open(1)
    wait_until_open(0)

    with begun(serving, "/api/v1/units?format=csv") as cut:
        wait_until_open(1)
        assert transactions("bool_and(pg_terminate_backend(pid))")
        with pytest.raises((http.client.IncompleteRead, ConnectionResetError)):
            cut.read()
    assert read(serving, "/api/v1/units?format=csv&slug=unit-1").count(b"\r\n") == 2
