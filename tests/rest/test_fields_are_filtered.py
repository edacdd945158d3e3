"""Every public field can be filtered by: a field that the OpenAPI document shows and no parameter takes fails here."""

from collections.abc import Iterator
from typing import Any

import pytest

from greenapi import urls
from tests.contract.client import document

PATHS: dict[str, Any] = document()["paths"]
RESOURCES = [f"/api/v1/{name}" for name in urls.RESOURCES]

# Where a parameter is not called as the path of its field. One of several is asked for by its singular.
CALLED = {
    "citations.citation": "citation",
    "citations.part": "citation_part",
    "citations": "citation",
    "events.citations": "event_citation",
    "events": "event",
    "documents": "document",
    "versions": "version",
    "topics": "topic",
    "roles": "role",
    # `fields` says which fields to show.
    "fields": "field",
}
KEYS = {"slug", "id", "sha256", "number"}
# What cannot sensibly be filtered by.
UNFILTERED = {
    "href": "made of the key, which is filtered by",
    "excerpt.start": "made while answering, of the words around `exact` that may be shown; see `start`",
    "excerpt.text": "made while answering, of the words around `exact` that may be shown; see `exact`",
}


def leaves(schema: dict[str, Any], path: str = "") -> Iterator[str]:
    """The path of every field that holds no others, arrays gone through."""
    found = resolved(schema)
    if "properties" not in found:
        yield path
        return
    for name, inner in found["properties"].items():
        yield from leaves(inner, f"{path}.{name}" if path else name)


def resolved(schema: dict[str, Any]) -> dict[str, Any]:
    if "$ref" in schema:
        return resolved(document()["components"]["schemas"][schema["$ref"].rpartition("/")[2]])
    if "items" in schema:
        return resolved(schema["items"])
    for arms in ("oneOf", "anyOf", "allOf"):
        if arms in schema:
            shown = [arm for arm in schema[arms] if "$ref" in arm]
            return resolved(shown[0]) if shown else schema
    return schema


def parameter_of(field: str) -> str:
    """How the parameter of a field is called: its path with underscores; without the key of what it refers to."""
    for path, name in CALLED.items():
        if field == path or field.startswith(f"{path}."):
            field = name + field.removeprefix(path)
            break
    start, dot, last = field.rpartition(".")
    return (start if dot and last in KEYS else field).replace(".", "_")


def fields_of(path: str) -> Iterator[str]:
    (detail,) = (other for other in PATHS if other.startswith(f"{path}/{{") and other.endswith("}"))
    yield from leaves(PATHS[detail]["get"]["responses"]["200"]["content"]["application/json"]["schema"])


@pytest.mark.parametrize("path", RESOURCES)
def test_every_field_has_a_filter(path: str) -> None:
    parameters = {
        parameter["name"].partition("__")[0] for parameter in PATHS[path]["get"]["parameters"] if "name" in parameter
    }

    missing = [
        field
        for field in fields_of(path)
        if parameter_of(field) not in parameters
        and field not in UNFILTERED
        and field.rpartition(".")[2] not in UNFILTERED
    ]

    assert missing == []


def test_what_is_said_of_fields_is_said_of_some_field() -> None:
    fields = {field for path in RESOURCES for field in fields_of(path)}

    for path in [*CALLED, *UNFILTERED]:
        assert any(field == path or field.startswith(f"{path}.") for field in fields), path
