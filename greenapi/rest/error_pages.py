"""Errors that Django or one of its parts answers in a way of its own: outside the desk they become problems, too."""

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from greenapi.desk_path import is_desk

from .problems import CONTENT_TYPE, Problem, respond, type_of_status

# What says how the old body is to be read.
OF_THE_BODY = {"content-type", "content-length", "content-encoding", "content-disposition", "cache-control"}


class ErrorPagesMiddleware:
    """Puts a problem document in the place of any other error, with the headers it came with."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if response.status_code < 400 or is_desk(request.path):
            return response
        if response.headers.get("Content-Type") == CONTENT_TYPE:
            return response
        problem = respond(Problem(type_of_status(response.status_code)))
        for name, value in response.headers.items():
            if name.lower() not in OF_THE_BODY:
                problem[name] = value
        response.close()
        return problem
