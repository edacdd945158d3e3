"""`fields` and `include`: only what is asked for is shown, and whole records in the place of references."""

from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from greenapi.rest.inclusion import MOST_INCLUDED, includable
from greenapi.rest.members import members_of
from greenapi.rest.views import ReadingViewSet
from greenapi.urls import RESOURCES
from tests.bundled import BUNDLED
from tests.contract.client import ContractClient

pytestmark = pytest.mark.django_db

SHAPED = [name for name, view in RESOURCES.items() if issubclass(view, ReadingViewSet)]
INCLUDING = [name for name in SHAPED if RESOURCES[name].includes]


def first(api: ContractClient, resource: str) -> Any:
    return api.read(f"/api/v1/{resource}?page_size=1")["results"][0]


def at(body: Any, path: str) -> list[Any]:
    """Everything that stands at a path, lists gone through, nulls left out."""
    found = [body]
    for name in path.split("."):
        inner = [place.get(name) for place in found]  # links have facts of two sorts
        found = [item for place in inner for item in (place if isinstance(place, list) else [place]) if item]
    return found


def list_serializer(href: str) -> Any:
    view: Any = RESOURCES[href.split("/")[3]]
    return view.serializer_class


@pytest.mark.parametrize("resource", BUNDLED)
def test_fields_shows_those_alone(api: ContractClient, dataset: None, resource: str) -> None:
    whole = first(api, resource)
    (name, *_) = [name for name in whole if name != "href"][1:]

    listed = api.read(f"/api/v1/{resource}?page_size=1&fields=href,{name}")["results"]
    detail = api.read(f"{whole['href']}?fields=href,{name}")

    assert listed == [{name: whole[name], "href": whole["href"]}]
    assert detail == listed[0]


def test_fields_reaches_into_objects_and_lists(api: ContractClient, dataset: None) -> None:
    whole = first(api, "commitments")

    shown = api.read(f"{whole['href']}?fields=citations.citation.exact,deadline.on,citations.part,target")

    assert shown == {
        "target": whole["target"],
        "deadline": {"on": whole["deadline"]["on"]},
        "citations": [
            {"part": cited["part"], "citation": {"exact": cited["citation"]["exact"]}} for cited in whole["citations"]
        ],
    }


@pytest.mark.parametrize(
    ("fields", "detail"),
    [
        ("valeu", "valeu is no field here; the nearest is value."),
        ("citations.citation.exakt", "exakt is no field here; the nearest is exact."),
        ("value.digits", "value has no fields of its own."),
        ("indicator.definition", "definition is no field here; there is slug, name, href."),
        ("id,", None),
        ("%00", None),
        ("id..", None),
        (",".join(["id"] * 300), "Give at most 200 fields."),
        (quote("x" * 5000), None),
    ],
)
def test_unknown_field_is_refused(api: ContractClient, dataset: None, fields: str, detail: str | None) -> None:
    for path in ("observations", first(api, "observations")["href"].removeprefix("/api/v1/")):
        answer = api.get(f"/api/v1/{path}?fields={fields}")

        assert (answer.status_code, answer.json()["type"]) == (400, "/problems/invalid-parameter")
        (error,) = answer.json()["errors"]
        assert error["parameter"] == "fields"
        assert detail is None or error["detail"] == detail


@pytest.mark.parametrize("resource", [name for name in BUNDLED if name in INCLUDING])
def test_included_record_is_what_its_resource_lists(api: ContractClient, dataset: None, resource: str) -> None:
    embedded = 0
    for path in includable(RESOURCES[resource]):
        rows = api.read(f"/api/v1/{resource}?page_size=20&include={path}")["results"]
        for place in [place for row in rows for place in at(row, path)][:1]:
            record = api.read(place["href"])
            shown = members_of(list_serializer(place["href"])) or {}
            assert {name: place[name] for name in shown} == {name: record[name] for name in shown}, path
            embedded += 1
    assert embedded


