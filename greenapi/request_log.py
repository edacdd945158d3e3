"""One line in the log for each request: which, how it was answered, and how long that took.

Neither query nor body stands in it, and no header but the request's id.
"""

import time
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.encoding import escape_uri_path
from django_structlog.middlewares import RequestMiddleware
from django_structlog.signals import bind_extra_request_finished_metadata

from greenapi.request_ids import HEADER, name_request


class RequestLogMiddleware(RequestMiddleware):
    """Names each request, writes its line, and answers with its name. It stands around all others."""

    def prepare(self, request: HttpRequest) -> None:
        name_request(request)
        request._begun = time.perf_counter()  # type: ignore[attr-defined]
        super().prepare(request)

    def handle_response(self, request: HttpRequest, response: HttpResponse) -> None:
        response[HEADER] = request.META["HTTP_X_REQUEST_ID"]
        super().handle_response(request, response)

    @staticmethod
    def format_request(request: HttpRequest) -> str:
        return f"{request.method} {escape_uri_path(request.path)}"


def _add_duration(*, request: HttpRequest, log_kwargs: dict[str, Any], **_: Any) -> None:
    log_kwargs["milliseconds"] = round((time.perf_counter() - request._begun) * 1000, 1)  # type: ignore[attr-defined]


bind_extra_request_finished_metadata.connect(_add_duration)
