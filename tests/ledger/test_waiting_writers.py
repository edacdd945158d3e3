"""Writers wait for one another, but not long and never for ever; readers wait for nobody; and no clock is trusted."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Event
from time import monotonic, sleep
from typing import Any

import pytest
from django.db import DatabaseError, OperationalError, connection, transaction
from django.test import Client

from greenapi.ledger.models import LedgerHead, Revision
from greenapi.ledger.revisions import WriterBusyError
from greenapi.urls import RESOURCES
from indicators.models import Indicator, Observation, Unit
from tests.contract.client import ContractClient
from tests.factories import facts
from tests.factories.revisions import change
from tests.ledger.wholeness import first_broken

from .second_writer import PATIENCE, elsewhere, second_writer

NOT_FIRST = "GA004"  # rows are locked already in the transaction that opens a revision
DEADLOCK = "40P01"
OPENING = "SELECT number FROM ledger_open('ada', 'a test', 'enrichment')"


def execute(sql: str, *parameters: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)


def ask(sql: str, *parameters: Any) -> list[Any]:
    """The first column of what a statement gives."""
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return [row[0] for row in cursor.fetchall()]


def seconds_until_refused(slug: str) -> float:
    """How long a writer in this thread waits until it is told that another one is at work."""
    before = monotonic()
    try:
        with pytest.raises(WriterBusyError), change():
            facts.unit(slug=slug)
        return monotonic() - before
    finally:
        connection.close()


def test_each_of_several_waiting_writers_is_refused_after_three_seconds(ledger_db: None) -> None:
    """Those further back in the queue do not wait longer."""
    with second_writer(), ThreadPoolExecutor(3) as pool:
        waited = list(pool.map(seconds_until_refused, ["one", "two", "three"]))

    assert all(2.5 < seconds < 4.5 for seconds in waited), waited
    assert list(Unit.objects.values_list("slug", flat=True)) == ["from-the-second-writer"]


def test_writer_whose_turn_comes_in_time_goes_on(ledger_db: None) -> None:
    def write() -> int:
        with change() as opened:
            facts.unit(slug="waited")
        return opened.number

    with second_writer() as other, elsewhere(write) as waiting:
        sleep(0.5)
        assert not waiting.done()
        other.finish()
        assert waiting.result(PATIENCE) == 2
    assert first_broken() is None


def test_connection_that_breaks_frees_the_ledger(ledger_db: None) -> None:
    """The revision that was open is gone as if it had never been, and its number free."""
    opened = []

    def write_after_a_break() -> None:
        pids: list[int] = []
        with second_writer(also=lambda: pids.extend(ask("SELECT pg_backend_pid()"))):
            ask("SELECT pg_terminate_backend(%s)", *pids)
            with change() as mine:
                facts.unit(slug="mine")
            opened.append(mine.number)

    with pytest.raises(OperationalError):
        write_after_a_break()

    assert opened == [1]
    assert list(Unit.objects.values_list("slug", flat=True)) == ["mine"]


def test_nobody_who_reads_waits_for_a_writer(client: Client, dataset_db: None) -> None:
    """Not even for one who changed what is read, with others waiting behind; live, of the past, and verifying."""
    before = LedgerHead.objects.get()
    answers: dict[str, bytes] = {}
    paths = [f"/api/v1/{resource}?page_size=2" for resource in RESOURCES]
    paths += [row["href"] for path in paths for row in client.get(path).json()["results"]]
    paths += [f"{path}{'&' if '?' in path else '?'}as_of={before.number}" for path in paths]
    paths += [f"/api/v1/units?as_of={before.closed_at:%Y-%m-%dT%H:%M:%S.%f}Z", "/api/v1/units?as_of=2020-01-01"]
    for path in paths:
        answers[path] = client.get(path).content

    def change_everything() -> None:
        Unit.objects.update(name="changed")
        Indicator.objects.update(note="changed")
        Observation.objects.update(value_printed="changed", state="withdrawn")

    with second_writer(also=change_everything) as other, elsewhere(lambda: seconds_until_refused("behind")):
        while_open = {path: client.get(path).content for path in paths}
        broken = first_broken()
        assert not other.done.done() and not other.release.is_set()

    assert while_open == answers
    assert broken is None
    assert client.get("/api/v1/observations?page_size=2").json()["results"] == []


LOCKING: dict[str, Callable[[], object]] = {
    "for update": lambda: list(Unit.objects.select_for_update()),
    "for no key update": lambda: list(Unit.objects.select_for_update(no_key=True)),
    "for update of a joined row": lambda: list(Indicator.objects.select_related("unit").select_for_update(of=["unit"])),
    "for share": lambda: execute("SELECT FROM unit FOR SHARE"),
    "for key share": lambda: execute("SELECT FROM unit FOR KEY SHARE"),
}


@pytest.mark.parametrize("lock", LOCKING)
def test_rows_locked_before_the_revision_are_refused_at_once(ledger_db: None, lock: str) -> None:
    """Who holds a row and waits for the ledger, held by somebody who waits for the row, would wait for ever."""
    with change():
        facts.indicator(unit=facts.unit(slug="wanted"))
    locked = Event()

    def open_too_late() -> None:
        with transaction.atomic():
            LOCKING[lock]()
            locked.set()
            wait_until_somebody_waits()
            execute(OPENING)

    with elsewhere(open_too_late) as opening:
        assert locked.wait(PATIENCE)
        with change():
            Unit.objects.filter(slug="wanted").update(slug="renamed")
        with pytest.raises(DatabaseError, match="the revision comes first") as caught:
            opening.result(PATIENCE)

    assert getattr(caught.value.__cause__, "sqlstate", None) == NOT_FIRST
    assert Unit.objects.get().slug == "renamed"


def test_lock_on_a_whole_table_before_the_revision_hangs_nobody(ledger_db: None) -> None:
    """It looks like what migrations do, so it is not refused: Postgres finds the deadlock and ends one of the two."""
    with change():
        facts.unit(slug="wanted")
    locked = Event()

    def open_too_late() -> str:
        try:
            with transaction.atomic():
                execute("LOCK TABLE unit IN EXCLUSIVE MODE")
                locked.set()
                wait_until_somebody_waits()
                execute(OPENING)
                Unit.objects.update(slug="by-the-one")
                execute("SELECT ledger_close()")
        except OperationalError as error:
            return getattr(error.__cause__, "sqlstate", None) or ""
        return "done"

    with elsewhere(open_too_late) as opening:
        assert locked.wait(PATIENCE)
        try:
            with change():
                Unit.objects.update(slug="by-the-other")
            mine = "done"
        except OperationalError as error:
            mine = getattr(error.__cause__, "sqlstate", None) or ""
        theirs = opening.result(PATIENCE)

    assert sorted([mine, theirs]) == [DEADLOCK, "done"]
    assert Unit.objects.get().slug == ("by-the-other" if mine == "done" else "by-the-one")
    assert LedgerHead.objects.get().number == 2
    assert first_broken() is None


def wait_until_somebody_waits() -> None:
    """Waits until another connection to this database waits for a lock."""
    waiting = "SELECT count(*) FROM pg_locks JOIN pg_stat_activity a USING (pid) WHERE NOT granted"
    for _ in range(PATIENCE * 100):
        if ask(f"{waiting} AND a.datname = current_database()") != [0]:
            return
        sleep(0.01)
    raise AssertionError("nobody waits")


def test_rows_read_before_the_revision_are_no_hindrance(ledger_db: None) -> None:
    with change():
        facts.unit()
    with transaction.atomic():
        list(Unit.objects.all())
        execute(OPENING)
        Unit.objects.update(name="changed")
        execute("SELECT ledger_close()")

    assert LedgerHead.objects.get().number == 2


def test_clock_that_steps_back_does_no_harm(api: ContractClient, ledger_db: None) -> None:
    """The ledger's last moment lies an hour ahead of the clock, as after the clock was set back."""
    with change() as first:
        facts.unit(slug="before")
    ahead = datetime.now(UTC) + timedelta(hours=1)
    with transaction.atomic():
        execute("ALTER TABLE ledger_head DISABLE TRIGGER USER")
        execute("UPDATE ledger_head SET closed_at = %s", ahead)
        execute("ALTER TABLE ledger_head ENABLE TRIGGER USER")
    asked = {moment: slugs(api, moment) for moment in (datetime.now(UTC), ahead - timedelta(minutes=1), ahead)}
    opened = []
    for number in range(2):
        with change() as found:
            facts.unit(slug=f"unit-{number}")
        opened.append(found)

    assert [found.recorded_at - ahead for found in opened] == [timedelta(microseconds=1), timedelta(microseconds=2)]
    assert [found.number for found in (first, *opened)] == [1, 2, 3]
    # What was asked keeps its answer, and each revision is found at its own time, which is still to come.
    assert {moment: slugs(api, moment) for moment in asked} == asked
    assert slugs(api, first.recorded_at) == ["before"]
    assert slugs(api, opened[0].recorded_at) == slugs(api, 2) == ["before", "unit-0"]
    assert slugs(api, opened[1].recorded_at) == slugs(api, 3) == ["before", "unit-0", "unit-1"]
    assert slugs(api, datetime.now(UTC)) == ["before"]
    assert api.get(address(opened[1].recorded_at + timedelta(microseconds=1))).status_code == 422
    assert list(Revision.objects.order_by("recorded_at").values_list("number", flat=True)) == [1, 2, 3]
    assert first_broken() is None


def slugs(api: ContractClient, as_of: datetime | int) -> list[str]:
    return [row["slug"] for row in api.read(address(as_of))["results"]]


def address(as_of: datetime | int) -> str:
    moment = as_of if isinstance(as_of, int) else as_of.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    return f"/api/v1/units?as_of={moment}"
