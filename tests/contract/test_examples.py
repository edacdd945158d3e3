"""Each example of the document is asked, and is answered as it says; every operation and component has one."""

import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from greenapi.rest.schema_examples import examples

from .asking import addresses, ask, body_of, shown, steady
from .client import ContractClient, document

# The bundled dataset has no redaction, and nothing of it has been changed, so neither can be shown.
WITHOUT = {"redactions_retrieve", "redactions_revisions", "redactions_diff", "schema"}
# Shown to those only who have a token.
WITH_TOKEN = {"imports_list", "imports_retrieve", "imports_rows"}
WITHOUT_COMPONENTS = {"FieldChange", "ProblemError", "Redaction", "RevisionReference", "ExportDigest"}


def test_every_operation_has_an_example() -> None:
    shown_by_name = {name.partition(" ")[0] for name in examples()}

    reads = {name for name, (method, _) in addresses().items() if method == "GET"}
    assert reads - shown_by_name == WITHOUT | WITH_TOKEN
    assert shown_by_name <= set(addresses())


def test_every_body_has_an_example() -> None:
    """They are sent by the tests of writing."""
    for template, operations in document()["paths"].items():
        for method, operation in operations.items():
            for kind, content in operation.get("requestBody", {}).get("content", {}).items():
                assert content.get("examples") or kind == "text/plain", f"{method} {template} {kind}"


@pytest.mark.parametrize("name", sorted(examples()))
def test_example_is_answered_as_it_says(api: ContractClient, dataset: None, name: str) -> None:
    example = examples()[name]
    method, template = addresses()[name.partition(" ")[0]]

    answer = ask(api, method=method, template=template, request=example["request"])

    assert answer.status_code == example["status"], answer.content
    assert steady(shown(body_of(answer), example), example) == steady(example["answer"], example)


@pytest.mark.parametrize("name", sorted(examples()))
def test_example_stands_in_the_document(name: str) -> None:
    example = examples()[name]
    method, template = addresses()[name.partition(" ")[0]]
    operation = document()["paths"][template][method.lower()]

    content = operation["responses"][str(example["status"])]["content"].get("application/json")
    if content is None:
        return
    word = name.partition(" ")[2]
    assert content["examples"][word or "bundled"]["value"] == _floats(example["answer"])
    if word:
        return
    given = {**example["request"].get("path", {}), **example["request"].get("query", {})}
    assert given == {each["name"]: each["example"] for each in operation.get("parameters", []) if each["name"] in given}


def test_every_component_is_shown_by_an_example() -> None:
    """Walks each example with its schema, and notes which components it passes."""
    passed: set[str] = set()
    for operations in document()["paths"].values():
        for operation in operations.values():
            for content in _contents(operation):
                for example in content.get("examples", {}).values():
                    _walk(content["schema"], example["value"], passed=passed)

    hidden = {
        name.removeprefix("Recorded").removeprefix("Shaped")
        for name in set(document()["components"]["schemas"]) - passed
        # Of a change an example shows only some parts.
        if not name.endswith("Patch")
    }
    assert hidden <= WITHOUT_COMPONENTS


def _floats(value: Any) -> Any:
    """It with numbers as YAML is read."""
    return json.loads(json.dumps(value, default=float))


def _contents(operation: dict[str, Any]) -> list[dict[str, Any]]:
    answers = [*operation["responses"].values(), operation.get("requestBody", {})]
    return [content for answer in answers for content in answer.get("content", {}).values()]


def _walk(schema: dict[str, Any], value: Any, *, passed: set[str]) -> None:
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        passed.add(name)
        schema = document()["components"]["schemas"][name]
    for arm in [arm for word in ("allOf", "oneOf", "anyOf") for arm in schema.get(word, [])]:
        if _fits(arm, value):
            _walk(arm, value, passed=passed)
    if isinstance(value, dict):
        for name, inner in value.items():
            _walk(schema.get("properties", {}).get(name, {}), inner, passed=passed)
    if isinstance(value, list):
        for inner in value:
            _walk(schema.get("items", {}), inner, passed=passed)


def _fits(schema: dict[str, Any], value: Any) -> bool:
    fits: bool = Draft202012Validator({**schema, "components": document()["components"]}).is_valid(value)
    return fits


def test_examples_are_what_their_schemas_say() -> None:
    for template, operations in document()["paths"].items():
        for method, operation in operations.items():
            for content in _contents(operation):
                for example in content.get("examples", {}).values():
                    assert _fits(content["schema"], example["value"]), f"{method} {template}"
            for parameter in operation.get("parameters", []):
                if "example" in parameter:
                    assert _fits(parameter["schema"], parameter["example"]), f"{template} {parameter['name']}"
