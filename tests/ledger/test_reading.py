"""Reading: present and past through the same querysets, from one snapshot; and which revision a moment means."""

from datetime import UTC, date, datetime, time, timedelta, timezone

import pytest
from django.db import DatabaseError, connection

from greenapi.ledger.models import Revision
from greenapi.ledger.reading import FutureRevisionError, Snapshot, reading, revision_at
from indicators.models import Indicator, Unit
from tests.factories import facts
from tests.factories.revisions import change

from .second_writer import elsewhere, second_writer

MICROSECOND = timedelta(microseconds=1)


def units() -> list[str]:
    return list(Unit.objects.order_by("slug").values_list("slug", flat=True))


def three_revisions() -> list[datetime]:
    """Makes three, each with a unit more, and gives back when they were recorded."""
    stamps = []
    for number in range(3):
        with change() as opened:
            facts.unit(slug=f"unit-{number}")
        stamps.append(opened.recorded_at)
    return stamps


def move_back(*, number: int, to: datetime) -> None:
    """Rewrites when a revision was recorded, which only the owner of a database that has its guards off can."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE ledger_revision DISABLE TRIGGER guard_revision")
        cursor.execute("UPDATE ledger_revision SET recorded_at = %s WHERE number = %s", [to, number])
        cursor.execute("ALTER TABLE ledger_revision ENABLE TRIGGER guard_revision")


def test_every_revision_is_read_as_it_was(ledger_db: None) -> None:
    stamps = three_revisions()

    read = []
    for number in range(4):
        with reading(as_of=number) as snapshot:
            read.append((snapshot, units()))

    assert read == [
        (Snapshot(number=0, recorded_at=None), []),
        (Snapshot(number=1, recorded_at=stamps[0]), ["unit-0"]),
        (Snapshot(number=2, recorded_at=stamps[1]), ["unit-0", "unit-1"]),
        (Snapshot(number=3, recorded_at=stamps[2]), ["unit-0", "unit-1", "unit-2"]),
    ]


def test_without_a_revision_the_newest_is_read(ledger_db: None) -> None:
    with reading() as empty:
        pass
    stamps = three_revisions()
    with reading() as snapshot:
        read = units()

    assert empty == Snapshot(number=0, recorded_at=None)
    assert (snapshot, read) == (Snapshot(number=3, recorded_at=stamps[2]), ["unit-0", "unit-1", "unit-2"])


def test_relations_filters_and_counts_are_of_the_past(dataset: None) -> None:
    with change():
        indicator = facts.indicator(unit=facts.unit(slug="ell", name="ell"))
    with change() as opened:
        Unit.objects.filter(slug="ell").update(name="fathom")
        Indicator.objects.filter(id=indicator.id).update(unit=facts.unit(slug="rod", name="rod"))

    with reading(as_of=opened.number - 1):
        assert Indicator.objects.select_related("unit").get(id=indicator.id).unit.name == "ell"
        assert Indicator.objects.filter(unit__name="ell").count() == 1
        assert not Indicator.objects.filter(unit__slug="rod").exists()
    assert Indicator.objects.select_related("unit").get(id=indicator.id).unit.name == "rod"
    assert Unit.objects.get(slug="ell").name == "fathom"


def test_revision_to_come_is_refused(ledger_db: None) -> None:
    three_revisions()

    with pytest.raises(FutureRevisionError), reading(as_of=4):
        pass
    assert units() == ["unit-0", "unit-1", "unit-2"]


@pytest.mark.parametrize("as_of", [None, 1])
def test_nothing_is_written_while_reading(ledger_db: None, as_of: int | None) -> None:
    three_revisions()

    with pytest.raises(DatabaseError), reading(as_of=as_of):
        Unit.objects.update(name="changed")
    with pytest.raises(RuntimeError), reading(as_of=as_of), change():
        Unit.objects.update(name="changed")

    assert not Unit.objects.filter(name="changed").exists()


def test_connection_reads_the_present_after_an_error_in_the_past(ledger_db: None) -> None:
    three_revisions()

    with pytest.raises(ZeroDivisionError), reading(as_of=1):
        raise ZeroDivisionError
    with pytest.raises(DatabaseError), reading(as_of=1), connection.cursor() as cursor:
        cursor.execute("SELECT no_such_column FROM unit")

    assert units() == ["unit-0", "unit-1", "unit-2"]


@pytest.mark.parametrize("as_of", [None, 1])
def test_snapshot_stays_while_others_commit(ledger_db: None, as_of: int | None) -> None:
    with change():
        facts.unit(slug="first")

    with reading(as_of=as_of) as snapshot:
        before = units()
        with second_writer() as other:
            other.finish()
        after = units()

    assert (snapshot.number, before, after) == (1, ["first"], ["first"])
    assert units() == ["first", "from-the-second-writer"]


def test_moment_means_the_last_revision_recorded_by_then(ledger_db: None) -> None:
    stamps = three_revisions()

    assert [revision_at(stamp) for stamp in stamps] == [1, 2, 3]
    assert [revision_at(stamp - MICROSECOND) for stamp in stamps] == [0, 1, 2]
    assert revision_at(stamps[1].astimezone(timezone(timedelta(hours=8)))) == 2


def test_day_means_its_end_in_utc(ledger_db: None) -> None:
    three_revisions()
    day = datetime.now(UTC).date() - timedelta(days=10)
    midnight = datetime.combine(day + timedelta(days=1), time.min, UTC)
    move_back(number=1, to=midnight - MICROSECOND)
    move_back(number=2, to=midnight)

    assert revision_at(day - timedelta(days=1)) == 0
    assert revision_at(day) == 1
    assert revision_at(day + timedelta(days=1)) == 2


@pytest.mark.parametrize("moment", [date.min, date(1970, 1, 1), datetime(2000, 1, 1, tzinfo=UTC)])
def test_moment_before_the_first_revision_is_before_all(ledger_db: None, moment: date) -> None:
    three_revisions()

    assert revision_at(moment) == 0


@pytest.mark.parametrize("ahead", [timedelta(seconds=30), timedelta(days=1), timedelta(days=365_000)])
def test_moment_to_come_is_refused(ledger_db: None, ahead: timedelta) -> None:
    three_revisions()
    moment = datetime.now(UTC) + ahead

    with pytest.raises(FutureRevisionError):
        revision_at(moment)
    with pytest.raises(FutureRevisionError):
        revision_at(moment.date() + timedelta(days=1))


def test_day_that_has_not_ended_is_still_to_come(ledger_db: None) -> None:
    three_revisions()

    with pytest.raises(FutureRevisionError):
        revision_at(datetime.now(UTC).date() + timedelta(days=1))


def test_moment_that_was_answered_takes_no_revision_any_more(ledger_db: None) -> None:
    three_revisions()
    moment = datetime.now(UTC)
    answered = revision_at(moment)

    with change() as later:
        facts.unit(slug="later")

    assert answered == 3
    assert later.recorded_at > moment
    assert revision_at(moment) == 3


@pytest.mark.parametrize(("rolls_back", "expected"), [(False, 4), (True, 3)])
def test_answer_waits_for_a_writer_that_may_still_be_recorded_by_then(
    ledger_db: None, *, rolls_back: bool, expected: int
) -> None:
    three_revisions()

    with second_writer(rolls_back=rolls_back) as other:
        moment = datetime.now(UTC)
        assert other.opened.recorded_at < moment
        with elsewhere(lambda: revision_at(moment)) as answer:
            # Asking before the last close never waits; asking after it does, until the writer is done.
            assert revision_at(other.opened.recorded_at - timedelta(days=1)) == 0
            assert not answer.done()
            other.finish()
            assert answer.result(10) == expected
    with change() as later:
        facts.unit(slug="later")

    assert revision_at(moment) == expected
    assert later.recorded_at > moment


def test_ledger_itself_is_read_as_it_was(ledger_db: None) -> None:
    three_revisions()

    with reading(as_of=2):
        assert list(Revision.objects.values_list("number", flat=True)) == [1, 2]
