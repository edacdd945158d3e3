"""What the OpenAPI document says in several places, it says once: shared parameters and headers become components."""

from collections import Counter
from typing import Any

import msgspec

from .schema_answers import NOT_MODIFIED, operations_of


def reuse(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Moves parameters and headers that occur more than once to the components, and refers to them.

    Under one name only one thing can stand there: the one that occurs most, of these the first.
    """
    operations = operations_of(result)
    answers = [answer for operation in operations for answer in operation["responses"].values()]
    answers += result["components"].get("responses", {}).values()
    parameters = [parameter for operation in operations for parameter in operation.get("parameters", [])]
    for parameter in parameters:
        # Of a key in a path the field's own description stands in its schema.
        if "description" not in parameter and "description" in parameter["schema"]:
            parameter["description"] = parameter["schema"].pop("description")
    headers = [{**header, "name": name} for answer in answers for name, header in answer.get("headers", {}).items()]
    shared_parameters, shared_headers = _shared(parameters), _shared(headers)
    for operation in operations:
        if "parameters" in operation:
            operation["parameters"] = [
                _reference("parameters", parameter)
                if parameter == shared_parameters.get(parameter["name"])
                else parameter
                for parameter in operation["parameters"]
            ]
    for answer in answers:
        for name, header in answer.get("headers", {}).items():
            if {**header, "name": name} == shared_headers.get(name):
                answer["headers"][name] = _reference("headers", {"name": name})
    _refer_to_not_modified(operations, components=result["components"])
    result["components"]["parameters"] = shared_parameters
    result["components"]["headers"] = {
        name: {key: value for key, value in header.items() if key != "name"} for name, header in shared_headers.items()
    }
    return result


def _refer_to_not_modified(operations: list[dict[str, Any]], *, components: dict[str, Any]) -> None:
    """Makes a component of the 304 that most operations have."""
    found = [operation["responses"][NOT_MODIFIED] for operation in operations if NOT_MODIFIED in operation["responses"]]
    usual = max(found, key=found.count)
    components["responses"]["NotModified"] = usual
    for operation in operations:
        if operation["responses"].get(NOT_MODIFIED) == usual:
            operation["responses"][NOT_MODIFIED] = {"$ref": "#/components/responses/NotModified"}


def _reference(group: str, thing: dict[str, Any]) -> dict[str, Any]:
    return {"$ref": f"#/components/{group}/{thing['name']}"}


def _shared(things: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    counted = Counter(msgspec.json.encode(thing, order="deterministic") for thing in things)
    found: dict[str, dict[str, Any]] = {}
    for encoded, count in counted.most_common():
        thing = msgspec.json.decode(encoded)
        if count > 1:
            found.setdefault(thing["name"], thing)
    return found
