"""Outside the desk no error is a page: whatever part of Django answers it, it is a problem document."""

from urllib.parse import quote

import pytest
from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.http import HttpRequest, HttpResponse, HttpResponseServerError
from django.test import Client
from django.urls import path as route
from pytest_django import Settings

from greenapi.urls import handler400, handler403, handler404, handler500
from greenapi.urls import urlpatterns as usual

__all__ = ["handler400", "handler403", "handler404", "handler500"]


def suspicious(request: HttpRequest) -> HttpResponse:
    raise SuspiciousOperation


def too_big(request: HttpRequest) -> HttpResponse:
    raise RequestDataTooBig


def denied(request: HttpRequest) -> HttpResponse:
    raise PermissionDenied


def page_of_its_own(request: HttpRequest) -> HttpResponse:
    return HttpResponseServerError("<h1>Traceback (most recent call last)</h1>", headers={"Retry-After": "7"})


urlpatterns = [
    *usual,
    route("suspicious", suspicious),
    route("too-big", too_big),
    route("denied", denied),
    route("page", page_of_its_own),
]


@pytest.fixture
def addresses(settings: Settings) -> None:
    """Those of the service and of this module."""
    settings.ROOT_URLCONF = __name__


LONG = "x" * 100_000
WRONG = [
    ("GET", "/nowhere", 404),
    ("GET", f"/{LONG}", 404),
    ("GET", f"/api/v1/{LONG}", 404),
    ("GET", "/%00", 404),
    ("GET", "/api/v1/%00", 404),
    ("GET", "/%FF%FE", 404),
    ("GET", "/%ED%A0%80", 404),
    ("GET", f"/{quote('<script>')}", 404),
    ("GET", "/static/nowhere.css", 404),
    ("GET", "/static/../manage.py", 404),
    ("GET", "/problems/no-such-problem", 404),
    ("GET", "/favicon.ico", 404),
    ("DELETE", "/static/admin/css/base.css", 405),
    ("DELETE", "/", 405),
    ("DELETE", "/admin", 405),
    ("PUT", "/problems/busy", 405),
    ("POST", "/health/live", 405),
    ("BREW", "/health/ready", 405),
    ("BREW", "/api/v1", 405),
    ("BREW", "/api/v1/units", 405),
    ("TRACE", "/api/v1/changes", 405),
    ("POST", "/api/v1/docs", 405),
    ("POST", "/api/v1/schema", 405),
    ("GET", "/suspicious", 400),
    ("GET", "/too-big", 400),
    ("GET", "/denied", 403),
    ("GET", "/page", 500),
]


@pytest.mark.parametrize(("method", "address", "status"), WRONG, ids=[" ".join(map(str, row))[:50] for row in WRONG])
@pytest.mark.usefixtures("dataset", "addresses")
def test_error_is_a_problem(client: Client, method: str, address: str, status: int) -> None:
    as_a_browser = {"host": "localhost", "accept": "text/html,*/*;q=0.8"}

    answer = client.generic(method, address, headers=as_a_browser)

    assert (answer.status_code, answer.headers["Content-Type"]) == (status, "application/problem+json")
    assert answer.json()["status"] == status
    assert ("Allow" in answer.headers) == (status == 405)
    assert b"<h1>" not in answer.content and b"Traceback" not in answer.content
    assert len(answer.content) < 1000


def test_error_keeps_the_headers_it_came_with(client: Client, db: None, addresses: None) -> None:
    answer = client.get("/page", headers={"host": "localhost"})

    assert answer.headers["Retry-After"] == "7"
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("host", ["evil.example", "a" * 300, "localhost\\@evil", ""])
def test_host_that_is_not_ours_is_a_problem(client: Client, dataset: None, host: str) -> None:
    for address in ("/", "/nowhere", "/api/v1/units", "/admin/"):
        answer = client.get(address, headers={"host": host})

        assert (answer.status_code, answer.headers["Content-Type"]) == (400, "application/problem+json"), address


def test_form_from_another_site_is_a_problem(dataset: None) -> None:
    answer = Client(enforce_csrf_checks=True, headers={"host": "localhost"}).post("/admin", {"a": "1"})

    assert (answer.status_code, answer.headers["Content-Type"]) == (403, "application/problem+json")


def test_desk_keeps_its_pages(client: Client, dataset: None) -> None:
    answer = Client(enforce_csrf_checks=True).post("/admin/login/", {"a": "1"}, headers={"host": "localhost"})

    assert (answer.status_code, answer.headers["Content-Type"]) == (403, "text/html; charset=utf-8")
