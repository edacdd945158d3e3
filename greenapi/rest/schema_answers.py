"""What the OpenAPI document says of all answers alike: their headers, the problems of each status, and 304."""

from http import HTTPStatus
from typing import Any

from . import problems
from .schema_headers import headers_of
from .validators import KEPT

# Whatever is asked: a request that cannot be understood, a format that there is not, a service that is busy.
ANYWHERE = (400, 406, 503)
# What no address of the API answers.
ELSEWHERE = {problems.NOT_READY}
NOT_MODIFIED = str(int(HTTPStatus.NOT_MODIFIED))
# By the end of an operation's name.
DESCRIPTIONS = {
    "_list": "A page of the listing.",
    "_retrieve": "The record.",
    "_revisions": "The time map.",
    "_diff": "What differs.",
}


def complete_answers(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Gives every answer its description and headers, and makes one component of the problems of each status."""
    components = result.setdefault("components", {})
    shared = components.setdefault("responses", {})
    reads = [path["get"] for path in result["paths"].values() if "get" in path]
    for operation in operations_of(result):
        answers = operation["responses"]
        for status in ANYWHERE:
            answers.setdefault(str(status), {"content": {problems.CONTENT_TYPE: {"schema": PROBLEM}}})
        for status, answer in list(answers.items()):
            if list(answer.get("content", {})) == [problems.CONTENT_TYPE]:
                shared[f"Problem{status}"] = _problems(int(status), headers=answer.get("headers", {}))
                answers[status] = {"$ref": f"#/components/responses/Problem{status}"}
                continue
            answer["description"] = answer.get("description") or _description(operation)
            answer["headers"] = {**answer.get("headers", {}), **_headers(int(status))}
            if operation in reads and "ETag" in answer["headers"]:
                answers[NOT_MODIFIED] = _not_modified(answer["headers"])
                operation.setdefault("parameters", []).append(IF_NONE_MATCH)
        operation["responses"] = dict(sorted(answers.items()))
    return result


def operations_of(result: dict[str, Any]) -> list[dict[str, Any]]:
    """Every operation of a document."""
    return [operation for path in result["paths"].values() for operation in path.values() if "responses" in operation]


PROBLEM = {"$ref": "#/components/schemas/Problem"}
IF_NONE_MATCH = {
    "in": "header",
    "name": "If-None-Match",
    "schema": {"type": "string"},
    "description": "The `ETag` of an answer that is held already; when it is still that, the answer is 304.",
}


def _headers(status: int) -> dict[str, Any]:
    return {header.name: header.described() for header in headers_of(status)}


def _description(operation: dict[str, Any]) -> str:
    found = (text for end, text in DESCRIPTIONS.items() if operation["operationId"].endswith(end))
    return next(found, "The answer.")


def _not_modified(headers: dict[str, Any]) -> dict[str, Any]:
    return {
        "description": "What `If-None-Match` names is still what would be answered.",
        "headers": {
            **{name: header for name, header in headers.items() if name in KEPT},
            **_headers(int(NOT_MODIFIED)),
        },
    }


def _problems(status: int, *, headers: dict[str, Any]) -> dict[str, Any]:
    kinds = [kind for kind in problems.ALL_TYPES if kind.status == status and kind not in ELSEWHERE]
    listed = "\n".join(f"* `{kind.uri}`: {kind.title}" for kind in kinds)
    return {
        "description": f"{HTTPStatus(status).phrase}. Its `type` is one of\n\n{listed}",
        "headers": {**headers, **_headers(status)},
        "content": {
            problems.CONTENT_TYPE: {
                "schema": PROBLEM,
                "examples": {kind.slug: {"value": problems.Problem(kind).document()} for kind in kinds},
            }
        },
    }
