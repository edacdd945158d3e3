"""The newest changes: the same, however little is looked at at a time, and as the feed of changes has them."""

import pytest

from greenapi.ledger.feed import changes_after
from greenapi.ledger.models import LedgerHead
from greenapi.ledger.newest import MOST_STRETCHES, Place, RecordChange, newest_changes
from greenapi.ledger.reading import reading
from indicators import changes
from indicators.models import Commitment, Observation
from tests.factories import facts
from tests.factories.revisions import change

pytestmark = pytest.mark.django_db

MODELS = (Observation, Commitment)
Told = tuple[int, str, str]


def told(found: list[RecordChange]) -> list[Told]:
    return [(each.revision.number, str(each.id), each.op) for each in found]


def walk(*, rows: int, at_most: int = 1000, ops: tuple[str, ...] = ("insert", "update", "delete")) -> list[list[Told]]:
    """The changes of each page, to the end."""
    pages = []
    place: Place | None = Place(number=LedgerHead.objects.get().number)
    while place is not None:
        page = newest_changes(
            MODELS, start=place, at_most=at_most, wanted=lambda change: change.op in ops, rows_at_a_time=rows
        )
        pages.append(told(page.changes))
        place = page.following
    return pages


def write_history() -> None:
    with change():
        fact, pledge = facts.observation(), facts.commitment()
    for value in (21, 22):
        with change():
            Observation.objects.filter(id=fact.id).update(value=value)
    with change():
        changes.withdraw(Observation.objects.get(id=fact.id))
    with change():
        Commitment.objects.filter(id=pledge.id).update(title="Otherwise")
        facts.observation()


def test_changes_are_those_of_the_feed(dataset: None) -> None:
    write_history()
    head = LedgerHead.objects.get().number
    with reading():
        following = changes_after(0, head=head, revisions=head)
    expected = [
        (each.revision.number, str(made.id), made.op)
        for each in following.revisions
        for made in each.changes
        if made.resource in {"observations", "commitments"}
    ]

    (found,) = walk(rows=100_000)

    assert found == sorted(expected, reverse=True)
    assert {op for _, _, op in found} == {"insert", "update", "delete"}


@pytest.mark.parametrize(("rows", "at_most"), [(1, 7), (2, 1000), (5, 50), (100_000, 3)])
def test_however_little_is_looked_at_nothing_is_skipped_or_repeated(dataset: None, rows: int, at_most: int) -> None:
    write_history()
    (whole,) = walk(rows=100_000)

    pages = walk(rows=rows, at_most=at_most)

    assert [each for page in pages for each in page] == whole
    assert all(len(page) <= at_most for page in pages)


def test_page_ends_without_any_when_it_has_looked_far(dataset: None) -> None:
    """What is wanted lies below more revisions than one page looks at."""
    with change():
        fact = facts.commitment()
    with change():
        changes.withdraw(Commitment.objects.get(id=fact.id))
    with change() as again:
        Commitment.objects.filter(id=fact.id).update(state="published")
    for number in range(MOST_STRETCHES + 1):
        with change():
            Commitment.objects.filter(id=fact.id).update(title=str(number))

    pages = walk(rows=1, ops=("delete",))

    assert pages[0] == []
    assert [each for page in pages for each in page] == [(again.number - 1, str(fact.id), "delete")]
