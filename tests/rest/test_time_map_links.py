"""The time map as links (RFC 7089), for those who ask for them."""

import re

import pytest
from django.test import Client

from indicators.models import Unit
from tests.contract.client import ContractClient
from tests.factories import facts
from tests.factories.revisions import change

from .moments import links
from .time_maps import history_of_a_unit

pytestmark = pytest.mark.django_db

MEMENTO = re.compile(r'<(?P<href>[^>]*)>; rel="(?P<relation>[^"]*)"(; datetime="(?P<datetime>[^"]*)")?')


def links_of(client: Client, path: str) -> list[tuple[str, str]]:
    """(relations, target) of each line of a time map in the format of links."""
    answer = client.get(path, headers={"accept": "application/link-format"})
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/link-format")
    found = []
    for line in answer.content.decode().rstrip("\n").split(",\n"):
        match = MEMENTO.match(line)
        assert match is not None, line
        if "memento" in match["relation"]:
            assert match["datetime"] == client.get(match["href"]).headers["Memento-Datetime"]
        found.append((match["relation"], match["href"]))
    return found


def test_time_map_is_told_as_links_too(api: ContractClient, dataset: None) -> None:
    with change() as made:
        facts.unit(slug="ell")
    with change() as renamed:
        Unit.objects.filter(slug="ell").update(slug="fathom")
    with change() as named:
        Unit.objects.filter(slug="fathom").update(name="fathom")
    with change():
        Unit.objects.filter(slug="fathom").delete()

    path = links(api.get(f"/api/v1/units/fathom?as_of={named.number}"))["timemap"]

    assert path == "/api/v1/units/fathom/revisions"
    assert links_of(api, path) == [
        ("original timegate", "/api/v1/units/fathom"),
        ("self timemap", path),
        ("first memento", f"/api/v1/units/ell?as_of={made.number}"),
        ("memento", f"/api/v1/units/fathom?as_of={renamed.number}"),
        ("last memento", f"/api/v1/units/fathom?as_of={named.number}"),
    ]


def test_only_version_is_the_first_and_the_last(api: ContractClient, dataset: None) -> None:
    assert links_of(api, "/api/v1/units/percent/revisions")[2:] == [
        ("first last memento", "/api/v1/units/percent?as_of=1")
    ]


@pytest.mark.parametrize(("ordering", "ends"), [("number", ["first", "last"]), ("-number", ["last", "first"])])
def test_pages_of_links_lead_to_each_other(api: ContractClient, dataset: None, ordering: str, ends: list[str]) -> None:
    path = f"{history_of_a_unit(5)}?page_size=2&ordering={ordering}"

    first = dict(links_of(api, path))
    second = dict(links_of(api, first["next timemap"]))
    third = dict(links_of(api, second["next timemap"]))

    assert first["self timemap"] == path
    assert second["self timemap"] == first["next timemap"]
    assert third["prev timemap"] and "next timemap" not in third
    assert [set(page) & {"first memento", "last memento"} for page in (first, second, third)] == [
        {f"{ends[0]} memento"},
        set(),
        {f"{ends[1]} memento"},
    ]


def test_caches_tell_links_from_json(api: ContractClient, dataset: None) -> None:
    path = "/api/v1/units/percent/revisions"
    as_json, as_links = api.get(path), api.get(path, headers={"accept": "application/link-format"})

    assert {name.strip() for name in as_json.headers["Vary"].split(",")} == {
        "Accept",
        "Accept-Datetime",
        "Authorization",
        "origin",
    }
    assert as_json.headers["Vary"] == as_links.headers["Vary"]
    assert as_json.headers["ETag"] != as_links.headers["ETag"]
    assert api.get(path, headers={"accept": "text/html"}).status_code == 406
    known = {"accept": "application/link-format", "if-none-match": as_links.headers["ETag"]}
    assert api.get(path, headers=known).status_code == 304
