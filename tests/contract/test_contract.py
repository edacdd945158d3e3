"""The committed OpenAPI document is valid, is what the code does, and names every address."""

from django.core.management import call_command
from openapi_spec_validator import OpenAPIV31SpecValidator, validate

from greenapi.rest.facts import STEPS, FactViewSet
from greenapi.urls import FEEDS, LEDGER, RESOURCES

from .client import document


def test_document_is_what_the_code_does() -> None:
    call_command("contract", check=True)


def test_document_is_valid() -> None:
    validate(document(), cls=OpenAPIV31SpecValidator)


def test_document_says_no_nullable() -> None:
    """OpenAPI 3.1 has no such word; drf-spectacular still writes it in places."""
    assert "nullable" not in str(document())


def test_document_has_every_resource() -> None:
    listed = {f"/api/v1/{name}" for name in RESOURCES}

    assert {path for path in document()["paths"] if "{" not in path} == {
        "/api/v1",
        "/api/v1/schema",
        "/api/v1/search",
        *listed,
        *(f"/api/v1/{name}" for name in LEDGER | FEEDS),
        "/api/v1/releases",
        "/api/v1/imports",
    }
    details = {path.rpartition("/")[0] for path in document()["paths"] if path.endswith("}")}
    assert details == {*listed, "/api/v1/releases", "/api/v1/imports"}


def test_document_has_the_history_of_every_record_and_the_steps_of_facts() -> None:
    unrecorded = {"/api/v1/revisions/{number}", "/api/v1/releases/{revision}", "/api/v1/imports/{id}"}
    details = {path for path in document()["paths"] if path.endswith("}")} - unrecorded
    facts = {f"/api/v1/{name}/{{id}}" for name, view in RESOURCES.items() if issubclass(view, FactViewSet)}

    assert {path for path in document()["paths"] if "}/" in path} == {
        *(f"{path}/{name}" for path in details for name in ("revisions", "diff")),
        *(f"{path}/{name}" for path in facts for name in STEPS),
        "/api/v1/document-versions/{sha256}/text",
        "/api/v1/imports/{id}/rows",
    }


def test_every_field_and_parameter_is_described() -> None:
    fields = {
        f"{name}.{field}"
        for name, schema in document()["components"]["schemas"].items()
        for field, described in schema["properties"].items()
        if not described.get("description")
    }
    parameters = {
        f"{path} {parameter['name']}"
        for path, operations in document()["paths"].items()
        for operation in operations.values()
        for parameter in operation.get("parameters", [])
        if not parameter.get("description") and not parameter["schema"].get("description")
    }

    assert fields == set()
    assert parameters == set()
