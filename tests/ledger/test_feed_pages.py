"""Which revisions a page of the feed holds: in order, whole, filtered, and with few queries."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from greenapi.ledger import stretches
from greenapi.ledger.identifiers import uuid7
from greenapi.ledger.models import ChangeClass
from greenapi.ledger.reading import reading
from indicators.models import (
    Unit,
)
from tests.factories import facts
from tests.factories.revisions import change

from .following import Copy, Rows, followed, page_after, pages, public_rows
from .telling import head, history


def test_pages_of_any_size_say_the_same(ledger_db: None) -> None:
    history()
    whole = followed()

    assert len(whole) > 8
    for size in (1, 2, 3):
        assert followed(revisions=size) == whole
        assert {len(page.revisions) for page in pages(revisions=size)} <= set(range(1, size + 1))


def test_copy_may_stop_and_start_again_at_every_revision(ledger_db: None) -> None:
    history()
    states: list[Rows] = [{}]
    copy = Copy()
    for changed in followed():
        copy.take(changed)
        states.append(dict(copy.rows))

    assert copy.rows == public_rows()
    for number, rows in enumerate(states):
        again = Copy(rows=dict(rows), number=number)
        for changed in followed(after=number):
            again.take(changed)
        assert again == copy
        with reading(as_of=number):
            assert rows == public_rows()


def test_page_at_the_head_is_empty_and_stays_there(ledger_db: None) -> None:
    with change():
        facts.unit()

    page = page_after(head())

    assert (page.revisions, page.last) == ([], head())


def test_resources_are_filtered_and_the_rest_is_passed_over(ledger_db: None) -> None:
    history()
    whole = followed()

    for names in ({"units"}, {"commitment-events", "event-citations"}, {"redactions"}, {"claim-links"}):
        expected = [
            (changed.revision.number, kept)
            for changed in whole
            if (kept := [change for change in changed.changes if change.resource in names])
        ]
        for size in (1, 1000):
            found = followed(revisions=size, resources=names)
            assert [(changed.revision.number, changed.changes) for changed in found] == expected
        assert [page.last for page in pages(resources=names)][-1] == head()


def test_change_classes_are_filtered(ledger_db: None) -> None:
    history()
    classes = {ChangeClass.RETRACTION, ChangeClass.REDACTION}
    expected = [each for each in followed() if each.revision.change_class in classes]

    assert {each.revision.change_class for each in expected} == classes
    assert followed(change_classes=classes) == expected
    assert followed(change_classes=classes, resources={"topics"}, revisions=1) == []
    assert followed(change_classes={"merge"}) == []


def test_filter_looks_only_so_far_ahead(ledger_db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    history()
    whole = followed(resources={"units", "redactions"})
    assert len(whole) > 2

    for name, least in (("MOST_PASSED", 3), ("MOST_LOOKED_AT", 1)):
        with monkeypatch.context() as patch:
            patch.setattr(stretches, name, least)
            assert page_after(0, resources={"units", "redactions"}).last < head()
            assert followed(resources={"units", "redactions"}) == whole


def test_page_ends_early_with_whole_revisions(ledger_db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stretches, "MOST_ROWS", 10)
    start = head()
    for rows in (4, 6, 1, 30, 2):
        with change():
            Unit.objects.bulk_create(units(rows))

    lengths = [[len(each.changes) for each in page.revisions] for page in pages(after=start)]
    of_units = [[len(each.changes) for each in page.revisions] for page in pages(after=start, resources={"units"})]

    assert lengths == [[4, 6], [1], [30], [2]]
    assert of_units == lengths


def units(number: int) -> list[Unit]:
    made = (uuid7() for _ in range(number))
    return [Unit(id=identity, slug=f"u-{identity}", name="u", quantity="ratio") for identity in made]


def test_revision_of_ten_thousand_rows_comes_whole(ledger_db: None) -> None:
    with change():
        Unit.objects.bulk_create(units(10_001))
    with change():
        facts.unit()

    first, second = pages(after=head() - 2)

    assert [len(each.changes) for each in first.revisions] == [10_001]
    assert [each.revision.number for each in second.revisions] == [head()]


def test_queries_do_not_grow_with_the_page(ledger_db: None) -> None:
    history()

    def queries(*, revisions: int) -> int:
        with CaptureQueriesContext(connection) as captured:
            page_after(0, revisions=revisions)
        return len(captured)

    assert queries(revisions=5) <= queries(revisions=1000) <= 14
