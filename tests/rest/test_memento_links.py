"""The relations of an answer: its time gate, its time map, and the versions before and after it."""

from urllib.parse import quote

import pytest
from django.test import Client

from greenapi.rest.mementos import MAX_LINKED
from indicators import changes
from indicators.models import Unit
from tests.contract.client import ContractClient
from tests.factories import facts, sources
from tests.factories.revisions import change

from .moments import head, links, settled

pytestmark = pytest.mark.django_db


def at(date: str) -> dict[str, str]:
    return {"accept-datetime": date}


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
    assert {answer.headers["Vary"].replace(" Accept,", "") for answer in live.values()} == {
        "Accept-Datetime, Authorization, origin"
    }
    assert [
        name for answer in live.values() for name in ("Memento-Datetime", "Content-Location") if name in answer
    ] == []


def test_list_as_of_a_revision_names_the_revisions_around(api: ContractClient, dataset: None) -> None:
    with change():
        facts.unit()
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
    with change():
        facts.unit()
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
