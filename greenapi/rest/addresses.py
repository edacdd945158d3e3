"""Tokens stay out of addresses: those end up in logs, histories and links."""

from collections.abc import Callable
from urllib.parse import unquote_plus

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from greenapi.access.secret import occurs_in

from .problems import BAD_REQUEST, Problem, respond

REFUSED = "A token stands in the address, where others may read it: revoke it. Send tokens in the header Authorization."


class NoTokenInAddressMiddleware:
    """Refuses a request whose path or query holds a token."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if occurs_in(request.path) or occurs_in(unquote_plus(request.META.get("QUERY_STRING", ""))):
            return respond(Problem(BAD_REQUEST, REFUSED))
        return self.get_response(request)
