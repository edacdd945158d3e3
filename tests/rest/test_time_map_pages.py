"""Time maps page by page, and what they refuse."""

import pytest

from indicators.models import Unit
from tests.contract.client import ContractClient
from tests.factories import facts
from tests.factories.revisions import change

from .moments import head
from .time_maps import history_of_a_unit, rows

pytestmark = pytest.mark.django_db


def test_time_map_as_of_a_revision_never_changes(api: ContractClient, dataset: None) -> None:
    path = history_of_a_unit(3)
    numbers = range(head() + 1)
    before = [api.get(f"{path}?as_of={number}").content for number in numbers]
    as_links = [api.get(f"{path}?as_of={number}", headers={"accept": "application/link-format"}) for number in numbers]
    whole = rows(api, path)
    with change():
        Unit.objects.filter(slug="ell").update(name="later", slug="fathom")
    with change():
        Unit.objects.filter(slug="fathom").delete()
    with change():
        facts.unit(slug="ell")

    assert [api.get(f"{path}?as_of={number}").content for number in numbers] == before
    assert [
        api.get(f"{path}?as_of={number}", headers={"accept": "application/link-format"}).content for number in numbers
    ] == [answer.content for answer in as_links]
    made = whole[0]["number"]
    assert [api.get(f"{path}?as_of={number}").status_code for number in numbers] == [
        404 if number < made else 200 for number in numbers
    ]
    assert rows(api, f"{path}?as_of={whole[1]['number']}") == whole[:2]


@pytest.mark.parametrize("ordering", ["number", "-number"])
def test_time_map_is_read_page_by_page(api: ContractClient, dataset: None, ordering: str) -> None:
    path = history_of_a_unit(5)
    whole = api.read(f"{path}?ordering={ordering}")
    pages = [api.read(f"{path}?page_size=2&ordering={ordering}")]
    while pages[-1]["next"]:
        with change():
            Unit.objects.filter(slug="ell").update(name=f"later {head()}")
        pages.append(api.read(pages[-1]["next"]))

    numbers = [row["number"] for row in whole["results"]]
    assert numbers == sorted(numbers, reverse=ordering.startswith("-"))
    assert [row for page in pages for row in page["results"]] == whole["results"]
    assert {page["revision"] for page in pages} == {whole["revision"]}
    assert api.read(pages[-1]["previous"])["results"] == pages[-2]["results"]


@pytest.mark.parametrize(
    ("query", "problem"),
    [
        ("page_size=101", "invalid-parameter"),
        ("ordering=reason", "invalid-parameter"),
        ("actor=ada", "unknown-parameter"),
        ("cursor=abc", "invalid-cursor"),
        ("as_of=yesterday", "invalid-as-of"),
        ("as_of=", "invalid-parameter"),
    ],
)
def test_what_a_time_map_does_not_know_is_refused(api: ContractClient, dataset: None, query: str, problem: str) -> None:
    answer = api.get(f"/api/v1/units/percent/revisions?{query}")

    assert (answer.status_code, answer.json()["type"]) == (400, f"/problems/{problem}")


@pytest.mark.parametrize("key", ["no-such-unit", "%00", "Percent"])
def test_record_that_never_was_has_no_time_map(api: ContractClient, dataset: None, key: str) -> None:
    assert api.get(f"/api/v1/units/{key}/revisions").json()["type"] == "/problems/not-found"
