"""Lists: envelope, keyset pages, ordering, filters, and the refusal of what is not known."""

from decimal import Decimal

import pytest
from django.test import Client

from greenapi.urls import RESOURCES
from tests.bundled import BUNDLED
from tests.contract.client import ContractClient

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("resource", BUNDLED)
def test_list_answers_for_every_resource(api: ContractClient, dataset: None, resource: str) -> None:
    page = api.read(f"/api/v1/{resource}?page_size=1000")

    assert page["revision"] > 0
    assert page["results"]
    assert page["next"] is None and page["previous"] is None


@pytest.mark.parametrize("resource", BUNDLED)
def test_detail_is_the_row_of_the_list(api: ContractClient, dataset: None, resource: str) -> None:
    row = api.read(f"/api/v1/{resource}?page_size=1")["results"][0]

    detail = api.read(row["href"])

    assert {name: detail[name] for name in row} == row


@pytest.mark.parametrize("resource", BUNDLED)
@pytest.mark.parametrize("direction", ["", "-"])
def test_every_ordering_pages_through_every_row_once(
    api: ContractClient, dataset: None, resource: str, direction: str
) -> None:
    whole = api.read(f"/api/v1/{resource}?page_size=1000")["results"]
    for name in RESOURCES[resource].orderable:
        forwards: list[str] = []
        path: str | None = f"/api/v1/{resource}?page_size=31&ordering={direction}{name}"
        while path:
            last = api.read(path)
            forwards += [row["href"] for row in last["results"]]
            path = last["next"]
        backwards = [row["href"] for row in last["results"]]
        path = last["previous"]
        while path:
            page = api.read(path)
            backwards = [row["href"] for row in page["results"]] + backwards
            path = page["previous"]

        assert sorted(forwards) == sorted(row["href"] for row in whole)
        assert backwards == forwards


def test_ordering_puts_nulls_last_either_way(api: ContractClient, dataset: None) -> None:
    rising = [row["deadline"]["on"] for row in api.read("/api/v1/commitments?ordering=deadline_on")["results"]]
    falling = [row["deadline"]["on"] for row in api.read("/api/v1/commitments?ordering=-deadline_on")["results"]]

    stated = [day for day in rising if day is not None]
    assert stated and rising == sorted(stated) + [None] * (len(rising) - len(stated))
    assert falling == sorted(stated, reverse=True) + [None] * (len(rising) - len(stated))


def test_numbers_keep_their_digits(api: ContractClient, dataset: None) -> None:
    page = api.read("/api/v1/observations?comparator=lt")

    assert [row["value"] for row in page["results"]] == [Decimal("1.3")]


@pytest.mark.parametrize(
    ("query", "printed"),
    [
        ("comparator=roughly", None),
        ("comparator=nearly&document=scio-2023-02-03-green-development-white-paper", ["nearly 20,000"]),
        ("value__gte=12100000000", ["12.1 billion tons"]),
        ("value__gte=56.9&value__lte=57.1&unit=percent", ["57%"]),
        ("value_printed__contains=ELOW%201.3", ["below 1.3"]),
    ],
)
def test_filters_select(api: ContractClient, dataset: None, query: str, printed: list[str] | None) -> None:
    answer = api.get(f"/api/v1/observations?{query}")

    if printed is None:
        assert answer.status_code == 400
    else:
        assert [row["value_printed"] for row in answer.json()["results"]] == printed


def test_known_by_selects_what_had_been_said(api: ContractClient, dataset: None) -> None:
    before = api.read("/api/v1/observations?known_by=2022-03-31&page_size=1000")["results"]

    assert {row["stated_on"] for row in before} == {"2022-02-28"}


def test_unknown_parameter_names_the_nearest(api: ContractClient, dataset: None) -> None:
    answer = api.get("/api/v1/observations?indicatr=green-factories")

    assert answer.status_code == 400
    assert answer.json() == {
        "type": "/problems/unknown-parameter",
        "title": "There is no such parameter here.",
        "status": 400,
        "detail": None,
        "errors": [
            {
                "parameter": "indicatr",
                "pointer": None,
                "detail": "indicatr is not known here; the nearest is indicator.",
            }
        ],
    }


