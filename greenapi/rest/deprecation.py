"""What the OpenAPI document marks as deprecated is announced by headers (RFC 9745, RFC 8594).

An operation or a parameter is marked by `deprecated: true` with `x-deprecated`, the day since which it is, and
`x-sunset`, the day from which it may be gone. Both days begin at midnight, UTC.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.http import http_date

from .document import loaded
from .parameters import DOCS
from .paths import API_PREFIX

SINCE = "x-deprecated"
UNTIL = "x-sunset"


@dataclass(frozen=True, kw_only=True)
class Deprecation:
    """That an operation, or one parameter of it, is to go; `page` is where the documentation says so."""

    method: str
    path: re.Pattern[str]
    parameter: str | None
    since: datetime
    sunset: datetime
    page: str

    def concerns(self, request: HttpRequest) -> bool:
        """Whether this very request asks for what is to go."""
        method = "GET" if request.method == "HEAD" else request.method
        if method != self.method or not self.path.fullmatch(request.path.removesuffix("/")):
            return False
        return self.parameter is None or self.parameter in request.GET


class DeprecationMiddleware:
    """Adds `Deprecation`, `Sunset` and a `Link` to the documentation to answers about what is to go."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if not request.path.startswith(API_PREFIX):
            return response
        found = [each for each in deprecations(settings.OPENAPI_DOCUMENT) if each.concerns(request)]
        if found:
            response["Deprecation"] = f"@{int(min(each.since for each in found).timestamp())}"
            response["Sunset"] = http_date(min(each.sunset for each in found).timestamp())
            links = [f'<{each.page}>; rel="deprecation"; type="text/html"' for each in found[:1]]
            response["Link"] = ", ".join([response["Link"], *links] if "Link" in response else links)
        return response


@lru_cache(maxsize=2)
def deprecations(document: Path) -> tuple[Deprecation, ...]:
    """Everything that a document marks."""
    return tuple(_marked(loaded(document)))


def _marked(document: dict[str, Any]) -> Iterator[Deprecation]:
    shared = document.get("components", {}).get("parameters", {})
    for template, operations in document["paths"].items():
        path = re.compile("[^/]+".join(map(re.escape, re.split(r"\{[^}]+\}", template))))
        for method, operation in operations.items():
            page = f"{DOCS}#/{operation['tags'][0]}/{operation['operationId']}"
            parameters = [
                shared[each["$ref"].rpartition("/")[2]] if "$ref" in each else each
                for each in operation.get("parameters", [])
            ]
            for name, marked in [(None, operation), *((each["name"], each) for each in parameters)]:
                if marked.get("deprecated"):
                    yield Deprecation(
                        method=method.upper(),
                        path=path,
                        parameter=name,
                        since=_midnight(marked[SINCE]),
                        sunset=_midnight(marked[UNTIL]),
                        page=page,
                    )


def _midnight(day: str | date) -> datetime:
    # YAML reads a day that stands without quotes as a date.
    return datetime.combine(date.fromisoformat(str(day)), time(), UTC)
