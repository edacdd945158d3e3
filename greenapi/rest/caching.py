"""How long caches between us and a reader may keep an answer, and what of one that was given to a token."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers

from .paths import API_PREFIX

FOR_A_DAY = "public, max-age=86400"
# It may be kept, but not given out again without asking whether it is still the answer.
ASK_FIRST = "public, no-cache"


class AuthorizationVariesMiddleware:
    """Says of every answer of the API that a token decides it, and keeps what a token was given out of shared caches.

    A token that is revoked must not go on reading from a cache that it filled.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.path_info.startswith(API_PREFIX):
            patch_vary_headers(response, ["Authorization"])
            if "Authorization" in request.headers and "Cache-Control" in response:
                response["Cache-Control"] = response["Cache-Control"].replace("public", "private")
        return response