def test_final_slash_is_the_same_address(api: ContractClient, dataset: None) -> None:
    assert api.get("/api/v1/units/").content == api.get("/api/v1/units").content
    assert api.get("/api/v1/units/percent/").content == api.get("/api/v1/units/percent").content


def test_known_body_is_not_sent_again(api: ContractClient, dataset: None) -> None:
    first = api.get("/api/v1/units")

    second = api.get("/api/v1/units", headers={"if-none-match": first.headers["ETag"]})

    assert (second.status_code, second.content) == (304, b"")


def test_head_and_options_answer(api: ContractClient, dataset: None) -> None:
    head = api.head("/api/v1/units")

    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["Revision"] == api.get("/api/v1/units").headers["Revision"]
    assert api.options("/api/v1/units").headers["Allow"] == "GET, HEAD, OPTIONS, POST"


def test_links_in_bodies_are_paths(api: ContractClient, dataset: None) -> None:
    for resource in RESOURCES:
        assert b"http://localhost" not in api.get(f"/api/v1/{resource}").content


@pytest.mark.parametrize("resource", ["indicators", "observations"])
def test_row_that_matches_twice_is_given_once(api: ContractClient, dataset: None, resource: str) -> None:
    topics = ",".join(row["slug"] for row in api.read("/api/v1/topics?page_size=1000")["results"])
    found: list[str] = []
    path: str | None = f"/api/v1/{resource}?topic__in={topics}&page_size=7"
    while path:
        page = api.read(path)
        found += [row["href"] for row in page["results"]]
        path = page["next"]

    assert len(found) == len(set(found)) > 20


@pytest.mark.parametrize("query", ["slug=%20percent", "name__contains=%20%20percent"])
def test_white_space_is_part_of_a_value(api: ContractClient, dataset: None, query: str) -> None:
    assert api.read(f"/api/v1/units?{query}")["results"] == []


@pytest.mark.parametrize("query", ["slug=", "slug=%20", "slug__in=percent,,count", "slug__in=,"])
def test_empty_value_is_refused(api: ContractClient, dataset: None, query: str) -> None:
    assert api.get(f"/api/v1/units?{query}").status_code == 400


@pytest.mark.parametrize("key", ["01", "+1", "%201", "%D9%A1", "1%00"])
def test_row_has_one_address(api: ContractClient, dataset: None, key: str) -> None:
    assert api.get("/api/v1/revisions/1").status_code == 200
    assert api.get(f"/api/v1/revisions/{key}").status_code == 404


@pytest.mark.parametrize(
    ("as_of", "status"),
    [("9999-12-31T23:59:59-23:59", 422), ("0001-01-01T00:00:00%2B23:59", 200), ("0" * 30 + "1", 200)],
)
def test_as_of_at_the_ends_of_time(api: ContractClient, dataset: None, as_of: str, status: int) -> None:
    assert api.get(f"/api/v1/units?as_of={as_of}").status_code == status


@pytest.mark.parametrize("header", ["if-match", "if-unmodified-since"])
def test_reading_has_no_precondition(api: ContractClient, dataset: None, header: str) -> None:
    assert api.get("/api/v1/units/percent", headers={header: "Sat, 01 Jan 2000 00:00:00 GMT"}).status_code == 200


def test_answer_known_as_of_a_revision_keeps_its_moment(api: ContractClient, dataset: None) -> None:
    first = api.get("/api/v1/units?as_of=1")

    second = api.get("/api/v1/units?as_of=1", headers={"if-none-match": f'"x", W/{first.headers["ETag"]}'})

    assert second.status_code == 304
    for name in ("ETag", "Revision", "Memento-Datetime", "Cache-Control"):
        assert second.headers[name] == first.headers[name]


def test_offset_that_no_clock_has_is_refused(api: ContractClient, dataset: None) -> None:
    assert api.get("/api/v1/units?as_of=2024-01-01T00:00:00%2B08:60").status_code == 400


@pytest.mark.parametrize("path", ["/", "/health/live", "/api/v1/docs"])
def test_what_is_only_read_refuses_to_be_written_with_a_problem(dataset: None, path: str) -> None:
    answer = Client(enforce_csrf_checks=True, headers={"host": "localhost"}).post(path)

    assert answer.status_code in {403, 405}
    assert answer.headers["Content-Type"] == "application/problem+json"
