"""Two who write at the same moment: one effect where one was meant, and nobody overwrites what they did not see."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

from django.db import connection
from django.utils import timezone

from greenapi.ledger.models import LedgerHead, Revision
from greenapi.rest.idempotency import KEPT_FOR
from greenapi.rest.models import KeptAnswer
from indicators.models import Unit
from tests.contract.client import ContractClient, parse
from tests.ledger.second_writer import second_writer

from .writes import Writer, example_of

UNITS = "/api/v1/units"
PATIENCE = 20
HEADERS = ("ETag", "Location", "Revision", "Content-Type", "Cache-Control")


def at_once(*works: Callable[[], Any]) -> list[Any]:
    """Does all of them at the same moment, each with a connection of its own."""
    ready = Barrier(len(works))

    def run(work: Callable[[], Any]) -> Any:
        try:
            ready.wait(PATIENCE)
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works, timeout=PATIENCE))


def told(answer: Any) -> tuple[Any, ...]:
    return (answer.status_code, answer.content, *(answer.headers[name] for name in HEADERS))


def test_two_with_the_same_key_have_one_effect(ledger_db: None) -> None:
    writer = Writer(ContractClient())
    key = {"Idempotency-Key": '"one"'}

    answers = at_once(*[lambda: writer.post(UNITS, example_of("units"), **key)] * 4)

    assert {told(answer) for answer in answers} == {told(answers[0])}
    assert answers[0].status_code == 201, answers[0].content
    assert sorted(answer.headers.get("Idempotency-Replayed", "") for answer in answers) == ["", *["true"] * 3]
    assert (Unit.objects.count(), Revision.objects.count(), KeptAnswer.objects.count()) == (1, 1, 1)


def test_of_two_editors_who_saw_the_same_one_wins(ledger_db: None) -> None:
    writers = [Writer(ContractClient()) for _ in range(4)]
    path = writers[0].post(UNITS, example_of("units")).headers["Location"]
    etag = writers[0].etag(path)

    def edit(number: int) -> Any:
        return writers[number].patch(path, {"name": f"name {number}"}, **{"If-Match": etag})

    answers = at_once(*[lambda number=number: edit(number) for number in range(4)])

    (winner,) = (number for number, answer in enumerate(answers) if answer.status_code == 200)
    assert [answer.status_code for answer in answers].count(412) == 3
    now = writers[0].get(path)
    assert parse(now.content)["name"] == f"name {winner}"
    assert {answer.headers["ETag"] for answer in answers} == {now.headers["ETag"]}
    assert LedgerHead.objects.get().number == 2


def test_writer_who_waits_too_long_is_told_to_come_again(ledger_db: None) -> None:
    writer = Writer(ContractClient())
    key = {"Idempotency-Key": "one"}

    with second_writer():
        busy = writer.post(UNITS, example_of("units"), **key)
    again = writer.post(UNITS, example_of("units"), **key)

    assert (busy.status_code, busy.headers["Retry-After"]) == (503, "3")
    assert (again.status_code, "Idempotency-Replayed" in again.headers) == (201, False)


def test_answer_is_given_again_also_after_more_was_changed(ledger_db: None) -> None:
    writer, other = Writer(ContractClient()), Writer(ContractClient())
    made = writer.post(UNITS, example_of("units"), **{"Idempotency-Key": "make"})
    path = made.headers["Location"]
    first = {"If-Match": made.headers["ETag"], "Idempotency-Key": "change"}

    changed = writer.patch(path, {"name": "another"}, **first)
    again = writer.patch(path, {"name": "another"}, **first)
    gone = writer.delete(path, **{"Idempotency-Key": "take"})
    gone_again = writer.delete(path, **{"Idempotency-Key": "take", "If-Match": made.headers["ETag"]})

    assert told(again) == told(changed)
    assert (gone.status_code, gone_again.status_code, gone_again.headers["Idempotency-Replayed"]) == (204, 204, "true")
    assert told(writer.post(UNITS, example_of("units"), **{"Idempotency-Key": "make"})) == told(made)
    assert LedgerHead.objects.get().number == 3
    # A key is its user's own.
    assert other.post(UNITS, example_of("units"), **{"Idempotency-Key": "make"}).status_code == 201


def test_key_is_not_kept_of_what_failed_or_was_only_tried(ledger_db: None) -> None:
    writer = Writer(ContractClient())
    key = {"Idempotency-Key": "one"}

    refused = writer.post(UNITS, {**example_of("units"), "name": 5}, **key)
    tried = writer.post(f"{UNITS}?dry_run=true", example_of("units"), **key)
    made = writer.post(UNITS, example_of("units"), **key)
    tried_again = writer.post(f"{UNITS}?dry_run=true", {**example_of("units"), "slug": "other"}, **key)

    assert [answer.status_code for answer in (refused, tried, made, tried_again)] == [400, 200, 201, 200]
    assert "Idempotency-Replayed" not in made.headers


def test_key_is_forgotten_after_a_week(ledger_db: None) -> None:
    writer = Writer(ContractClient())
    writer.post(UNITS, example_of("units"), **{"Idempotency-Key": "one"})
    KeptAnswer.objects.update(kept_at=timezone.now() - KEPT_FOR - timedelta(seconds=1))

    other = writer.post(UNITS, {**example_of("units"), "slug": "other"}, **{"Idempotency-Key": "one"})

    assert other.status_code == 201
    assert list(KeptAnswer.objects.values_list("key", flat=True)) == ["one"]
    assert KeptAnswer.objects.filter(kept_at__lt=timezone.now() - timedelta(minutes=1)).count() == 0
