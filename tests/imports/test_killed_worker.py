"""Workers that end by force in the midst of recording, or are told that it was cancelled: real processes."""

import signal
from collections import Counter

import pytest

from greenapi.imports.models import ImportedRow, Piece
from greenapi.ledger.models import LedgerHead, Revision
from indicators.models import Unit
from tests.contract.client import ContractClient
from tests.rest.writes import Writer

from .importing import CSV, ndjson, read, send, unit
from .worker_process import held_up, wait_until, worker

ROWS = 900
COLUMNS = ("slug", "name", "symbol", "quantity")


@pytest.fixture
def writer(dataset_db: None, api: ContractClient) -> Writer:
    return Writer(api)


def csv_of(rows: int) -> bytes:
    lines = [COLUMNS, *(tuple(unit(number)[name] for name in COLUMNS) for number in range(rows))]
    return "".join(",".join(line) + "\r\n" for line in lines).encode()


def recorded() -> int:
    return Unit.objects.filter(slug__startswith="unit-").count()


def test_killed_worker_leaves_whole_batches_and_another_goes_on(writer: Writer) -> None:
    before = LedgerHead.objects.get().number
    path = send(writer, csv_of(ROWS), kind=CSV, mode="rows").headers["Location"]
    with worker() as first:
        wait_until(lambda: recorded() >= 200)
        with held_up() as stuck:
            stuck()
            at_death = recorded()
            first.send_signal(signal.SIGKILL)
            first.wait()
            assert recorded() == at_death
            halfway = read(writer, path)
    with worker() as second:
        wait_until(lambda: read(writer, path)["state"] != "running")
        second.send_signal(signal.SIGTERM)
        assert second.wait(timeout=10) == 0
    import_ = read(writer, path)

    assert halfway["state"] == "running"
    assert 200 <= at_death < ROWS and at_death % 100 == 0
    assert halfway["counts"]["added"] == at_death
    assert import_["state"] == "done"
    assert import_["counts"] == {"added": ROWS, "changed": 0, "unchanged": 0, "refused": 0}
    assert recorded() == ROWS
    assert Counter(ImportedRow.objects.values_list("line", "outcome")) == Counter(
        (line, "added") for line in range(2, ROWS + 2)
    )
    assert list(Revision.objects.filter(number__gt=before).values_list("number", flat=True)) == [
        *range(before + 1, before + 1 + ROWS // 100)
    ]
    assert not Piece.objects.exists()


def test_killed_worker_leaves_nothing_of_all_or_nothing(writer: Writer) -> None:
    before = LedgerHead.objects.get().number
    path = send(writer, ndjson(*map(unit, range(ROWS)))).headers["Location"]
    with held_up() as stuck, worker() as first:
        # All rows are written, and none committed.
        stuck()
        running = read(writer, path)
        first.send_signal(signal.SIGKILL)
        first.wait()
    assert running["state"] == "running"
    assert running["progress"]["rows_read"] == ROWS
    assert recorded() == 0

    # Whoever sends it again has it once, too.
    again_path = send(writer, ndjson(*map(unit, range(ROWS)))).headers["Location"]
    with worker():
        wait_until(lambda: read(writer, again_path)["state"] == "done")
    import_, again = read(writer, path), read(writer, again_path)
    assert [import_["counts"]["added"], again["counts"]["unchanged"]] == [ROWS, ROWS]
    assert import_["first_revision"] == import_["last_revision"] == before + 1
    assert again["first_revision"] is None
    assert recorded() == ROWS
    assert LedgerHead.objects.get().number == before + 1


def test_cancelled_import_ends_where_it_is(writer: Writer) -> None:
    path = send(writer, ndjson(*map(unit, range(ROWS))), mode="rows").headers["Location"]
    with worker() as running:
        wait_until(lambda: recorded() >= 100)
        with held_up() as stuck:
            stuck()
            at_end = recorded()
            answer = writer.api.delete(path, headers=writer.headers)
        wait_until(lambda: not Piece.objects.exists())
        # It lives on, and is told to stop as services are.
        following = send(writer, ndjson(unit(-1))).headers["Location"]
        wait_until(lambda: read(writer, following)["state"] == "done")
        running.send_signal(signal.SIGTERM)
        assert running.wait(timeout=10) == 0
    import_ = read(writer, path)

    assert answer.status_code == 200
    assert import_["state"] == "cancelled"
    assert import_["counts"]["added"] == at_end == recorded() - 1
    assert ImportedRow.objects.filter(of=import_["id"]).count() == at_end
