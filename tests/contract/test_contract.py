"""The committed OpenAPI document is valid, is what the code does, and names every address."""

from django.core.management import call_command
from openapi_spec_validator import OpenAPIV31SpecValidator, validate

from greenapi.urls import LEDGER, RESOURCES

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
        *listed,
        *(f"/api/v1/{name}" for name in LEDGER),
    }
    assert {path.rpartition("/")[0] for path in document()["paths"] if path.endswith("}")} == listed


def test_document_has_the_history_of_every_record() -> None:
    details = {path for path in document()["paths"] if path.endswith("}")} - {"/api/v1/revisions/{number}"}

    assert {path for path in document()["paths"] if "}/" in path} == {
        f"{path}/{name}" for path in details for name in ("revisions", "diff")
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
        for parameter in operations["get"].get("parameters", [])
        if not parameter.get("description") and not parameter["schema"].get("description")
    }

    assert fields == set()
    assert parameters == set()
