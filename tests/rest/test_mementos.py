"""Mementos: the past asked for by `Accept-Datetime`, and the headers that lead from one version to the next."""

from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client
from django.utils.http import http_date

from greenapi.ledger.models import ChangeClass
from greenapi.ledger.redaction import redact
from greenapi.rest.mementos import MAX_LINKED
from indicators import changes
from indicators.models import Commitment, Observation, Unit
from tests.bundled import BUNDLED
from tests.contract.client import ContractClient
from tests.factories import facts, sources
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
        assert (negotiated.headers["Cache-Control"], negotiated.headers["Vary"]) == (
            "public, no-cache",
            "Accept-Datetime",
        )
        assert "max-age" in named.headers["Cache-Control"]
        assert "Vary" not in named.headers


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
    assert answer.headers["Vary"] == "Accept-Datetime"


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
        assert "Vary" not in negotiated.headers
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


def test_live_answer_names_its_time_gate_and_time_map(api: ContractClient, dataset: None) -> None:
    listed = "/api/v1/units?name__contains=per%20c&page_size=3"
    live = {path: api.get(path) for path in (listed, "/api/v1/units/percent", "/api/v1/units/percent/")}

    assert links(live[listed]) == {
        "original": "/api/v1/units?name__contains=per+c&page_size=3",
        "timegate": "/api/v1/units?name__contains=per+c&page_size=3",
        "timemap": "/api/v1/revisions",
    }
    for path in ("/api/v1/units/percent", "/api/v1/units/percent/"):
        assert links(live[path]) == {
            "original": "/api/v1/units/percent",
            "timegate": "/api/v1/units/percent",
            "timemap": "/api/v1/units/percent/revisions",
        }
        assert 'rel="timemap"; type="application/link-format"' in live[path].headers["Link"]
    assert {answer.headers["Vary"] for answer in live.values()} == {"Accept-Datetime"}
    assert [
        name for answer in live.values() for name in ("Memento-Datetime", "Content-Location") if name in answer
    ] == []


def test_list_as_of_a_revision_names_the_revisions_around(api: ContractClient, dataset: None) -> None:
    newest = head()
    path = "/api/v1/units?as_of={}"

    assert around(api, path.format(newest)) == [path.format(newest - 1), None]
    assert around(api, path.format(1)) == [None, path.format(2)]
    assert around(api, path.format(0)) == [None, path.format(1)]
    with change():
        facts.unit()
    assert around(api, path.format(newest)) == [path.format(newest - 1), path.format(newest + 1)]


def around(api: Client, path: str) -> list[str | None]:
    """The predecessor and the successor that an answer names."""
    found = links(api.get(path))
    return [found.get("predecessor-version"), found.get("successor-version")]


def test_detail_names_the_versions_before_and_after(api: ContractClient, dataset: None) -> None:
    with change() as made:
        facts.unit(slug="ell")
    with change():
        facts.unit(slug="another")
    with change() as renamed:
        Unit.objects.filter(slug="ell").update(slug="fathom")
    with change():
        Unit.objects.filter(slug="another").update(name="changed")
    with change() as changed:
        Unit.objects.filter(slug="fathom").update(name="changed")
    first = f"/api/v1/units/ell?as_of={made.number}"
    second = f"/api/v1/units/fathom?as_of={renamed.number}"
    third = f"/api/v1/units/fathom?as_of={changed.number}"

    assert around(api, first) == [None, second]
    assert around(api, f"/api/v1/units/ell?as_of={made.number + 1}") == [None, second]
    assert around(api, second) == [first, third]
    assert around(api, f"/api/v1/units/fathom?as_of={renamed.number + 1}") == [first, third]
    assert around(api, third) == [second, None]


def test_version_of_a_fact_is_what_the_public_saw_of_it(api: ContractClient, dataset: None) -> None:
    with change():
        fact = facts.observation(published=False)
    with change():
        changes.submit(fact, by="ada")
    with change() as published:
        changes.publish(fact, by="bea")
    with change() as cited:
        place = sources.citation(of=fact.segment.document_version, exact="2030")
        changes.cite(fact, parts=[*((row.part, row.citation) for row in fact.cited_parts.all()), ("period", place)])
    with change():
        changes.withdraw(fact)
    path = f"/api/v1/observations/{fact.id}"

    assert around(api, f"{path}?as_of={published.number}") == [None, f"{path}?as_of={cited.number}"]
    assert around(api, f"{path}?as_of={cited.number}") == [f"{path}?as_of={published.number}", None]


def test_revision_itself_has_no_versions(api: ContractClient, dataset: None) -> None:
    answer = api.get("/api/v1/revisions/1?as_of=2")

    assert links(answer)["timemap"] == "/api/v1/revisions"
    assert around(api, "/api/v1/revisions/1?as_of=2") == [None, None]


