"""How an example of the document is asked."""

import json
from typing import Any
from urllib.parse import quote, urlencode

from django.test import Client

from .client import document, parse

# Members that tell when and in what order something was recorded, or are made of that.
VARYING = {
    *("recorded_at", "revision", "ledger_id", "next", "after", "cursor", "changes", "rows"),
    *("hash", "first_hash", "previous_hash", "rows_hash"),
}


def addresses() -> dict[str, tuple[str, str]]:
    """The method and the path's template of each operation, by its name."""
    return {
        operation["operationId"]: (method.upper(), template)
        for template, operations in document()["paths"].items()
        for method, operation in operations.items()
    }


def ask(client: Client, *, method: str, template: str, request: dict[str, Any]) -> Any:
    """The answer to an example's request."""
    path = template.format_map({name: quote(str(value), safe="") for name, value in request.get("path", {}).items()})
    query = urlencode({name: _text(value) for name, value in request.get("query", {}).items()})
    headers = dict(request.get("headers", {}))
    body = json.dumps(request["body"], default=float) if "body" in request else ""
    kind = request.get("content_type", "application/json")
    return client.generic(method, f"{path}?{query}" if query else path, body, content_type=kind, headers=headers)


def body_of(answer: Any) -> Any:
    """The JSON of an answer, with its numbers exact; None of any other."""
    kind = answer.headers.get("Content-Type", "")
    return parse(answer.content) if kind.endswith("json") and answer.content else None


def shown(body: Any, example: dict[str, Any]) -> Any:
    """What an example shows of a body: of each array at most so many as it says."""
    match body:
        case dict():
            return {name: shown(value, example) for name, value in body.items()}
        case list():
            return [shown(value, example) for value in body[: example.get("first")]]
        case _:
            return body


def steady(body: Any, example: dict[str, Any]) -> Any:
    """A body without what is another each time the bundled facts are loaded."""
    varying = VARYING | set(example.get("varies", ()))
    match body:
        case dict():
            return {name: None if name in varying else steady(value, example) for name, value in body.items()}
        case list():
            return [steady(value, example) for value in body]
        case _:
            return body


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return ",".join(map(str, value)) if isinstance(value, list) else str(value)
