"""Lets requests speak to a Django application in this process, without a socket."""

import io
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from http.client import responses
from typing import Any
from urllib.parse import unquote_to_bytes, urlsplit

import requests
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from requests.adapters import BaseAdapter
from requests.structures import CaseInsensitiveDict

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class WSGIAdapter(BaseAdapter):
    """Answers requests by calling an application, and remembers the addresses asked for."""

    def __init__(self, application: Application) -> None:
        super().__init__()
        self.application = application
        self.asked: list[str] = []

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        assert request.url is not None
        self.asked.append(request.url)
        started: list[tuple[str, list[tuple[str, str]]]] = []
        with connection_kept():
            answer = self.application(_environ(request), lambda status, headers, *_: started.append((status, headers)))
            try:
                content = b"".join(answer)
            finally:
                getattr(answer, "close", lambda: None)()
        status, headers = started[0]
        response = requests.Response()
        response.status_code = int(status.split()[0])
        response.reason = responses[response.status_code]
        response.headers = CaseInsensitiveDict(headers)
        response.url, response.request = request.url, request
        response.raw = io.BytesIO(content)
        return response

    def close(self) -> None:
        """There is nothing to close."""


@contextmanager
def connection_kept() -> Iterator[None]:
    """Django does not close the database connection around a request: the test's transaction is on it."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    try:
        yield
    finally:
        for signal in signals:
            signal.connect(close_old_connections)


def _environ(request: requests.PreparedRequest) -> dict[str, Any]:
    parts = urlsplit(request.url or "")
    assert isinstance(parts.path, str)
    headers = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in request.headers.items()}
    return {
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(parts.path).decode("latin-1"),
        "QUERY_STRING": parts.query,
        "SERVER_NAME": parts.hostname,
        "SERVER_PORT": str(parts.port or 80),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": parts.netloc,
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": parts.scheme,
        "wsgi.input": io.BytesIO(b""),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": False,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        **headers,
    }
