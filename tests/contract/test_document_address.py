"""The document as it is served: what is committed, in YAML and JSON, with validators."""

import re

import pytest
from django.test import Client

from .client import DOCUMENT, ContractClient, committed

ADDRESS = "/api/v1/schema"


@pytest.mark.parametrize(
    ("query", "accept", "kind"),
    [
        ("", "*/*", "application/yaml"),
        ("", "application/yaml", "application/yaml"),
        ("", "application/vnd.oai.openapi", "application/yaml"),
        ("", "application/json", "application/json"),
        ("", "application/vnd.oai.openapi+json, */*;q=0.1", "application/json"),
        ("?format=json", "application/yaml", "application/json"),
        ("?format=yaml", "application/json", "application/yaml"),
    ],
)
def test_document_is_served_as_it_is_asked_for(api: ContractClient, query: str, accept: str, kind: str) -> None:
    answer = api.get(f"{ADDRESS}{query}", headers={"accept": accept})

    assert (answer.status_code, answer.headers["Content-Type"]) == (200, kind)
    if kind == "application/yaml":
        assert answer.content == DOCUMENT.read_bytes()
    else:
        assert answer.json() == committed()


def test_document_that_is_held_is_not_sent_again(api: ContractClient) -> None:
    first = api.get(ADDRESS)
    again = api.get(ADDRESS, headers={"if-none-match": first.headers["ETag"]})
    other = api.get(f"{ADDRESS}?format=json", headers={"if-none-match": first.headers["ETag"]})

    assert first.headers["Cache-Control"] == "public, no-cache"
    assert "Accept" in first.headers["Vary"]
    assert (again.status_code, again.headers["ETag"]) == (304, first.headers["ETag"])
    assert other.status_code == 200


@pytest.mark.parametrize(
    ("query", "accept", "status"),
    [("?lang=de", "*/*", 400), ("?version=2", "*/*", 400), ("?format=xml", "*/*", 400), ("", "text/html", 406)],
)
def test_what_the_document_is_not_asked_for_is_refused(
    api: ContractClient, query: str, accept: str, status: int
) -> None:
    answer = api.get(f"{ADDRESS}{query}", headers={"accept": accept})

    assert (answer.status_code, answer.headers["Content-Type"]) == (status, "application/problem+json")


def test_pages_of_the_document_take_their_files_from_here_and_hold_no_script(client: Client) -> None:
    page = client.get("/api/v1/docs", headers={"host": "localhost", "accept": "text/html"}).content.decode()
    addresses = re.findall(r'(?:src|href)="([^"]*)"', page)

    assert len(addresses) >= 4
    assert all(address.startswith("/static/") for address in addresses), addresses
    assert re.findall(r"<(?:script|style)>", page) == []
    assert 'data-schema="/api/v1/schema"' in page
