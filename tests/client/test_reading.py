"""Reading the real application: every resource, lists, rows, and what their values are."""

from dataclasses import fields
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from greenapi_client import GreenAPI, Resource, errors
from tests.bundled import BUNDLED

from .wsgi_adapter import WSGIAdapter

pytestmark = pytest.mark.usefixtures("dataset")


def resource_of(api: GreenAPI, name: str) -> Resource[Any, Any]:
    found = getattr(api, name.replace("-", "_"))
    assert isinstance(found, Resource)
    return found


@pytest.mark.parametrize("name", BUNDLED)
def test_every_row_of_every_resource_is_read_whole(green: GreenAPI, name: str) -> None:
    rows = list(resource_of(green, name).list(page_size=1000))

    assert rows
    assert [row.extra for row in rows] == [{}] * len(rows)


@pytest.mark.parametrize("name", BUNDLED)
def test_a_row_is_got_by_itself_and_by_its_key(green: GreenAPI, name: str) -> None:
    resource = resource_of(green, name)
    row = next(iter(resource.list()))

    got = resource.get(row)

    assert got == resource.get(row.href.rpartition("/")[2])
    for field in fields(row):
        assert getattr(got, field.name) == getattr(row, field.name)


def test_a_list_is_lazy_and_can_be_iterated_again(green: GreenAPI, adapter: WSGIAdapter) -> None:
    units = green.units.list(page_size=2)
    assert adapter.asked == []

    first = list(units)
    asked = len(adapter.asked)
    second = list(units)

    assert first == second
    assert asked == -(-len(first) // 2)
    assert len(adapter.asked) == 2 * asked


def test_pages_are_read_when_they_are_asked_for(green: GreenAPI, adapter: WSGIAdapter) -> None:
    pages = green.commitments.list(page_size=10).pages()

    page = next(pages)

    assert len(adapter.asked) == 1
    assert len(page.results) == 10
    assert page.next is not None and page.previous is None
    assert page.recorded_at is not None and page.recorded_at.tzinfo is UTC
    assert {following.revision for following in pages} == {page.revision}


def test_first_reads_one_row(green: GreenAPI, adapter: WSGIAdapter) -> None:
    first = green.observations.list(ordering="-stated_on", page_size=50).first()

    assert first == next(iter(green.observations.list(ordering="-stated_on")))
    assert "page_size=1&" in f"{adapter.asked[0]}&"
    assert green.observations.list(comparator="eq", speaker="nobody").first() is None


def test_values_are_exact_and_typed(green: GreenAPI) -> None:
    below = green.observations.list(comparator="lt").first()
    pledge = green.commitments.list(deadline_on__isnull=False).first()
    revision = green.revisions.get(1)

    assert below is not None and pledge is not None
    assert (below.value, below.bounds.upper, below.bounds.upper_closed) == (Decimal("1.3"), Decimal("1.3"), False)
    assert Decimal("1.29") in below.bounds and Decimal("1.3") not in below.bounds
    assert str(below.bounds) == "[1, 1.3)"
    assert type(below.id) is UUID
    assert type(below.stated_on) is date
    assert type(pledge.deadline.on) is date
    assert type(revision.recorded_at) is datetime
    assert revision.recorded_at.tzinfo is UTC


def test_a_fact_gives_the_words_that_state_it(green: GreenAPI) -> None:
    for fact in [*green.observations.list(), *green.commitments.list()]:
        cited = {part.part: part.citation for part in reversed(fact.citations)}

        assert fact.citation == cited.get("value", cited.get("whole"))


def test_every_kind_of_value_filters(green: GreenAPI) -> None:
    wanted = green.observations.list(indicator="green-factories").first()
    assert wanted is not None and wanted.speaker is not None and wanted.reference_period is not None

    cases: list[dict[str, Any]] = [
        {"id": wanted.id},
        {"id__in": [wanted.id, str(wanted.id)]},
        {"value": wanted.value, "indicator": wanted.indicator},
        {"value__gte": 2783, "value__lte": 2783.0},
        {"value": Decimal("2783.000"), "stated_on": wanted.stated_on},
        {"speaker": wanted.speaker, "unit__in": (wanted.unit, "percent"), "indicator": "green-factories"},
        {"reference_period": wanted.reference_period, "value": 2783, "area__isnull": wanted.area is None},
        {"segment": wanted.segment, "indicator": wanted.indicator},
    ]
    for filters in cases:
        assert list(green.observations.list(**filters)) == [wanted], filters
    whole = green.revisions.get(1)
    assert [row.number for row in green.revisions.list(recorded_at__lte=whole.recorded_at)] == [1]


def test_text_with_signs_arrives_as_it_is(green: GreenAPI) -> None:
    exact = next(cited.exact for cited in green.citations.list(page_size=1000) if "," in cited.exact)

    assert {cited.exact for cited in green.citations.list(exact=exact)} == {exact}
    assert list(green.citations.list(exact="100% & +more; #«»\n")) == []


@pytest.mark.parametrize("key", ["no-such", "a/b", "a?b#c", "%2e", "é"])
def test_an_unknown_key_is_not_found(green: GreenAPI, key: str) -> None:
    with pytest.raises(errors.NotFound) as caught:
        green.units.get(key)

    assert caught.value.problem.status == 404
    assert "There is nothing at this address." in str(caught.value)


def test_an_unknown_filter_names_the_nearest(green: GreenAPI) -> None:
    with pytest.raises(errors.UnknownParameter) as caught:
        list(green.observations.list(indicatr="green-factories"))

    assert [(error.parameter, error.pointer) for error in caught.value.errors] == [("indicatr", None)]
    assert "the nearest is indicator" in str(caught.value)


def test_an_invalid_value_names_its_filter(green: GreenAPI) -> None:
    with pytest.raises(errors.InvalidParameter) as caught:
        green.observations.list(value__gte="many").first()

    assert [error.parameter for error in caught.value.errors] == ["value__gte"]
    assert isinstance(caught.value, errors.Invalid)
