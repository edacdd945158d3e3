"""A test client that holds every answer against the committed OpenAPI document."""

import json
import re
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.http import HttpResponse
from django.test import Client
from jsonschema import Draft202012Validator, FormatChecker

DOCUMENT = Path(__file__).parents[2] / "greenapi" / "openapi.yaml"


@cache
def document() -> dict[str, Any]:
    """The committed document."""
    loaded: dict[str, Any] = yaml.safe_load(DOCUMENT.read_text(encoding="utf-8"))
    return loaded


def parse(content: bytes) -> Any:
    """JSON with its numbers exact."""
    return json.loads(content, parse_float=Decimal)


class ContractClient(Client):
    """Django's test client; an answer under /api/v1/ that the document does not describe fails the test."""

    def __init__(self) -> None:
        super().__init__(headers={"host": "localhost"})

    def request(self, **request: Any) -> Any:
        answer: Any = super().request(**request)
        path, method = request["PATH_INFO"], request["REQUEST_METHOD"].lower()
        if path.startswith("/api/v1") and path not in {"/api/v1/schema", "/api/v1/docs"}:
            check_answer(method=method, path=path, answer=answer)
        return answer

    def read(self, path: str) -> Any:
        """The body of a 200 answer to a GET."""
        answer = self.get(path)
        assert answer.status_code == 200, answer.content
        return parse(answer.content)


def check_answer(*, method: str, path: str, answer: HttpResponse) -> None:
    """Fails unless the document describes this status, these headers and this body at this address."""
    if method in {"head", "options"} or answer.status_code in {304, 405}:
        return
    operation = _operation(method, path.removesuffix("/"))
    if operation is None:
        assert answer.status_code == 404, f"{method} {path} is not in the document, but answered {answer.status_code}"
        _validate({"$ref": "#/components/schemas/Problem"}, parse(answer.content))
        return
    described = operation["responses"].get(str(answer.status_code))
    assert described is not None, f"{method} {path} answered {answer.status_code}, which is not in the document"
    for name, header in described.get("headers", {}).items():
        assert name in answer.headers or not header.get("required"), f"{path}: the header {name} is missing"
    kind = answer.headers["Content-Type"]
    assert kind in described["content"], f"{path} answered {kind}, which is not in the document"
    body = parse(answer.content) if kind.endswith("json") else answer.content.decode()
    _validate(described["content"][kind]["schema"], body)


def _operation(method: str, path: str) -> dict[str, Any] | None:
    for template, operations in document()["paths"].items():
        pattern = "[^/]+".join(map(re.escape, re.split(r"\{[^}]+\}", template)))
        if re.fullmatch(pattern, path):
            found: dict[str, Any] | None = operations.get(method)
            return found
    return None


def _validate(schema: dict[str, Any], body: Any) -> None:
    root = {**schema, "components": document()["components"]}
    Draft202012Validator(root, format_checker=FormatChecker()).validate(body)
