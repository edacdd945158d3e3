"""`count`, `facets`, many keys at once, and the latest of each series."""

from collections import Counter
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from greenapi.urls import RESOURCES
from tests.bundled import BUNDLED
from tests.contract.client import ContractClient
from tests.factories import facts, sources
from tests.factories.revisions import change

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("resource", BUNDLED)
def test_count_is_of_all_pages(api: ContractClient, dataset: None, resource: str) -> None:
    whole = api.read(f"/api/v1/{resource}?page_size=1000")

    page = api.read(f"/api/v1/{resource}?page_size=2&count=true")

    assert page["count"] == len(whole["results"])
    assert "count" not in whole and "count" not in api.read(f"/api/v1/{resource}?count=false")


def test_count_is_of_the_revision_that_is_read(api: ContractClient, dataset: None) -> None:
    first = api.read("/api/v1/units?page_size=2&count=true")
    with change():
        facts.unit()

    assert api.read(first["next"])["count"] == first["count"]
    assert api.read("/api/v1/units?count=true")["count"] == first["count"] + 1
    assert api.read("/api/v1/units?count=true&as_of=0")["count"] == 0


@pytest.mark.parametrize(
    "asked", ["count=1", "count=yes", "facets=valeu", "facets=unit,unit", "facets=value", "facets=,"]
)
def test_other_totals_are_refused(api: ContractClient, dataset: None, asked: str) -> None:
    answer = api.get(f"/api/v1/observations?{asked}")

    assert (answer.status_code, answer.json()["errors"][0]["parameter"]) == (400, asked.partition("=")[0])


@pytest.mark.parametrize("resource", [name for name in BUNDLED if RESOURCES[name].facets])
def test_every_facet_counts_what_its_filter_selects(api: ContractClient, dataset: None, resource: str) -> None:
    facets = RESOURCES[resource].facets
    found = api.read(f"/api/v1/{resource}?facets={','.join(facets)}")["facets"]

    assert list(found) == list(facets)
    for name, values in found.items():
        assert values == sorted(values, key=lambda one: (-one["count"], one["value"] is None, one["value"]))
        for one in [*values[:2], *values[-1:]]:
            if one["value"] in (None, ""):
                continue  # asked for by `__isnull`, or not at all
            value = str(one["value"]).lower() if isinstance(one["value"], bool) else one["value"]
            page = api.read(f"/api/v1/{resource}?{name}={value}&count=true&page_size=1")
            assert page["count"] == one["count"], (name, value)


def test_facets_are_of_what_filters_select(api: ContractClient, dataset: None) -> None:
    page = api.read("/api/v1/observations?comparator__in=gt,nearly&facets=indicator,comparator&page_size=1000")

    for name, key in (
        ("indicator", lambda row: row["indicator"]["slug"]),
        ("comparator", lambda row: row["comparator"]),
    ):
        assert {one["value"]: one["count"] for one in page["facets"][name]} == Counter(map(key, page["results"]))


def test_totals_cost_one_query_each(api: ContractClient, dataset: None) -> None:
    def queries(more: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            api.read(f"/api/v1/commitments?page_size=3{more}")
        return len(captured)

    assert queries("&count=true") == queries("") + 1
    assert queries("&facets=topic,fulfilment,is_overdue") == queries("") + 3


def test_many_keys_are_asked_for_at_once(api: ContractClient, dataset: None) -> None:
    rows = api.read("/api/v1/commitments?page_size=1000")["results"]
    ids = [row["id"] for row in rows]
    unknown = "01a20156-843b-75e5-b45f-fbd69ab71118"

    page = api.read(f"/api/v1/commitments?page_size=1000&id__in={','.join([*reversed(ids), unknown])}")
    slugs = api.read("/api/v1/units?slug__in=tonne,percent,no-such-unit")["results"]

    assert page["results"] == rows  # in the order of the listing, not of the question
    assert [row["slug"] for row in slugs] == ["percent", "tonne"]


def test_number_of_keys_is_limited(api: ContractClient, dataset: None) -> None:
    ids = [f"01a20156-843b-75e5-b45f-{n:012x}" for n in range(1001)]

    assert api.get(f"/api/v1/observations?id__in={','.join(ids[:1000])}").status_code == 200
    answer = api.get(f"/api/v1/observations?id__in={','.join(ids)}")
    assert (answer.status_code, answer.json()["errors"][0]["detail"]) == (400, "Give at most 1000 values.")


@pytest.fixture
def series(db: None) -> dict[str, Any]:
    """Observations of one indicator: by name, the later ones first."""
    with change():
        indicator, scope = facts.indicator(), facts.scope()
        common: dict[str, Any] = {"indicator": indicator, "scope": scope}
        early, late = (facts.period(start_on=date(y, 1, 1), end_on=date(y, 12, 31)) for y in (2030, 2032))
        stated: dict[str, Any] = {"reference_period_basis": "stated"}
        older, newer = (
            sources.segment(of=sources.version(of=sources.document(briefing=sources.briefing(held_on=day))))
            for day in (date(2033, 1, 1), date(2033, 1, 2))
        )
        return {
            "indicator": indicator,
            "none": facts.observation(**common, segment=newer, reference_period=None),
            "early": facts.observation(**common, segment=newer, reference_period=early, **stated),
            "late": facts.observation(**common, segment=older, reference_period=late, **stated),
            "late again": facts.observation(**common, segment=newer, reference_period=late, **stated),
            "draft": facts.observation(**common, segment=newer, reference_period=late, **stated, published=False),
            "elsewhere": facts.observation(**{**common, "scope": facts.scope()}, segment=older, reference_period=None),
        }


@pytest.mark.parametrize(
    ("query", "latest"),
    [
        ("latest=true", {"late again", "elsewhere"}),
        ("latest=true&known_by=2033-01-01", {"late", "elsewhere"}),
        ("latest=true&reference_period_end_on__lte=2031-01-01", {"early"}),
        ("latest=false", {"none", "early", "late", "late again", "elsewhere"}),
    ],
)
def test_latest_of_each_series_among_what_filters_select(
    api: ContractClient, series: dict[str, Any], query: str, latest: set[str]
) -> None:
    page = api.read(f"/api/v1/observations?indicator={series['indicator'].slug}&{query}&count=true")

    assert {row["id"] for row in page["results"]} == {str(series[name].pk) for name in latest}
    assert page["count"] == len(latest)


def test_latest_pages_and_is_asked_of_the_past(api: ContractClient, dataset: None) -> None:
    whole = api.read("/api/v1/observations?latest=true&page_size=1000")
    found: list[str] = []
    path = f"/api/v1/observations?latest=true&page_size=7&as_of={whole['revision']}"
    while path:
        page = api.read(path)
        found += [row["id"] for row in page["results"]]
        path = page["next"]

    assert found == [row["id"] for row in whole["results"]]
    assert len({row["indicator"]["slug"] for row in whole["results"]}) == len(
        api.read("/api/v1/observations?facets=indicator")["facets"]["indicator"]
    )
    assert api.get("/api/v1/observations?latest=true&view=all").status_code == 422
