"""Numbers compared as the intervals they were stated as: certainly, possibly, and within one unit only."""

from decimal import Decimal
from itertools import product
from typing import Any
from uuid import UUID

import pytest
from django.db.models import QuerySet
from django.http import QueryDict
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from greenapi.ledger.identifiers import uuid7
from greenapi.rest.filters import ResourceFilterSet
from indicators.filters import CommitmentFilter, ObservationFilter
from indicators.measures import Bounds, MeasureError, stated_bounds
from indicators.models import Commitment, Observation
from tests.contract.client import ContractClient
from tests.factories import facts, sources
from tests.factories.revisions import change

pytestmark = pytest.mark.django_db

COMPARATORS = ["eq", "approx", "nearly", "gt", "ge", "lt", "le", "between"]
BEYOND = {
    "gte": lambda number: Bounds(lower=number, lower_closed=True),
    "gt": lambda number: Bounds(lower=number),
    "lte": lambda number: Bounds(upper=number, upper_closed=True),
    "lt": lambda number: Bounds(upper=number),
}
# Few enough for ends to meet, with the ends of the domain.
numbers = st.sampled_from([Decimal(text) for text in ("0", "0.5", "20", "20.0", "20.5", "21", "99.5", "100")])


@st.composite
def statements(draw: st.DrawFn) -> dict[str, Any]:
    comparator = draw(st.sampled_from(COMPARATORS))
    value, high = sorted([draw(numbers), draw(numbers)])
    return {"comparator": comparator, "value": value, "value_high": high if comparator == "between" else None}


def expected_bounds(statement: dict[str, Any]) -> Bounds | None:
    """What a statement of a share commits to; None where nothing is left within [0, 100]."""
    try:
        return stated_bounds(**statement, domain=facts.SHARE)
    except MeasureError:
        return None


def shown(kinds: type[ResourceFilterSet], rows: QuerySet[Any], query: str) -> set[UUID]:
    return {row.pk for row in kinds(QueryDict(query), queryset=rows).apply(rows)}


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(said=st.lists(statements(), min_size=1, max_size=6), number=numbers)
def test_filters_say_what_interval_arithmetic_says(db: None, said: list[dict[str, Any]], number: Decimal) -> None:
    intervals = {uuid7(): (statement, found) for statement in said if (found := expected_bounds(statement)) is not None}
    with change():
        indicator, scope, segment = facts.indicator(), facts.scope(), sources.segment()
        for identity, (statement, _) in intervals.items():
            facts.observation(
                id=identity,
                value_printed="so many",
                indicator=indicator,
                scope=scope,
                segment=segment,
                reference_period=None,
                **statement,
            )

    for sureness, (comparison, beyond) in product(("certainly", "possibly"), BEYOND.items()):
        query = f"unit={indicator.unit.slug}&value__{sureness}_{comparison}={number}"
        assert shown(ObservationFilter, Observation.objects.published(), query) == {
            identity
            for identity, (_, interval) in intervals.items()
            if (interval.within(beyond(number)) if sureness == "certainly" else interval.overlaps(beyond(number)))
        }


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("target_value__certainly_gte=50", True),
        ("target_value__certainly_gt=50", False),
        ("target_value__possibly_gt=99", True),
        ("target_value__possibly_gt=100", False),
        ("target_value__possibly_lt=50", False),
        ("target_value__certainly_lte=100", True),
    ],
)
def test_targets_are_compared_as_intervals_within_the_domain(db: None, query: str, *, found: bool) -> None:
    with change():
        indicator = facts.indicator()
        target: dict[str, Any] = {"target_comparator": "ge", "target_value": Decimal(50), "target_unit": indicator.unit}
        made = facts.commitment(target_indicator=indicator, **target)

    for unit in (f"target_unit={indicator.unit.slug}", f"target_indicator={indicator.slug}"):
        query = f"{unit}&{query}"
        assert shown(CommitmentFilter, Commitment.objects.published(), query) == ({made.pk} if found else set())


def test_other_units_are_never_compared(db: None) -> None:
    with change():
        indicator, tonne = facts.indicator(domain=None), facts.unit()
        share = facts.observation(indicator=indicator, comparator="eq", value=Decimal(30))
        facts.observation(indicator=indicator, comparator="eq", value=Decimal(30), unit=tonne)

    by_indicator = shown(
        ObservationFilter, Observation.objects.all(), f"indicator={indicator.slug}&value__certainly_gte=20"
    )
    by_unit = shown(ObservationFilter, Observation.objects.all(), f"unit={indicator.unit.slug}&value__possibly_lte=40")

    assert by_indicator == by_unit == {share.pk}


@pytest.mark.parametrize(
    ("path", "parameter", "needed"),
    [
        ("observations", "value__certainly_gte", "unit"),
        ("observations", "value__possibly_lt", "unit"),
        ("commitments", "target_value__possibly_lte", "target_unit"),
    ],
)
def test_comparison_without_a_unit_is_refused(
    api: ContractClient, dataset: None, path: str, parameter: str, needed: str
) -> None:
    answer = api.get(f"/api/v1/{path}?{parameter}=20&{needed}__in=percent,tonne")

    assert answer.status_code == 422
    (error,) = answer.json()["errors"]
    assert error["parameter"] == parameter
    assert f"`{needed}`" in error["detail"]


def test_numbers_are_taken_as_json_writes_them(api: ContractClient, dataset: None) -> None:
    def found(number: str) -> list[str]:
        return [row["id"] for row in api.read(f"/api/v1/observations?value__gte={number}&page_size=1000")["results"]]

    assert found("5e1") == found("50.0") == found("500E-1")
    assert found("9e999") == []
    assert found("1e-999") == found("0")
    assert api.get("/api/v1/observations?value__gte=1e9999").status_code == 400
