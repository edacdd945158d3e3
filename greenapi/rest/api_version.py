"""The header that says which version of the API answered."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from .paths import API_PREFIX

API_VERSION = "API-Version"


def version() -> str:
    """That of the API's document."""
    return str(settings.SPECTACULAR_SETTINGS["VERSION"])


class ApiVersionMiddleware:
    """Says the version on every answer below the API's path, problems included."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if request.path.startswith(API_PREFIX):
            response[API_VERSION] = version()
        return response
