"""Clients: of the real application in this process, and of a server that does what it should not."""

from collections.abc import Iterator

import pytest
import requests

from greenapi.wsgi import application
from greenapi_client import GreenAPI

from .hostile import Hostile, serving
from .wsgi_adapter import WSGIAdapter

HERE = "http://localhost"


@pytest.fixture(autouse=True)
def direct(monkeypatch: pytest.MonkeyPatch) -> None:
    """No proxy and no service of this machine's environment takes part in a test."""
    monkeypatch.setenv("NO_PROXY", "*")
    monkeypatch.delenv("GREENAPI_URL", raising=False)


@pytest.fixture
def adapter() -> WSGIAdapter:
    """The way to the real application; it remembers what was asked."""
    return WSGIAdapter(application)


@pytest.fixture
def green(adapter: WSGIAdapter) -> Iterator[GreenAPI]:
    """A client of the real application."""
    with requests.Session() as session:
        session.mount(HERE, adapter)
        yield GreenAPI(HERE, session=session)


@pytest.fixture
def hostile() -> Iterator[Hostile]:
    """A server that answers what the test tells it to."""
    with serving() as server:
        yield server


@pytest.fixture
def elsewhere() -> Iterator[Hostile]:
    """Another host, which nobody should ask."""
    with serving() as server:
        server.answers = [b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"]
        yield server


@pytest.fixture
def wary(hostile: Hostile) -> Iterator[GreenAPI]:
    """A client of the hostile server, with a token."""
    with GreenAPI(hostile.url, token="secret-token", timeout=5) as client:
        yield client
