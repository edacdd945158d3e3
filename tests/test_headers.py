"""What answers tell browsers: who may read them, what a page may load, and that no cookie is needed."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from greenapi.access.scopes import Scope
from tests.contract.client import ContractClient, document
from tests.factories import tokens

pytestmark = pytest.mark.django_db
ORIGIN = {"origin": "https://notebook.example"}


@pytest.mark.parametrize("path", ["/api/v1/units", "/api/v1/units/percent?as_of=1", "/api/v1/units/none", "/api/v1/x"])
def test_program_of_any_origin_reads(api: ContractClient, dataset: None, path: str) -> None:
    answer = api.get(path, headers=ORIGIN)

    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in answer.headers
    exposed = set(answer.headers["Access-Control-Expose-Headers"].split(", "))
    assert {"ETag", "Revision", "Link", "RateLimit", "Retry-After", "Location", "X-Request-ID"} <= exposed


def test_304_may_be_read_too(api: ContractClient, dataset: None) -> None:
    etag = api.get("/api/v1/units").headers["ETag"]

    answer = api.get("/api/v1/units", headers={**ORIGIN, "if-none-match": etag})

    assert (answer.status_code, answer.headers["Access-Control-Allow-Origin"]) == (304, "*")


def test_program_with_a_token_may_write(api: ContractClient, dataset: None) -> None:
    asked = {"access-control-request-method": "PATCH", "access-control-request-headers": "authorization, if-match"}

    answer = api.options("/api/v1/units/percent", headers={**ORIGIN, **asked})

    allowed = {name.lower() for name in answer.headers["Access-Control-Allow-Headers"].split(", ")}
    assert answer.status_code == 200
    assert {"authorization", "if-match", "idempotency-key", "content-type"} <= allowed
    assert {"GET", "HEAD", "OPTIONS", "POST", "PATCH"} <= set(
        answer.headers["Access-Control-Allow-Methods"].split(", ")
    )
    assert int(answer.headers["Access-Control-Max-Age"]) >= 3600


def test_desk_is_for_its_own_pages_only(client: Client, db: None) -> None:
    assert "Access-Control-Allow-Origin" not in client.get("/admin/login/", headers=ORIGIN).headers


BOGUS = {"cookie": "sessionid=bogus; csrftoken=bogus; messages=bogus"}


@pytest.mark.parametrize(
    "path", ["/api/v1/units", "/api/v1/docs", "/api/v1/schema", "/api/v1", "/api/v1/x", "/problems/busy"]
)
def test_api_neither_reads_nor_sets_cookies(client: Client, dataset: None, path: str) -> None:
    client.force_login(User.objects.create_superuser("root"))

    for headers in ({}, BOGUS):
        answer = client.get(path, headers=headers)
        assert not answer.cookies
        assert "cookie" not in answer.headers.get("Vary", "").lower()


def test_home_page_sets_no_cookie(client: Client, dataset: None) -> None:
    assert not client.get("/").cookies


@pytest.mark.parametrize("path", ["/", "/api/v1/docs", "/admin/login/", "/api/v1/units"])
def test_page_loads_files_of_this_host_only(client: Client, dataset: None, path: str) -> None:
    answer: Any = client.get(path)

    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy and "frame-ancestors 'none'" in policy
    assert not [word for word in ("unsafe", "http:", "https:", "*") if word in policy]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert "Strict-Transport-Security" not in answer.headers


@pytest.mark.parametrize(
    "address",
    [
        "/api/v1/units?access_token={}",
        "/api/v1/units?name={}",
        "/api/v1/units/{}",
        "/api/v1/units?name=x%20Bearer%20{}",
        "/?{}",
        "/admin/login/?next={}",
        "/nothing/{}",
    ],
)
def test_token_in_an_address_is_refused_and_not_repeated(client: Client, dataset: None, address: str) -> None:
    secret = tokens.issued(Scope.READ).secret

    for text in (str(secret), str(secret).replace("greenapi", "%67reenapi")):
        answer = client.get(address.format(text))
        assert (answer.status_code, answer.json()["type"]) == (400, "/problems/bad-request")
        assert secret.secret not in answer.text


def test_programs_in_browsers_see_every_header_that_the_document_names(settings: Any) -> None:
    named = {
        name
        for operations in document()["paths"].values()
        for operation in operations.values()
        for answer in operation["responses"].values()
        for name in answer.get("headers", {})
    }

    # The one is seen anyway, the other is for caches.
    assert named - set(settings.CORS_EXPOSE_HEADERS) == {"Cache-Control", "Vary"}


def test_programs_in_browsers_may_use_every_method_that_the_document_names(settings: Any) -> None:
    named = {method.upper() for operations in document()["paths"].values() for method in operations}

    assert named <= set(settings.CORS_ALLOW_METHODS)