def test_not_modified_keeps_the_relations(api: ContractClient, dataset: None) -> None:
    first = api.get("/api/v1/units/percent", headers=at(settled(1)))

    again = api.get("/api/v1/units/percent", headers={**at(settled(1)), "if-none-match": first.headers["ETag"]})

    assert (again.status_code, again.content) == (304, b"")
    for name in ("ETag", "Revision", "Memento-Datetime", "Content-Location", "Link", "Vary", "Cache-Control"):
        assert again.headers[name] == first.headers[name]


def test_very_long_address_is_not_repeated_in_a_header(api: ContractClient, dataset: None) -> None:
    answer = api.get(f"/api/v1/units?as_of=1&slug__in={','.join(['percent'] * 1000)}")

    assert links(answer) == {"timemap": "/api/v1/revisions"}
    assert len(answer.headers["Link"]) < MAX_LINKED


def test_what_an_address_repeats_is_escaped(api: ContractClient, dataset: None) -> None:
    odd = 'a">, <b>; rel="x\r\n\u202e😀'
    answer = api.get(f"/api/v1/units?name={quote(odd)}")

    assert set(links(answer)) == {"original", "timegate", "timemap"}
    assert api.get(links(answer)["original"]).content == answer.content


def kind(api: Client, path: str) -> tuple[int, Any]:
    answer = api.get(path)
    return answer.status_code, answer.json().get("type")


NOT_FOUND = (404, "/problems/not-found")
NOT_YET = (404, "/problems/not-yet-recorded")


def test_missing_row_has_the_same_answer_for_ever(api: ContractClient, dataset: None) -> None:
    """Asked before and after it is recorded, renamed, and recorded again under the old name."""
    numbers = [head()]
    told: dict[int, bytes] = {}

    def ask_again() -> None:
        for number in numbers:
            path = f"/api/v1/units/ell?as_of={number}"
            content = api.get(path).content
            assert told.setdefault(number, content) == content
        with change():
            facts.unit()
        numbers.append(head())

    ask_again()
    with change():
        facts.unit(slug="ell")
    numbers.append(head())
    ask_again()
    with change():
        Unit.objects.filter(slug="ell").update(slug="fathom")
    numbers.append(head())
    ask_again()
    with change():
        facts.unit(slug="ell")
    numbers.append(head())
    ask_again()
    ask_again()

    found = [kind(api, f"/api/v1/units/ell?as_of={number}") for number in numbers]
    there = (200, None)
    assert found == [NOT_YET, NOT_YET, there, there, NOT_FOUND, NOT_FOUND, there, there, there]
    assert kind(api, "/api/v1/units/fathom") == there


def test_missing_fact_has_the_same_answer_for_ever(api: ContractClient, dataset: None) -> None:
    """A draft is told as if nothing were there, and so is what is published only later."""
    with change():
        fact = facts.observation(published=False)
    path = f"/api/v1/observations/{fact.id}"
    numbers = [head()]
    draft = api.get(f"{path}?as_of={head()}").content
    with change():
        changes.submit(fact, by="ada")
    numbers.append(head())
    with change():
        changes.publish(fact, by="bea")
    numbers.append(head())
    with change():
        changes.withdraw(fact)
    numbers.append(head())
    withdrawn = api.get(f"{path}?as_of={head()}").content
    with change():
        facts.unit()

    assert [kind(api, f"{path}?as_of={number}") for number in numbers] == [NOT_YET, NOT_YET, (200, None), NOT_FOUND]
    assert api.get(f"{path}?as_of={numbers[0]}").content == draft
    assert api.get(f"{path}?as_of={numbers[3]}").content == withdrawn
    assert kind(api, path) == NOT_FOUND


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/observations/1",
        "/api/v1/revisions/01",
        "/api/v1/revisions/0",
        "/api/v1/revisions/-1",
        "/api/v1/units/%00",
    ],
)
def test_key_that_no_row_can_have_is_not_found_as_of_any_revision(
    api: ContractClient, dataset: None, path: str
) -> None:
    assert [kind(api, path), kind(api, f"{path}?as_of=0"), kind(api, f"{path}?as_of=1")] == [NOT_FOUND] * 3


def test_revision_is_not_yet_recorded_as_of_one_before(api: ContractClient, dataset: None) -> None:
    newest = head()
    later = f"/api/v1/revisions/{newest + 1}?as_of={newest}"
    before = api.get(later).content

    with change():
        facts.unit()

    assert kind(api, later) == NOT_YET
    assert api.get(later).content == before
    assert kind(api, f"/api/v1/revisions/{newest + 5}") == NOT_FOUND


def test_redacted_record_is_gone_as_of_every_revision_that_had_it(api: ContractClient, dataset: None) -> None:
    before = head()
    with change():
        fact = facts.commitment(cited=False)
    with change():
        facts.unit()
    with change(change_class=ChangeClass.REDACTION) as redaction:
        redact(Commitment, fact.id, authority="A court", reason="A name")
    path = f"/api/v1/commitments/{fact.id}"
    gone = (410, "/problems/redacted")

    assert [kind(api, f"{path}?as_of={number}") for number in (before, before + 1, before + 2)] == [NOT_YET, gone, gone]
    assert kind(api, path) == gone
    assert api.get(path).json()["detail"] == f"Revision {redaction.number} redacted it."
