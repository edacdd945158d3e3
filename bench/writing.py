"""Measures writes through the ledger beside the same statements on plain tables."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, suppress
from functools import partial

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from greenapi.ledger.identifiers import uuid7
from greenapi.ledger.models import ChangeClass
from greenapi.ledger.revisions import revision
from indicators.models import Observation

from .plain import make_twin, speak_to
from .progress import say
from .report import Figure
from .statements import citations_sql, observations_sql, units_sql, uuid
from .timing import in_turn, seconds_of

BUDGET_SECONDS = 60.0  # for one figure
WRITERS = (1, 8)
SIDES = ("plain", "ledger")


def writes(*, rounds: int, seconds: float, rows: int) -> tuple[list[Figure], list[Figure]]:
    """One-row transactions a second, each side for `seconds` in each round; and writes of `rows` rows.

    Needs `content.prepare`.
    """
    for table in ("observation", "citation", "unit"):
        make_twin(table)
    bulk = list(_bulk(rounds=rounds, rows=rows))
    return list(_single(rounds=rounds, seconds=seconds)), bulk


def _bulk(*, rounds: int, rows: int) -> Iterator[Figure]:
    """Seconds for many rows in one transaction."""
    drafts = observations_sql(kind="bulk", state="'draft'")
    for what, prepare, goal in (
        ("insert, observations, SQL", partial(_sql, drafts), 2.0),
        ("insert, observations, bulk_create", _orm, 2.0),
        ("update, observations, SQL", _update_many, None),
        ("insert, citations, SQL", partial(_sql, citations_sql()), 2.0),
        ("insert, units, SQL", partial(_sql, units_sql()), 2.0),
    ):
        say(f"{rows:,} rows: {what}")
        tasks = {side: partial(_time, side=side, prepare=prepare, rows=rows) for side in SIDES}
        yield Figure(what=what, unit="ms", measured=in_turn(tasks, rounds=rounds, budget=BUDGET_SECONDS), goal=goal)


def _time(number: int, *, side: str, prepare: Callable[[int, int], Callable[[], object]], rows: int) -> float:
    write = prepare(number * rows, rows)
    speak_to(side)

    def whole() -> None:
        with _writing(side):
            write()

    return seconds_of(whole)


def _sql(sql: str, first: int, rows: int) -> Callable[[], object]:
    return partial(_execute, sql.format(first, first + rows - 1))


def _update_many(first: int, rows: int) -> Callable[[], object]:
    """Changes the rows that the SQL inserts of the same round have made."""
    those = f"id BETWEEN {uuid('bulk', str(first))} AND {uuid('bulk', str(first + rows - 1))}"
    return partial(_execute, f"UPDATE observation SET note = 'Read again.' WHERE {those}")


def _orm(_: int, rows: int) -> Callable[[], object]:
    speak_to("ledger")
    values = list(Observation.objects.filter(state="published").values())
    made = [Observation(**{**values[n % len(values)], "id": uuid7(), "state": "draft"}) for n in range(rows)]
    return partial(Observation.objects.bulk_create, made)


def _single(*, rounds: int, seconds: float) -> Iterator[Figure]:
    """One-row transactions a second: a draft of an observation inserted, or its note changed."""
    for writers in WRITERS:
        for verb, prepare in (("insert", _insert_one), ("update", _update_one)):
            what = f"{verb}, {writers} writer{'s' if writers > 1 else ''}"
            say(f"one row: {what}")
            tasks = {
                side: partial(_rate, side=side, write=prepare(), writers=writers, seconds=seconds) for side in SIDES
            }
            yield Figure(what=what, unit="/s", measured=in_turn(tasks, rounds=rounds, budget=BUDGET_SECONDS))


def _insert_one() -> Callable[[CursorWrapper, int, int], object]:
    speak_to("ledger")
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM observation WHERE state = 'draft' LIMIT 1")
        columns, row = [column.name for column in cursor.description], cursor.fetchone()
    listed, places = ", ".join(f'"{column}"' for column in columns), ", ".join(["%s"] * len(columns))
    identity = columns.index("id")

    def write(cursor: CursorWrapper, writer: int, number: int) -> None:
        values = [*row[:identity], uuid7(), *row[identity + 1 :]]
        cursor.execute(f"INSERT INTO observation ({listed}) VALUES ({places})", values)

    return write


def _update_one() -> Callable[[CursorWrapper, int, int], object]:
    """Each writer changes rows of its own, one after the other."""
    speak_to("ledger")
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM observation WHERE note LIKE 'Read again%' ORDER BY id LIMIT 10000")
        ids = [identity for (identity,) in cursor.fetchall()]
    share = len(ids) // max(WRITERS)

    def write(cursor: CursorWrapper, writer: int, number: int) -> None:
        identity = ids[writer * share + number % share]
        cursor.execute("UPDATE observation SET note = %s WHERE id = %s", [f"Read again {uuid7()}.", identity])

    return write


def _rate(
    _: int, *, side: str, write: Callable[[CursorWrapper, int, int], object], writers: int, seconds: float
) -> float:
    """Transactions a second of several writers together, each with a connection of its own."""
    start, stop = threading.Barrier(writers + 1), threading.Event()
    failures: list[BaseException] = []
    done = [0] * writers

    def run(writer: int) -> None:
        try:
            speak_to(side)
            start.wait()
            while not stop.is_set():
                with _writing(side), connection.cursor() as cursor:
                    write(cursor, writer, done[writer])
                done[writer] += 1
        except BaseException as error:  # raised again below, in the thread that waits
            failures.append(error)
            start.abort()
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(writer,), daemon=True) for writer in range(writers)]
    for thread in threads:
        thread.start()
    began = time.perf_counter()
    try:
        with suppress(threading.BrokenBarrierError):
            start.wait()
            began = time.perf_counter()
            time.sleep(seconds)
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    lasted = time.perf_counter() - began
    for failure in failures:
        if not isinstance(failure, threading.BrokenBarrierError):
            raise failure
    return sum(done) / lasted


def _writing(side: str) -> AbstractContextManager[object]:
    """A transaction to write in: a revision, or a bare one."""
    if side == "ledger":
        return revision(actor="bench", reason="To see how long it takes", change_class=ChangeClass.ENRICHMENT)
    return transaction.atomic(durable=True)


def _execute(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)
