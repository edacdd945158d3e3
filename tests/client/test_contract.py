"""The client's resources and types are those of the committed OpenAPI document: none missing, none invented."""

from dataclasses import fields
from datetime import date, datetime
from decimal import Decimal
from types import NoneType, UnionType
from typing import Any, get_args, get_origin, get_type_hints
from uuid import UUID

import pytest

from greenapi_client import GreenAPI, Resource, models
from tests.contract.client import document

# Components of addresses that the client does not read yet.
UNREAD = {
    *("Diff", "DiffEnd", "ExportDigest", "FieldChange", "RecordRevision", "RecordRevisionPage"),
    *("Import", "ImportPage"),
    *("SearchDocumentVersion", "SearchHighlight", "SearchHit", "SearchPage", "SearchPassage"),
}
# Lists of versions, which the client does not read yet either.
VERSIONS = "Recorded"
# What `fields` and `include` make of answers: a client with classes has no use for them.
SHAPED = "Shaped"
# What is written, which the client does not do.
WRITTEN = ("Input", "Patch")
COMPONENTS: dict[str, Any] = {
    name: schema
    for name, schema in document()["components"]["schemas"].items()
    if name not in UNREAD and not name.startswith((VERSIONS, SHAPED)) and not name.endswith(WRITTEN)
}
PAGES = {name for name in COMPONENTS if name.endswith("Page")}
# The addresses of resources: those with a row below them.
LISTS = sorted(
    {path.partition("/{")[0] for path in document()["paths"] if "{" in path} - {"/api/v1/releases", "/api/v1/imports"}
)
# Python only: the bases that share what several components have.
BASES = {"Model", "Page", "Statement"}
SCALARS: dict[tuple[str, str | None], type] = {
    ("string", None): str,
    ("string", "uri"): str,
    ("string", "uuid"): UUID,
    ("string", "date"): date,
    ("string", "date-time"): datetime,
    ("number", None): Decimal,
    ("integer", None): int,
    ("integer", "int64"): int,
    ("boolean", None): bool,
    ("null", None): NoneType,
}


def of_schema(schema: dict[str, Any]) -> frozenset[Any]:
    """The types that a schema allows: Python types, names of components, and arrays of such."""
    if "$ref" in schema:
        return frozenset({schema["$ref"].rpartition("/")[2]})
    for arms in ("oneOf", "allOf"):
        if arms in schema:
            assert arms == "oneOf" or len(schema[arms]) == 1
            return frozenset().union(*map(of_schema, schema[arms]))
    kinds = [schema["type"]] if isinstance(schema["type"], str) else schema["type"]
    return frozenset(
        ("array", of_schema(schema["items"])) if kind == "array" else _scalar(kind, schema.get("format"))
        for kind in kinds
    )


def of_hint(hint: Any) -> frozenset[Any]:
    """The same for an annotation."""
    if get_origin(hint) is UnionType:
        return frozenset().union(*map(of_hint, get_args(hint)))
    if get_origin(hint) is tuple:
        item, more = get_args(hint)
        assert more is ...
        return frozenset({("array", of_hint(item))})
    if isinstance(hint, type) and issubclass(hint, models.Model):
        return frozenset({hint.__name__})
    return frozenset({hint})


def _scalar(kind: str, form: str | None) -> type:
    return SCALARS[kind, None if kind == "null" else form]


def fields_of(kind: type[models.Model]) -> dict[str, frozenset[Any]]:
    hints = get_type_hints(kind)
    return {field.name: of_hint(hints[field.name]) for field in fields(kind) if field.name != "extra"}


def described(component: str) -> dict[str, frozenset[Any]]:
    properties = COMPONENTS[component]["properties"]
    assert set(COMPONENTS[component]["required"]) == set(properties), "a field that may be absent has no type here"
    return {name: of_schema(schema) for name, schema in properties.items()}


def resources(api: GreenAPI) -> dict[str, Resource[Any, Any]]:
    return {name: value for name, value in vars(api).items() if isinstance(value, Resource)}


def test_every_component_has_its_class() -> None:
    assert document()["components"]["schemas"].keys() >= UNREAD
    assert set(models.__all__) - BASES == set(COMPONENTS) - PAGES


@pytest.mark.parametrize("component", sorted(set(COMPONENTS) - PAGES))
def test_fields_are_those_of_the_component(component: str) -> None:
    assert fields_of(getattr(models, component)) == described(component)


@pytest.mark.parametrize("component", sorted(PAGES))
def test_pages_are_all_alike(component: str) -> None:
    of_page = fields_of(models.Page)

    assert of_page.pop("results") == {("array", frozenset({models.page.Row}))}
    results = described(component)
    assert results.pop("results") == {("array", frozenset({component.removesuffix("Page")}))}
    assert of_page == results


def test_every_resource_is_an_attribute(green: GreenAPI) -> None:
    listed = {path.split("/")[3] for path in LISTS}

    assert {name.replace("_", "-") for name in resources(green)} == listed
    assert {repr(resource) for resource in resources(green).values()} == {f"<Resource {name}>" for name in listed}


@pytest.mark.parametrize("path", LISTS)
def test_lists_and_rows_have_the_types_of_the_document(green: GreenAPI, path: str) -> None:
    resource = resources(green)[path.split("/")[3].replace("-", "_")]
    (detail,) = (other for other in document()["paths"] if other.startswith(f"{path}/") and other.endswith("}"))

    answered = [
        document()["paths"][address]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
        for address in (path, detail)
    ]
    # What stands comes first, then versions.
    answered = [schema["anyOf"][0]["$ref"] if "anyOf" in schema else schema["$ref"] for schema in answered]

    assert answered == [
        f"#/components/schemas/{resource._row.__name__}Page",
        f"#/components/schemas/{resource._detail.__name__}",
    ]
    # Whatever addresses a row is a field of it, so that a row can be given to `get`.
    assert detail.rpartition("{")[2].removesuffix("}") in {field.name for field in fields(resource._row)}


def test_nothing_is_a_vocabulary_of_its_own() -> None:
    """A word that the service adds to a vocabulary must not break a client of today."""
    for component in set(COMPONENTS) - PAGES:
        for name, schema in COMPONENTS[component]["properties"].items():
            if "enum" in schema:
                assert fields_of(getattr(models, component))[name] <= {str, NoneType}
