"""OPTIONS at every address outside the desk: which methods there are, as `Allow` says, and where to read more."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from greenapi.desk_path import is_desk

from .encoding import encode
from .parameters import DOCS

OPTIONS = "OPTIONS"


class AllowedMethodsMiddleware:
    """Answers OPTIONS alike wherever something is, whether or not the view thought of it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if "Allow" not in response.headers or is_desk(request.path):
            return response
        methods = sorted({*response.headers["Allow"].replace(" ", "").split(","), OPTIONS})
        response.headers["Allow"] = ", ".join(methods)
        if request.method != OPTIONS:
            return response
        answer = HttpResponse(encode({"methods": methods, "documentation": DOCS}), content_type="application/json")
        answer["Allow"] = response.headers["Allow"]
        answer["Cache-Control"] = "no-store"
        return answer
