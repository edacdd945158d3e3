"""The plans of lists: a page is found by an index, in its order, before anything is joined to its rows."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from greenapi.ledger.identifiers import uuid7
from greenapi.ledger.models import Revision
from greenapi.ledger.reading import reading
from indicators.models import Indicator, Observation, ObservationCitation
from tests.contract.client import ContractClient
from tests.factories import facts
from tests.factories.revisions import change

INDICATORS = 60
OF_EACH = 50


def copy(row: Any, **values: Any) -> Any:
    """A record like one that is there, not yet in the database."""
    kept = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
    return type(row)(**{**kept, "id": uuid7(), **values})


@pytest.fixture
def many(ledger_db: None) -> str:
    """Many observations of many indicators, each stated on a day of its own; the slug of one of the indicators."""
    with change():
        first = facts.observation()
        cited = first.cited_parts.get()
        indicators = [copy(first.indicator, slug=f"mills-{n}") for n in range(INDICATORS)]
        Indicator.objects.bulk_create(indicators)
        rows = [
            copy(
                first,
                indicator_id=indicators[n % INDICATORS].id,
                stated_on=date(2001, 1, 1) + timedelta(days=n),
                value=Decimal(n),
            )
            for n in range(INDICATORS * OF_EACH)
        ]
        Observation.objects.bulk_create(rows)
        ObservationCitation.objects.bulk_create([copy(cited, observation_id=row.id) for row in rows])
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return str(indicators[0].slug)


def plan(api: ContractClient, query: str, *, as_of: int | None = None) -> str:
    """How Postgres chooses the rows of a page."""
    pinned = "" if as_of is None else f"&as_of={as_of}"
    with CaptureQueriesContext(connection) as captured:
        api.read(f"/api/v1/observations?page_size=100&{query}{pinned}")
    chosen = next(found["sql"] for found in captured if 'FROM "observation"' in found["sql"])
    with reading(as_of=as_of), connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {chosen.replace('%', '%%')}")
        return "\n".join(line for (line,) in cursor.fetchall())


CASES = {
    "ordering=-stated_on": ("observation_stated_on_falling", "observation_version_stated_on_falling_id"),
    "ordering=stated_on": ("observation_stated_on_rising", "observation_version_stated_on_id"),
    "ordering=value&value__gte=10": ("observation_value", "observation_version_value_id"),
    "known_by=2001-01-09&ordering=-stated_on": ("observation_stated_on_", "observation_version_stated_on_"),
    "indicator={one}": ("observation_indicator_id", "observation_version_indicator_id"),
    "indicator={one}&ordering=-stated_on": ("observation_indicator_id", "observation_version_indicator_id"),
}


def test_page_is_found_by_an_index(api: ContractClient, many: str) -> None:
    newest = Revision.objects.count()
    for query, indexes in CASES.items():
        for index, as_of in zip(indexes, (None, newest), strict=True):
            found = plan(api, query.format(one=many), as_of=as_of)

            assert f" using {index}" in found or f" on {index}" in found, f"{query} as of {as_of}:\n{found}"
            assert "Seq Scan on observation" not in found, f"{query} as of {as_of}:\n{found}"
