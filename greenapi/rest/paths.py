"""Addresses work with and without a final slash, and never by redirect."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

API_PREFIX = "/api/v1"


class FinalSlashMiddleware:
    """Takes the final slash off the path of an API request before it is resolved."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info.startswith(API_PREFIX) and request.path_info.endswith("/"):
            request.path_info = request.path_info.removesuffix("/")
        return self.get_response(request)
