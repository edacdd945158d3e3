"""No input gives a 500: whatever is sent is answered, or refused with a problem that the document knows."""

import json
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pytest
from django.test import Client

from greenapi.access.scopes import Scope
from greenapi.rest.problems import ALL_TYPES
from greenapi.wsgi import application
from tests.client.wsgi_adapter import connection_kept
from tests.factories.tokens import bearer

from .client import ContractClient, document, parse
from .hostile_rows import BODIES, CHARSETS, MEMBERS, REQUESTS, VALUES

TYPES = {kind.uri for kind in ALL_TYPES}
# A parameter that so many lists have is no filter of a resource; every kind of those is tried in tests/rest.
MANY = 15
VALID_KEYS = {"slug": "percent", "number": "1", "sha256": "0" * 64, "id": "01a20156-843b-75e5-b45f-fbd69ab71118"}


@pytest.fixture
def token(dataset: None) -> dict[str, str]:
    """The headers of somebody who may do everything."""
    return bearer(Scope.ADMIN)


def check(answer: Any, *, asked: str) -> None:
    """It is a success, or a problem of a known type; in neither case is it long or tells of our insides."""
    body = b"".join(answer) if answer.streaming else answer.content
    assert answer.status_code < 500, (asked[:200], body)
    assert b"Traceback" not in body
    if answer.status_code >= 400 and body:  # HEAD has none
        assert answer.headers["Content-Type"] == "application/problem+json", asked[:200]
        found = parse(body)
        assert (found["status"], found["type"] in TYPES) == (answer.status_code, True)
        assert len(body) < 50_000
    assert "X-Evil" not in answer.headers


def kinds_of_parameters() -> Iterator[tuple[str, str, str]]:
    """One place for each parameter that is not a filter of one resource: where it goes, the address, its name."""
    seen: set[tuple[str, str]] = set()
    for template, operations in document()["paths"].items():
        operation = operations.get("get", {"parameters": []})
        names = [parameter["name"] for parameter in operation.get("parameters", [])]
        for parameter in operation.get("parameters", []):
            key = (parameter["in"], parameter["name"])
            is_filter = parameter["in"] == "query" and "cursor" in names and _times(parameter["name"]) < MANY
            if key not in seen and not is_filter:
                seen.add(key)
                yield parameter["in"], template, parameter["name"]


def _times(name: str) -> int:
    return sum(
        parameter["name"] == name
        for operations in document()["paths"].values()
        for parameter in operations.get("get", {}).get("parameters", [])
    )


KINDS = list(kinds_of_parameters())


@pytest.mark.parametrize(("where", "template", "name"), KINDS, ids=[f"{row[2]} in {row[0]}" for row in KINDS])
def test_hostile_value_of_a_parameter(api: ContractClient, dataset: None, where: str, template: str, name: str) -> None:
    for value in VALUES.values():
        keys = {**VALID_KEYS, **({name: value} if where == "path" else {})}
        address = template.format_map(keys)
        if where == "header":
            check(api.get(address, headers={name: value}), asked=f"{address} {name}: {value}")
        else:
            check(
                api.get(f"{address}?{name}={value}" if where == "query" else address), asked=f"{address} {name}={value}"
            )


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_hostile_body(api: ContractClient, token: dict[str, str], body: bytes) -> None:
    matching = {"If-Match": api.get("/api/v1/units/percent").headers["ETag"]}
    for method, address, kind, more in (
        ("POST", "/api/v1/units", "application/json", {}),
        ("PATCH", "/api/v1/units/percent", "application/merge-patch+json", matching),
        ("POST", "/api/v1/observations", "application/json", {}),
    ):
        answer = api.generic(method, address, body, content_type=kind, headers={**token, **more})

        check(answer, asked=f"{method} {address} {body[:100]!r}")
        assert answer.status_code in {400, 413, 415, 422} or address != "/api/v1/observations"


@pytest.mark.parametrize(("member", "value"), MEMBERS.values(), ids=MEMBERS)
def test_hostile_member_of_a_fact(api: ContractClient, token: dict[str, str], member: str, value: str) -> None:
    content = document()["paths"]["/api/v1/observations"]["post"]["requestBody"]["content"]["application/json"]
    (example,) = content["examples"].values()
    members = {name: json.dumps(each) for name, each in example["value"].items()} | {member: value}
    body = "{" + ",".join(f'"{name}":{each}' for name, each in members.items()) + "}"

    answer = api.post("/api/v1/observations", body.encode(), content_type="application/json", headers=token)

    check(answer, asked=body)
    assert answer.status_code in {400, 422}
    assert any(error["pointer"] for error in parse(answer.content)["errors"]), answer.content


@pytest.mark.parametrize(("method", "address", "headers"), REQUESTS, ids=[repr(row)[:80] for row in REQUESTS])
def test_hostile_request(
    api: ContractClient, token: dict[str, str], method: str, address: str, headers: dict[str, str]
) -> None:
    body = b'{"slug":"a","name":"n","quantity":"q","reason":"r"}' if method in {"POST", "PATCH", "PUT"} else b""
    sent = {**token, "content-type": "application/json", **headers}

    check(api.generic(method, address, body, headers=sent), asked=f"{method} {address} {headers}")


@pytest.mark.parametrize("charset", CHARSETS, ids=[repr(charset[:20]) for charset in CHARSETS])
def test_charset_of_a_body_does_not_decide_how_the_address_is_read(dataset: None, charset: str) -> None:
    """Asked of the application as servers ask it: Django's test client would stumble over it itself."""
    for parameter in ("charset", "charset*", "charset*0*"):
        begun: list[tuple[Any, ...]] = []
        environ = Client()._base_environ(  # type: ignore[attr-defined]
            PATH_INFO="/api/v1/units",
            QUERY_STRING="slug=percent&name=%C3%A9",
            CONTENT_TYPE=f"application/json; {parameter}={charset}",
            HTTP_HOST="localhost",
        )

        with connection_kept():
            body = b"".join(application(environ, lambda *head, begun=begun: begun.append(head)))

        assert (begun[0][0], parse(body).get("results")) == ("200 OK", []), (parameter, body)


@pytest.mark.parametrize("charset", CHARSETS, ids=[repr(charset[:20]) for charset in CHARSETS])
def test_charset_of_a_body_is_one_that_is_taken_or_refused(token: dict[str, str], charset: str) -> None:
    """Asked of the application, as above."""
    for parameter in ("charset", "charset*", "charset*0*"):
        begun: list[tuple[Any, ...]] = []
        environ = Client()._base_environ(  # type: ignore[attr-defined]
            REQUEST_METHOD="POST",
            PATH_INFO="/api/v1/units",
            CONTENT_TYPE=f"application/json; {parameter}={charset}''%ff",
            CONTENT_LENGTH="2",
            HTTP_HOST="localhost",
            HTTP_AUTHORIZATION=token["Authorization"],
        )
        environ["wsgi.input"] = BytesIO(b"{}")

        with connection_kept():
            body = b"".join(application(environ, lambda *head, begun=begun: begun.append(head)))

        assert begun[0][0].startswith(("400", "415")), (parameter, body)


def test_table_is_large_enough() -> None:
    assert len(KINDS) * len(VALUES) + len(BODIES) + len(MEMBERS) + len(REQUESTS) > 1000
    assert len(BODIES) + len(MEMBERS) + len(REQUESTS) >= 150
