"""`as_of`, unknown and repeated parameters, and empty ones."""

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

import pytest

from greenapi.ledger.models import LedgerHead, Revision
from greenapi.ledger.reading import FutureRevisionError
from greenapi.rest.parameters import as_of_number
from greenapi.rest.problems import Problem
from tests.bundled import BUNDLED
from tests.contract.client import ContractClient
from tests.factories import facts
from tests.factories.revisions import change

pytestmark = pytest.mark.django_db


def problem(api: ContractClient, path: str) -> tuple[int, str, list[Any]]:
    """Status, type and errors of an answer that is a problem."""
    answer = api.get(path)
    assert answer.headers["Content-Type"] == "application/problem+json", answer.content
    body = answer.json()
    return answer.status_code, body["type"].removeprefix("/problems/"), body["errors"]


def test_no_as_of_is_none(dataset: None) -> None:
    assert as_of_number(None) is None


@pytest.mark.parametrize(("text", "number"), [("0", 0), ("1", 1), ("0001", 1), ("9223372036854775807", 2**63 - 1)])
def test_number_is_a_revision(text: str, number: int) -> None:
    assert as_of_number(text) == number


@pytest.mark.parametrize("text", ["9223372036854775808", "9" * 30, "9" * 5000])
def test_number_beyond_all_revisions_is_to_come(text: str) -> None:
    with pytest.raises(FutureRevisionError):
        as_of_number(text)


def test_moment_is_the_last_revision_by_then(dataset: None) -> None:
    with change() as opened:
        facts.unit()
    stamp = opened.recorded_at
    utc = stamp.strftime("%Y-%m-%dT%H:%M:%S.%f")
    east = (stamp + timedelta(hours=8)).strftime("%Y-%m-%dT%H:%M:%S.%f")

    assert as_of_number(f"{utc}Z") == opened.number
    assert as_of_number(f"{utc.lower()}z") == opened.number
    assert as_of_number(f"{utc}+00:00") == opened.number
    assert as_of_number(f"{east}+08:00") == opened.number
    assert as_of_number(f"{east} 08:00") == opened.number  # a plus sign that was not escaped
    assert as_of_number(f"{utc}-08:00".replace(utc, (stamp - timedelta(hours=8)).strftime("%Y-%m-%dT%H:%M:%S.%f"))) == (
        opened.number
    )
    before = (stamp - timedelta(microseconds=1)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    assert as_of_number(before) == opened.number - 1


def test_day_before_the_first_revision_is_before_all(dataset: None) -> None:
    assert as_of_number("1999-12-31") == 0
    assert as_of_number("0001-01-01") == 0


NONSENSE = [
    "",
    " ",
    "-1",
    "+1",
    "1.0",
    "1e3",
    "0x1",
    "١",
    "１",
    "latest",
    "now",
    "2026-13-01",
    "2026-02-30",
    "2026-2-1",
    "2026-0201",
    "2026-W05",
    "2026-03-01T12:00",
    "2026-03-01T12:00:00",
    "2026-03-01 12:00:00Z",
    "2026-03-01T25:00:00Z",
    "2026-03-01T12:60:00Z",
    "2026-03-01T12:00:00+25:00",
    "2026-03-01T12:00:00.1234567Z",
    "2026-03-01T12:00:00+08",
    "2026-03-01T12:00:00ZZ",
    "2026-03-01\n",
    "1\n",
    "0000-01-01",
    "infinity",
    "epoch",
]


@pytest.mark.parametrize("text", NONSENSE)
def test_as_of_that_names_nothing_is_refused(text: str) -> None:
    with pytest.raises(Problem) as caught:
        as_of_number(text)
    assert caught.value.type.slug == "invalid-as-of"


def test_as_of_to_come_is_refused(api: ContractClient, dataset: None) -> None:
    head = LedgerHead.objects.get().number
    tomorrow = datetime.now(UTC) + timedelta(days=1)

    for text in (str(head + 1), tomorrow.date().isoformat(), tomorrow.strftime("%Y-%m-%dT%H:%M:%SZ"), "9999-12-31"):
        assert problem(api, f"/api/v1/units?as_of={text}")[:2] == (422, "future-as-of")
    assert api.get(f"/api/v1/units?as_of={head}").status_code == 200


def test_naive_as_of_says_what_is_missing(api: ContractClient, dataset: None) -> None:
    answer = api.get("/api/v1/units?as_of=2026-03-01T12:00:00")

    assert answer.status_code == 400
    assert "offset" in answer.json()["detail"]


@pytest.mark.parametrize("resource", BUNDLED)
def test_every_list_and_detail_refuses_what_it_does_not_know(api: ContractClient, dataset: None, resource: str) -> None:
    row = api.read(f"/api/v1/{resource}?page_size=1")["results"][0]

    assert problem(api, f"/api/v1/{resource}?no_such_thing=1")[:2] == (400, "unknown-parameter")
    assert problem(api, f"{row['href']}?no_such_thing=1")[:2] == (400, "unknown-parameter")
    assert problem(api, f"{row['href']}?page_size=1")[:2] == (400, "unknown-parameter")


def test_every_unknown_parameter_is_named(api: ContractClient, dataset: None) -> None:
    status, kind, errors = problem(api, "/api/v1/observations?valu__gte=1&page_sise=2&unit=percent")

    assert (status, kind) == (400, "unknown-parameter")
    assert [(error["parameter"], error["detail"]) for error in errors] == [
        ("valu__gte", "valu__gte is not known here; the nearest is value__gte."),
        ("page_sise", "page_sise is not known here; the nearest is page_size."),
    ]


@pytest.mark.parametrize(
    "name", ["Unit", "UNIT", "unit ", "unit[]", "unit__exact", "unit__slug", "unit__slug__startswith"]
)
def test_parameter_must_be_spelt_exactly(api: ContractClient, dataset: None, name: str) -> None:
    assert problem(api, f"/api/v1/observations?{quote(name)}=percent")[:2] == (400, "unknown-parameter")


def test_long_or_unprintable_name_is_not_repeated(api: ContractClient, dataset: None) -> None:
    answer = api.get(f"/api/v1/units?{'x' * 5000}=1&%00%1B=2")

    assert answer.status_code == 400
    assert len(answer.content) < 1000
    assert b"\x1b" not in answer.content and b"u001b is not known" not in answer.content


@pytest.mark.parametrize(
    "query",
    [
        "unit=percent&unit=count",
        "as_of=1&as_of=1",
        "page_size=1&page_size=2",
        "cursor=a&cursor=b",
        "ordering=id&ordering=id",
    ],
)
def test_parameter_given_twice_is_refused(api: ContractClient, dataset: None, query: str) -> None:
    status, kind, errors = problem(api, f"/api/v1/observations?{query}")

    assert (status, kind) == (400, "invalid-parameter")
    assert [error["parameter"] for error in errors] == [query.partition("=")[0]]


@pytest.mark.parametrize("name", ["unit", "as_of", "cursor", "page_size", "ordering", "value__gte", "q"])
def test_parameter_without_a_value_is_refused(api: ContractClient, dataset: None, name: str) -> None:
    status, kind, _ = problem(api, f"/api/v1/observations?{name}=")

    assert (status, kind) in {(400, "invalid-parameter"), (400, "unknown-parameter")}


def test_as_of_counts_revisions_of_the_ledger(api: ContractClient, dataset: None) -> None:
    assert Revision.objects.count() == LedgerHead.objects.get().number
    assert api.get("/api/v1/revisions?as_of=1").json()["results"] == [
        row for row in api.get("/api/v1/revisions").json()["results"] if row["number"] == 1
    ]
