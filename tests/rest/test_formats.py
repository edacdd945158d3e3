"""How a request chooses what its answer is written in."""

from typing import Any

import pytest
from rest_framework.request import Request
from rest_framework.test import APIRequestFactory

from greenapi.rest.formats import Format, Negotiation
from greenapi.rest.problems import Problem
from greenapi.rest.representation import JSONRenderer
from tests.contract.client import ContractClient


class Table(Format):
    """A format that has two media types."""

    format = "table"
    media_type = "text/csv"
    also = ("application/csv",)
    charset = "utf-8"


class Linked(Format):
    """A format of a media type that `application/*` covers."""

    format = "linked"
    media_type = "application/ld+json"


def chosen(query: str = "", **headers: str) -> str:
    """The name of the format that a request chooses among these three."""
    request = Request(APIRequestFactory().get(f"/api/v1/units{query}", headers=headers))
    renderer, media_type = Negotiation().select_renderer(request, [JSONRenderer(), Table(), Linked()])
    assert media_type == renderer.media_type
    return str(renderer.format)


@pytest.mark.parametrize(
    ("accept", "name"),
    [
        ("*/*", "json"),
        ("", "json"),
        (",", "json"),
        ("application/*", "json"),
        ("text/*", "table"),
        ("text/csv", "table"),
        ("TEXT/CSV", "table"),
        ("application/csv", "table"),
        ("text/csv, */*", "table"),
        ("*/*, text/csv", "table"),
        ("text/csv;q=0.5, application/json", "json"),
        ("text/csv;q=0.5, application/json;q=0.4", "table"),
        ("text/csv;q=0.5, */*;q=0.9", "json"),
        ("text/csv, application/json", "json"),
        ("application/json;q=0, */*", "table"),
        ("application/*;q=0, */*;q=0.1", "table"),
        ("application/json;q=0, application/*", "linked"),
        ('application/ld+json; profile="http://www.w3.org/ns/anno.jsonld"', "linked"),
        ("application/json; charset=utf-8", "json"),
        ("text/csv;q=nonsense", "table"),
        ("text/html, application/xhtml+xml, */*;q=0.8", "json"),
        ("text, */*;q=0.1", "json"),
        ("application/json; x*=no-such''%ff, text/csv", "table"),
    ],
)
def test_accept_chooses_what_it_likes_best(accept: str, name: str) -> None:
    assert chosen(accept=accept) == name


@pytest.mark.parametrize("accept", ["text/html", "text/csv;q=0", "*/*;q=0", "application", "a/b/c", "*/csv;q=0"])
def test_what_there_is_not_cannot_be_accepted(accept: str) -> None:
    with pytest.raises(Problem) as raised:
        chosen(accept=accept)

    assert raised.value.type.slug == "not-acceptable"
    assert raised.value.detail == (
        "There is application/json (format=json), text/csv (format=table), application/ld+json (format=linked) here."
    )


def test_format_wins_over_accept() -> None:
    assert chosen("?format=table", accept="application/json") == "table"
    assert chosen("?format=json", accept="text/html") == "json"


@pytest.mark.parametrize("name", ["", "csv", "JSON", "text/csv", "\0"])
def test_unknown_format_is_refused(name: str) -> None:
    with pytest.raises(Problem) as raised:
        chosen(f"?format={name}", accept="*/*")

    assert raised.value.type.slug == "invalid-parameter"
    assert [(error.parameter, error.detail) for error in raised.value.errors] == [
        ("format", "Give one of json, table, linked.")
    ]


@pytest.mark.parametrize(
    "path", ["/api/v1", "/api/v1/units", "/api/v1/units/percent", "/api/v1/ledger", "/api/v1/changes"]
)
def test_every_address_knows_the_format(path: str, api: ContractClient, dataset: None) -> None:
    plain, named = api.get(path), api.get(f"{path}?format=json")
    refused: Any = api.get(f"{path}?format=nonsense")

    assert named.status_code == 200
    if "next" not in plain.json():  # whose links repeat the parameters
        assert plain.content == named.content
    assert (refused.status_code, refused.json()["errors"][0]["parameter"]) == (400, "format")


def test_format_names_the_links_of_a_time_map(api: ContractClient, dataset: None) -> None:
    path = "/api/v1/units/percent/revisions"
    by_name, by_header = api.get(f"{path}?format=link-format"), api.get(path, headers={"accept": "*/link-format"})

    assert by_name.headers["Content-Type"] == "application/link-format"
    assert "format=link-format" in by_name.content.decode()
    assert by_header.status_code == 406  # there is no such range


def test_cursor_serves_every_format(api: ContractClient, dataset: None) -> None:
    cursor = api.read("/api/v1/units?page_size=1")["next"].partition("cursor=")[2]

    assert api.read(f"/api/v1/units?page_size=1&format=json&cursor={cursor}")["results"]


@pytest.mark.parametrize("address", ["feeds/facts", "observations?format=bib", "units"])
def test_what_an_address_can_do_is_told_in_json(api: ContractClient, dataset: None, address: str) -> None:
    answer = api.options(f"/api/v1/{address}", headers={"accept": "application/atom+xml"})

    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/json")
    assert "GET" in answer.json()["methods"]
