"""Mementos: the past asked for by `Accept-Datetime`, and the headers that lead from one version to the next."""

from datetime import UTC, datetime

import pytest
from django.utils.http import http_date

from indicators import changes
from indicators.models import Observation, Unit
from tests.bundled import BUNDLED
from tests.contract.client import ContractClient
from tests.factories import facts
from tests.factories.revisions import change

from .moments import head, links, settled

pytestmark = pytest.mark.django_db

LONG_AGO = "Sun, 06 Nov 1994 08:49:37 GMT"


def at(date: str) -> dict[str, str]:
    return {"accept-datetime": date}


def test_header_has_the_answer_of_the_revision_that_stood_then(api: ContractClient, dataset: None) -> None:
    then = head()
    date = settled(then)
    paths = [f"/api/v1/{resource}?page_size=2" for resource in BUNDLED]
    paths += [api.read(path)["results"][0]["href"] for path in paths]
    with change():
        Unit.objects.update(name="changed")
        for fact in Observation.objects.published():
            changes.withdraw(fact)

    for path in paths:
        negotiated = api.get(path, headers=at(date))
        location = f"{path}{'&' if '?' in path else '?'}as_of={then}"
        named = api.get(location)
        assert (negotiated.status_code, negotiated.headers["Revision"]) == (200, str(then))
        assert negotiated.headers["Content-Location"] == location
        assert negotiated.content == named.content
        assert negotiated.headers["Memento-Datetime"] == named.headers["Memento-Datetime"] == date
        assert links(negotiated) == links(named)
    assert (
        api.get("/api/v1/units?page_size=2").content != api.get("/api/v1/units?page_size=2", headers=at(date)).content
    )


def test_memento_datetime_leads_back_to_its_revision(api: ContractClient, dataset: None) -> None:
    with change():
        facts.unit()
    then = head()
    settled(then)
    with change():
        facts.unit()
    given = api.get(f"/api/v1/units?as_of={then}").headers["Memento-Datetime"]

    assert api.get("/api/v1/units", headers=at(given)).headers["Revision"] == str(then)


def test_answer_that_a_header_chose_is_not_kept_under_the_plain_address(api: ContractClient, dataset: None) -> None:
    date = settled(1)

    for path in ("/api/v1/units", "/api/v1/units/percent"):
        negotiated, named = api.get(path, headers=at(date)), api.get(f"{path}?as_of=1")
        assert (negotiated.headers["Cache-Control"], negotiated.headers["Vary"].replace(" Accept,", "")) == (
            "public, no-cache",
            "Accept-Datetime, Authorization, origin",
        )
        assert "max-age" in named.headers["Cache-Control"]
        assert "Accept-Datetime" not in named.headers["Vary"]


def test_listing_that_a_header_chose_goes_on_by_its_cursor(api: ContractClient, dataset: None) -> None:
    then = head()
    whole = [row["slug"] for row in api.read("/api/v1/units?page_size=1000")["results"]]
    date = settled(then)
    with change():
        facts.unit(slug="a-new-one")

    page = api.get("/api/v1/units?page_size=4", headers=at(date)).json()
    found = [row["slug"] for row in page["results"]]
    while page["next"]:
        answer = api.get(page["next"])
        page = answer.json()
        assert (answer.headers["Revision"], answer.headers["Memento-Datetime"]) == (str(then), date)
        found += [row["slug"] for row in page["results"]]

    assert found == whole


def test_before_the_first_revision_nothing_is_there(api: ContractClient, dataset: None) -> None:
    answer = api.get("/api/v1/units", headers=at(LONG_AGO))

    assert (answer.json()["revision"], answer.json()["results"]) == (0, [])
    assert answer.headers["Content-Location"] == "/api/v1/units?as_of=0"
    assert "Memento-Datetime" not in answer.headers
    assert links(answer)["successor-version"] == "/api/v1/units?as_of=1"
    assert "predecessor-version" not in links(answer)


MALFORMED = [
    "",
    "yesterday",
    "1",
    "2026-03-01",
    "2026-03-01T12:00:00Z",
    "Sun, 06 Nov 1994 08:49:37",
    "Sun, 06 Nov 1994 08:49:37 +0000",
    "Sun, 6 Nov 1994 08:49:37 GMT",
    "Mon, 06 Nov 1994 08:49:37 GMT",
    "Sun, 31 Nov 1994 08:49:37 GMT",
    "Sun, 06 Nov 1994 08:49:60 GMT",
    "Sunday, 06-Nov-94 08:49:37 GMT",
    "Sun Nov  6 08:49:37 1994",
    "Sun, 06 Nov 0094 08:49:37 GMT",
    f"{LONG_AGO}, {LONG_AGO}",
    "x" * 5000,
]


@pytest.mark.parametrize("date", MALFORMED, ids=lambda date: date[:40])
@pytest.mark.parametrize("path", ["/api/v1/units", "/api/v1/units/no-such-unit"])
def test_what_is_no_http_date_is_refused(api: ContractClient, dataset: None, path: str, date: str) -> None:
    answer = api.get(path, headers=at(date))

    assert (answer.status_code, answer.json()["type"]) == (400, "/problems/invalid-as-of")
    assert answer.headers["Vary"].replace(" Accept,", "") == "Accept-Datetime, Authorization, origin"


@pytest.mark.parametrize("date", ["Fri, 31 Dec 9999 23:59:59 GMT", "Wed, 01 Jan 2200 00:00:00 GMT"])
def test_date_to_come_is_the_future(api: ContractClient, dataset: None, date: str) -> None:
    answer = api.get("/api/v1/units/percent", headers=at(date))

    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/future-as-of")


def test_date_long_ago_is_answered(api: ContractClient, dataset: None) -> None:
    answer = api.get("/api/v1/units", headers=at(http_date(datetime(101, 2, 3, tzinfo=UTC).timestamp())))

    assert (answer.status_code, answer.json()["revision"]) == (200, 0)


@pytest.mark.parametrize("date", [LONG_AGO, "no date at all"])
def test_address_that_names_its_revision_ignores_the_header(api: ContractClient, dataset: None, date: str) -> None:
    for path in (
        "/api/v1/units?as_of=1",
        "/api/v1/units/percent?as_of=1",
        api.read("/api/v1/units?page_size=1")["next"],
    ):
        plain, negotiated = api.get(path), api.get(path, headers=at(date))
        assert (negotiated.status_code, negotiated.content) == (200, plain.content)
        assert "Accept-Datetime" not in negotiated.headers["Vary"]
        assert "Content-Location" not in negotiated.headers


def test_page_that_a_cursor_names_is_a_memento(api: ContractClient, dataset: None) -> None:
    with change() as opened:
        facts.unit()
    second = api.read("/api/v1/units?page_size=1")["next"]
    with change():
        facts.unit()

    answer = api.get(second)

    assert answer.headers["Revision"] == str(opened.number)
    assert "Memento-Datetime" in answer.headers
    assert links(answer) == {
        "original": "/api/v1/units?page_size=1",
        "timegate": "/api/v1/units?page_size=1",
        "timemap": "/api/v1/revisions",
        "predecessor-version": f"/api/v1/units?page_size=1&as_of={opened.number - 1}",
        "successor-version": f"/api/v1/units?page_size=1&as_of={opened.number + 1}",
    }
