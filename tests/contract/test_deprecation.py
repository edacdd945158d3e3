"""What the document marks as deprecated is announced by headers; nothing is today."""

from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import include, path
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiYamlRenderer
from drf_spectacular.utils import OpenApiParameter, extend_schema
from pytest_django import Settings
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from greenapi.rest.deprecation import deprecations
from greenapi.urls import handler400, handler403, handler404, handler500
from greenapi.urls import urlpatterns as usual

from .client import document

__all__ = ["handler400", "handler403", "handler404", "handler500"]

DAYS = {"x-deprecated": "2027-01-01", "x-sunset": "2027-07-01"}
EARLIER = {"x-deprecated": "2026-12-01", "x-sunset": "2027-06-01"}
OLD_WORD = OpenApiParameter("old", str, description="An old word.", deprecated=True, extensions=EARLIER)
NEW_WORD = OpenApiParameter("new", str, description="A new word.")


class Going(APIView):
    """One method that is to go, and one parameter of another."""

    @extend_schema(operation_id="going", parameters=[OLD_WORD, NEW_WORD], responses={200: str})
    def get(self, request: Request, key: str) -> Response:
        return Response(key, headers={"Link": '</here>; rel="original"'})

    @extend_schema(operation_id="gone", request=None, responses={200: str}, deprecated=True, extensions=DAYS)
    def delete(self, request: Request, key: str) -> Response:
        return Response(key)


class Going404(APIView):
    @extend_schema(operation_id="never", responses={200: str}, deprecated=True, extensions=DAYS)
    def get(self, request: Request) -> Response:
        raise ZeroDivisionError


urlpatterns = [
    path("api/v1/", include([path("going/<str:key>", Going.as_view()), path("never", Going404.as_view())])),
    *usual,
]


@pytest.fixture
def marked(settings: Settings, tmp_path: Path) -> None:
    """The addresses above, and the document that says of them what is to go."""
    schema: Any = SchemaGenerator(urlconf=__name__).get_schema(request=None, public=True)
    settings.ROOT_URLCONF = __name__
    settings.OPENAPI_DOCUMENT = tmp_path / "openapi.yaml"
    settings.OPENAPI_DOCUMENT.write_bytes(OpenApiYamlRenderer().render(schema))


def ask(method: str, address: str) -> dict[str, str]:
    answer = Client(headers={"host": "localhost"}, raise_request_exception=False).generic(method, address)
    return {name: answer.headers[name] for name in ("Deprecation", "Sunset", "Link") if name in answer.headers}


def test_operation_that_is_to_go_says_so(db: None, marked: None) -> None:
    assert ask("DELETE", "/api/v1/going/1") == {
        "Deprecation": "@1798761600",
        "Sunset": "Thu, 01 Jul 2027 00:00:00 GMT",
        "Link": '</api/v1/docs#/going/gone>; rel="deprecation"; type="text/html"',
    }


def test_parameter_that_is_to_go_says_so_where_it_is_given(db: None, marked: None) -> None:
    told = {
        "Deprecation": "@1796083200",
        "Sunset": "Tue, 01 Jun 2027 00:00:00 GMT",
        "Link": '</here>; rel="original", </api/v1/docs#/going/going>; rel="deprecation"; type="text/html"',
    }

    assert ask("GET", "/api/v1/going/1?old=x") == told
    assert ask("HEAD", "/api/v1/going/1/?old=x&new=y") == told
    assert ask("GET", "/api/v1/going/1?new=x") == {"Link": '</here>; rel="original"'}


def test_error_of_what_is_to_go_says_so_too(db: None, marked: None) -> None:
    assert ask("GET", "/api/v1/never").keys() == {"Deprecation", "Sunset", "Link"}


@pytest.mark.parametrize("address", ["/api/v1/going/1/2?old=x", "/api/v1/going", "/api/v1/units", "/health/live?old=1"])
def test_other_addresses_say_nothing(dataset: None, marked: None, address: str) -> None:
    assert "Deprecation" not in ask("GET", address)


def test_nothing_is_deprecated_today(settings: Settings) -> None:
    assert deprecations(settings.OPENAPI_DOCUMENT) == ()
    assert "deprecated: true" not in settings.OPENAPI_DOCUMENT.read_text(encoding="utf-8")


def test_document_tells_of_the_headers() -> None:
    assert {"Deprecation", "Sunset", "API-Version"} <= document()["components"]["headers"].keys()
