"""Revisions: gapless numbers in commit order, all or nothing, one writer at a time, readers never waiting."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from time import monotonic

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from greenapi.ledger.identifiers import uuid7
from greenapi.ledger.models import ChangeClass, LedgerHead, Revision
from greenapi.ledger.reading import reading
from greenapi.ledger.revisions import NoRevisionError, WriterBusyError, current_revision, revision
from indicators import changes
from indicators.models import Unit
from tests.factories import facts
from tests.factories.revisions import change

from .second_writer import PATIENCE, RolledBackError, second_writer


def numbers() -> list[int]:
    return list(Revision.objects.order_by("number").values_list("number", flat=True))


def lose(*, slug: str) -> None:
    """Records a unit, and then fails."""
    facts.unit(slug=slug)
    raise RolledBackError


def test_numbers_are_gapless_from_one(ledger_db: None) -> None:
    opened = []
    for _ in range(3):
        with change() as found:
            facts.unit()
        opened.append(found.number)

    assert opened == numbers() == [1, 2, 3]
    assert LedgerHead.objects.get().number == 3


def test_revision_keeps_who_why_and_when(ledger_db: None) -> None:
    before = datetime.now(UTC)
    with revision(actor="ada", reason="Read again", change_class=ChangeClass.OUR_CORRECTION) as opened:
        facts.unit()

    stored = Revision.objects.values("number", "recorded_at", "actor", "reason", "change_class").get()
    assert stored == {
        "number": 1,
        "recorded_at": opened.recorded_at,
        "actor": "ada",
        "reason": "Read again",
        "change_class": "our_correction",
    }
    assert (opened.actor, opened.reason, opened.change_class) == ("ada", "Read again", ChangeClass.OUR_CORRECTION)
    assert before < opened.recorded_at < datetime.now(UTC)


def test_rollback_gives_the_number_back(ledger_db: None) -> None:
    with change():
        facts.unit(slug="kept")
    with pytest.raises(RolledBackError), change() as lost:
        lose(slug="lost")
    with change() as after:
        facts.unit(slug="after")

    assert (lost.number, after.number) == (2, 2)
    assert numbers() == [1, 2]
    assert list(Unit.objects.values_list("slug", flat=True)) == ["after", "kept"]


def test_database_error_inside_rolls_the_revision_back(ledger_db: None) -> None:
    with change():
        facts.unit(slug="twice")
    again = [Unit(id=uuid7(), slug=slug, name=slug, quantity="ratio") for slug in ("lost", "twice")]
    with pytest.raises(IntegrityError, match="unit_slug"), change():
        Unit.objects.bulk_create(again, batch_size=1)

    assert numbers() == [1]
    assert list(Unit.objects.values_list("slug", flat=True)) == ["twice"]


def test_nothing_changed_makes_no_revision(ledger_db: None) -> None:
    with change():
        unit = facts.unit(slug="metre", name="metre")
    with change():
        pass
    with change():
        unit.save()
    with change():
        facts.unit(slug="metre", name="metre")
    with change():
        Unit.objects.filter(slug="none").update(name="nothing")
        Unit.objects.filter(slug="none").delete()

    assert numbers() == [1]
    assert LedgerHead.objects.get().number == 1
    with change() as after:
        facts.unit()
    assert after.number == 2


@pytest.mark.parametrize("blank", ["", " ", "\n\t "])
@pytest.mark.parametrize("field", ["actor", "reason"])
def test_blank_actor_or_reason_is_refused(db: None, field: str, blank: str) -> None:
    before = numbers()
    given = {"actor": "ada", "reason": "because", field: blank}

    opening = revision(**given, change_class=ChangeClass.ENRICHMENT)
    with pytest.raises(IntegrityError, match=f"ledger_revision_{field}_given"), opening:
        facts.unit()

    assert numbers() == before


def test_unknown_change_class_is_refused(db: None) -> None:
    opening = revision(actor="ada", reason="because", change_class="whim")  # type: ignore[arg-type]
    with pytest.raises(IntegrityError, match="ledger_revision_change_class_known"), opening:
        facts.unit()


def test_nested_revision_is_refused_and_the_outer_one_goes_on(ledger_db: None) -> None:
    with change() as outer:
        facts.unit(slug="before")
        with pytest.raises(RuntimeError), change():
            facts.unit(slug="inside")
        assert current_revision() == outer
        facts.unit(slug="behind")

    assert numbers() == [1]
    assert list(Unit.objects.values_list("slug", flat=True)) == ["before", "behind"]


def test_second_opening_in_one_transaction_is_refused_by_the_database(ledger_db: None) -> None:
    again = "SELECT ledger_open('ada', 'again', 'enrichment')"

    with change(), connection.cursor() as cursor:
        facts.unit()
        with pytest.raises(DatabaseError, match="already open"), transaction.atomic():
            cursor.execute(again)
    assert numbers() == [1]


def test_revision_inside_an_open_transaction_is_refused(ledger_db: None) -> None:
    with transaction.atomic(), pytest.raises(RuntimeError), change():
        facts.unit()

    assert numbers() == []
    assert not Unit.objects.exists()


def test_verbs_need_an_open_revision(db: None) -> None:
    with pytest.raises(NoRevisionError):
        changes.record_units([{"slug": "metre", "name": "metre", "quantity": "length"}])
    with change():
        facts.unit(slug="metre")
    with pytest.raises(NoRevisionError):
        current_revision()


def test_writer_waits_for_another_at_most_three_seconds(ledger_db: None) -> None:
    with second_writer() as other:
        before = monotonic()
        with pytest.raises(WriterBusyError), change():
            facts.unit(slug="refused")
        waited = monotonic() - before
        other.finish()
    with change() as mine:
        facts.unit(slug="at-last")

    assert 2.5 < waited < 10
    assert (other.opened.number, mine.number) == (1, 2)
    assert set(Unit.objects.values_list("slug", flat=True)) == {"from-the-second-writer", "at-last"}


def test_readers_do_not_wait_for_an_open_writer(ledger_db: None) -> None:
    with change():
        facts.unit(slug="first")
    with second_writer() as other:
        with reading() as snapshot:
            live = list(Unit.objects.values_list("slug", flat=True))
        with reading(as_of=1):
            past = list(Unit.objects.values_list("slug", flat=True))
        assert not other.release.is_set() and not other.done.done()

    assert (snapshot.number, live, past) == (1, ["first"], ["first"])


def test_writers_in_a_row_take_turns(ledger_db: None) -> None:
    def write(name: str) -> None:
        try:
            for number in range(5):
                with change(actor=name):
                    facts.unit(slug=f"{name}-{number}")
        finally:
            connection.close()

    names = ["ada", "bea", "cem", "dag"]
    with ThreadPoolExecutor(len(names)) as pool:
        for done in [pool.submit(write, name) for name in names]:
            done.result(PATIENCE)

    stored = list(Revision.objects.order_by("number").values_list("number", "recorded_at", "actor"))
    assert [number for number, _, _ in stored] == list(range(1, 21))
    assert all(earlier < later for (_, earlier, _), (_, later, _) in pairwise(stored))
    assert sorted(actor for _, _, actor in stored) == sorted(names * 5)


def test_recorded_at_increases_even_when_the_clock_stands_behind(ledger_db: None) -> None:
    with change() as first:
        facts.unit()
    ahead = first.recorded_at + timedelta(hours=1)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE ledger_head SET closed_at = %s", [ahead])
    stamps = []
    for _ in range(2):
        with change() as opened:
            facts.unit()
        stamps.append(opened.recorded_at)

    assert stamps == [ahead + timedelta(microseconds=1), ahead + timedelta(microseconds=2)]
