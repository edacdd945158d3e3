"""Request ids, and the lines of the log: one an event, with nothing in them that is not to be there."""

import json
import logging
import re
from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path as route
from pytest_django import Settings

from greenapi.log_lines import logging_settings
from greenapi.urls import handler400, handler403, handler404, handler500
from greenapi.urls import urlpatterns as usual
from tests.factories import tokens

pytestmark = pytest.mark.django_db
__all__ = ["handler400", "handler403", "handler404", "handler500"]


def broken(request: HttpRequest) -> HttpResponse:
    raise ZeroDivisionError(f"broken by {tokens.issued().secret}")


urlpatterns = [*usual, route("api/v1/broken", broken)]


class Log:
    """What was logged, as the service would write it."""

    def __init__(self, *, log_format: str) -> None:
        formatter = logging_settings(log_format=log_format, level="INFO")["formatters"]["event"]
        self._written = StringIO()
        self.handler = logging.StreamHandler(self._written)
        kind = formatter.pop("()")
        self.handler.setFormatter(kind(**formatter))

    @property
    def text(self) -> str:
        return self._written.getvalue()

    def events(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.text.splitlines()]


@pytest.fixture(params=["json", "console"])
def log(request: pytest.FixtureRequest) -> Iterator[Log]:
    yield from _logged(request.param)


@pytest.fixture
def json_log() -> Iterator[Log]:
    yield from _logged("json")


def _logged(log_format: str) -> Iterator[Log]:
    root, kept = logging.getLogger(), Log(log_format=log_format)
    before = root.level
    root.addHandler(kept.handler)
    root.setLevel(logging.INFO)
    try:
        yield kept
    finally:
        root.removeHandler(kept.handler)
        root.setLevel(before)


@pytest.mark.parametrize("path", ["/", "/api/v1/units", "/api/v1/nothing", "/health/live", "/admin/", "/static/x.css"])
def test_every_answer_has_the_id_of_its_request(client: Client, dataset: None, path: str) -> None:
    given = client.get(path, headers={"x-request-id": "from-a-proxy.1:2"})
    first, second = (client.get(path).headers["X-Request-ID"] for _ in range(2))

    assert given.headers["X-Request-ID"] == "from-a-proxy.1:2"
    assert re.fullmatch("[0-9a-f]{32}", first) and first != second


@pytest.mark.parametrize("given", ["", " ", "a b", "a\nb", "<script>", "x" * 101, "é", "a;b", "\0"])
def test_id_that_could_harm_is_replaced(client: Client, dataset: None, given: str) -> None:
    answer = client.get("/api/v1/units", headers={"x-request-id": given})

    assert re.fullmatch("[0-9a-f]{32}", answer.headers["X-Request-ID"])


def test_request_is_one_line_without_its_query(client: Client, dataset: None, json_log: Log) -> None:
    secret = tokens.issued().secret
    asked = client.get("/api/v1/units?name__contains=diary", headers={"Authorization": f"Bearer {secret}"})
    client.get("/api/v1/units?nmae=diary")

    first, second = json_log.events()
    assert (first["event"], first["request"], first["code"]) == ("request_finished", "GET /api/v1/units", 200)
    assert first["request_id"] == asked.headers["X-Request-ID"]
    assert first["milliseconds"] > 0
    assert (second["code"], second["level"]) == (400, "info")
    for word in ("diary", secret.secret):
        assert word not in json_log.text


def test_line_stays_one_whatever_the_path_holds(client: Client, db: None, log: Log) -> None:
    client.get("/api/v1/units/%0d%0a2026 ERROR all is lost")

    assert len(log.text.splitlines()) == 1


def test_fault_is_traced_by_the_id_that_was_answered(dataset: None, settings: Settings, log: Log) -> None:
    settings.ROOT_URLCONF = __name__
    client = Client(raise_request_exception=False)

    answer = client.get("/api/v1/broken?q=diary")

    name = answer.headers["X-Request-ID"]
    assert answer.status_code == 500
    assert name in answer.json()["detail"]
    assert name in log.text and "ZeroDivisionError" in log.text
    assert "diary" not in log.text
    assert re.search(r"greenapi_[0-9a-f]{12}_\[hidden\]", log.text)
    assert not re.search(r"_[0-9a-f]{64}", log.text)
    assert log.text.count("Traceback") == 1


def test_unknown_format_is_refused() -> None:
    with pytest.raises(ValueError, match="LOG_FORMAT is one of console, json"):
        logging_settings(log_format="xml", level="INFO")
