"""What a page costs does not depend on how many rows it has."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from greenapi.urls import RESOURCES
from tests.contract.client import ContractClient

pytestmark = pytest.mark.django_db

# Transaction, snapshot, keys, rows, and one for each to-many relation that the rows show.
LIMITS = {
    "speakers": 8,
    "briefings": 7,
    "documents": 7,
    "indicators": 7,
    "observations": 10,
    "commitments": 15,
    "commitment-events": 9,
}
PLAIN = 6


def queries(api: ContractClient, path: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        api.read(path)
    return len(captured)


@pytest.mark.parametrize("resource", RESOURCES)
def test_queries_of_a_page_are_constant(api: ContractClient, dataset: None, resource: str) -> None:
    one, three, hundred = (queries(api, f"/api/v1/{resource}?page_size={size}") for size in (1, 3, 100))

    # Fewer only where no row of the page has anything at the far end of a relation.
    assert one <= three <= hundred <= LIMITS.get(resource, PLAIN)
