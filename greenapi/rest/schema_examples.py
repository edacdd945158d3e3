"""The examples of the OpenAPI document: for each operation a request, and what the bundled facts answer to it.

They stand in `greenapi/examples`, in one file a tag, by the name of the operation:

    {"request": {"path": {}, "query": {}, "headers": {}, "body": …}, "status": 200, "answer": …}

A further one of the same operation has a second word in its name: `units_list versions`. Who writes a new one gives the
request; `python -m tests.contract.record_examples` adds the rest, and a test asks each of them and holds the answer
against it. With `"first": 2` the example shows only so many of each array; `"varies"` names members of the answer that
are others each time, such as new identifiers.
"""

import json
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings

from .schema_answers import operations_of

FOLDER = Path(settings.BASE_DIR) / "greenapi" / "examples"
JSON = "application/json"
# The name of an operation's first example.
BUNDLED = "bundled"
# Where an example stands among the parameters of its kind.
PLACES = {"path": "path", "query": "query", "header": "headers"}


@cache
def examples() -> dict[str, dict[str, Any]]:
    """Every example by the name of its operation; numbers as Decimal."""
    found: dict[str, dict[str, Any]] = {}
    for file in sorted(FOLDER.glob("*.json")):
        found |= json.loads(file.read_text(encoding="utf-8"), parse_float=Decimal)
    return found


def add_examples(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Gives parameters, bodies and answers their examples."""
    by_name = {operation["operationId"]: operation for operation in operations_of(result)}
    for name, example in examples().items():
        operation_name, *words = name.split(" ")
        if operation_name in by_name:
            _add(by_name[operation_name], example=example, name=words[0] if words else BUNDLED)
    return result


def _add(operation: dict[str, Any], *, example: dict[str, Any], name: str) -> None:
    request = example["request"]
    if name == BUNDLED:
        operation["parameters"] = [
            _with_example(parameter, request=request) for parameter in operation.get("parameters", [])
        ]
    for content in operation.get("requestBody", {}).get("content", {}).values():
        content.setdefault("examples", {})[name] = {"value": request["body"]}
    content = operation["responses"].get(str(example.get("status")), {}).get("content", {})
    if JSON in content and "answer" in example:
        said = {"summary": _summary(example), "value": example["answer"]}
        content[JSON].setdefault("examples", {})[name] = said


def _summary(example: dict[str, Any]) -> str:
    query = "&".join(f"{name}={value}" for name, value in example["request"].get("query", {}).items())
    asked = f"What the bundled facts answer to `?{query}`" if query else "What the bundled facts answer"
    return f"{asked}; of each array the first {example['first']}." if "first" in example else f"{asked}."


def _with_example(parameter: dict[str, Any], *, request: dict[str, Any]) -> dict[str, Any]:
    given = request.get(PLACES.get(parameter["in"], ""), {})
    return {**parameter, "example": given[parameter["name"]]} if parameter["name"] in given else parameter