def test_included_reference_keeps_what_it_has(api: ContractClient, dataset: None) -> None:
    plain = api.read("/api/v1/observations?page_size=5")["results"]

    rows = api.read("/api/v1/observations?page_size=5&include=segment.document,indicator,citations.citation")["results"]

    for before, after in zip(plain, rows, strict=True):
        document = api.read(after["segment"]["document"]["href"])
        segment = api.read(before["segment"]["href"])
        assert after["segment"]["document"] == {**segment["document"], **document}
        assert {**after["segment"], "document": segment["document"]} == segment
        assert after["indicator"] == api.read(before["indicator"]["href"])
        assert [cited["citation"] for cited in after["citations"]] == [
            api.read(cited["citation"]["href"]) for cited in before["citations"]
        ]
        kept = {"segment", "indicator", "citations"}
        assert {k: v for k, v in after.items() if k not in kept} == {k: v for k, v in before.items() if k not in kept}


def test_either_end_of_a_link_can_be_included(api: ContractClient, dataset: None) -> None:
    rows = api.read("/api/v1/claim-links?include=source,target")["results"]

    assert rows
    for row in rows:
        for end in ("source", "target"):
            fact = api.read(row[end]["href"])
            assert row[end] == {"resource": row[end]["resource"], **fact}


def test_fields_of_included_records_can_be_chosen(api: ContractClient, dataset: None) -> None:
    path = "/api/v1/observations?page_size=3&include=indicator.unit"

    rows = api.read(f"{path}&fields=indicator.unit.quantity")["results"]

    assert rows == [
        {"indicator": {"unit": {"quantity": row["indicator"]["unit"]["quantity"]}}} for row in api.read(path)["results"]
    ]


@pytest.mark.parametrize("included", ["nothing", "segment.", "segment.document.publisher", "%00", "value", "segment,"])
def test_include_of_anything_else_is_refused(api: ContractClient, dataset: None, included: str) -> None:
    answer = api.get(f"/api/v1/observations?include={included}")

    assert (answer.status_code, answer.json()["type"]) == (400, "/problems/invalid-parameter")


def test_number_of_included_records_is_limited(api: ContractClient, dataset: None) -> None:
    paths = list(includable(RESOURCES["observations"]))

    assert api.get(f"/api/v1/observations?include={','.join(paths[: MOST_INCLUDED + 1])}").status_code == 400


@pytest.mark.parametrize("resource", INCLUDING)
def test_queries_of_included_records_are_constant(api: ContractClient, dataset: None, resource: str) -> None:
    own = ",".join(RESOURCES[resource].includes[:MOST_INCLUDED])
    counts = []
    for size in (1, 3, 100):
        with CaptureQueriesContext(connection) as captured:
            api.read(f"/api/v1/{resource}?page_size={size}&include={own}")
        counts.append(len(captured))

    assert counts[0] <= counts[1] <= counts[2] <= 15 + 6 * MOST_INCLUDED


def test_past_is_included_as_it_was(api: ContractClient, dataset: None) -> None:
    newest = api.read("/api/v1/units")["revision"]
    path = "/api/v1/observations?page_size=5&include=indicator,segment.speaker&fields=indicator,segment"

    assert api.read(f"{path}&as_of={newest}")["results"] == api.read(path)["results"]
    assert api.read(f"{path}&as_of=1")["revision"] == 1


def test_shape_is_part_of_listing_and_validator(api: ContractClient, dataset: None) -> None:
    plain, shaped = (api.get(f"/api/v1/observations?page_size=5{more}") for more in ("", "&fields=id"))

    assert plain.headers["ETag"] != shaped.headers["ETag"]
    following = api.read(shaped.json()["next"])
    assert all(row.keys() == {"id"} for row in following["results"])
    assert api.get(shaped.json()["next"].replace("fields=id", "fields=href")).status_code == 400


def test_shape_is_of_json_only(api: ContractClient, dataset: None) -> None:
    assert api.get("/api/v1/observations?fields=id&format=bib").status_code == 422
    assert api.get("/api/v1/observations?view=all&fields=id").status_code == 422
