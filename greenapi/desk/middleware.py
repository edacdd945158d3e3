"""Sessions are the desk's: no other address reads their cookie or sets one."""

from typing import Any

from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware

from greenapi.desk_path import is_desk


class DeskSessionMiddleware(SessionMiddleware):
    """The session, at the desk."""

    def process_request(self, request: HttpRequest) -> None:
        if is_desk(request.path_info):
            super().process_request(request)

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        return super().process_response(request, response) if hasattr(request, "session") else response


class DeskUserMiddleware(AuthenticationMiddleware):
    """The user of the session, at the desk."""

    def process_request(self, request: HttpRequest) -> None:
        if hasattr(request, "session"):
            super().process_request(request)


class DeskMessageMiddleware(MessageMiddleware):
    """What the next page tells, at the desk."""

    def process_request(self, request: HttpRequest) -> None:
        if hasattr(request, "session"):
            super().process_request(request)


class FormMiddleware(CsrfViewMiddleware):
    """The guard of forms, which only the desk has: a form sent elsewhere has no cookie to show, and is refused."""

    def process_request(self, request: HttpRequest) -> None:
        if is_desk(request.path_info):
            super().process_request(request)

    def process_response(self, request: HttpRequest, response: Any) -> Any:
        return super().process_response(request, response) if is_desk(request.path_info) else response
