"""Which methods each address has: OPTIONS says, `Allow` says, and HEAD answers as GET does, without the body."""

from collections.abc import Mapping

import pytest

from tests.contract.client import ContractClient, document

pytestmark = pytest.mark.django_db

PLAIN = ["/", "/health/live", "/problems/not-found", "/api/v1", "/api/v1/docs", "/api/v1/schema"]
KEYS = {"slug": "percent", "id": "01a20156-843b-75e5-b45f-fbd69ab71118", "sha256": "a" * 64, "number": "1"}
OF_ONE_REQUEST = {"x-request-id", "ratelimit", "ratelimit-policy"}
DOCUMENTED = sorted(document()["paths"])


def at(path: str) -> str:
    """The path with a key of its sort in place of the parameter."""
    start, _, rest = path.partition("{")
    key, _, end = rest.partition("}")
    return path if not rest else f"{start}{KEYS.get(key, '1')}{end}"


def same(headers: Mapping[str, str]) -> dict[str, str]:
    """The headers that do not tell one request from the next."""
    return {name: value for name, value in headers.items() if name.lower() not in OF_ONE_REQUEST}


@pytest.mark.parametrize("path", [*PLAIN, *DOCUMENTED])
def test_options_says_what_there_is(api: ContractClient, dataset: None, path: str) -> None:
    answer = api.options(at(path))

    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/json")
    said = answer.json()
    assert answer.headers["Allow"] == ", ".join(said["methods"])
    assert "OPTIONS" in said["methods"]
    described = {method.upper() for method in document()["paths"].get(path, {})} & {"GET", "POST", "PATCH", "DELETE"}
    assert described <= set(said["methods"])
    assert ("HEAD" in said["methods"]) == ("GET" in said["methods"])


@pytest.mark.parametrize("path", [path for path in DOCUMENTED if "put" not in document()["paths"][path]])
def test_other_methods_are_refused_with_those_there_are(api: ContractClient, dataset: None, path: str) -> None:
    answer = api.put(at(path))

    assert answer.status_code == 405
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.headers["Allow"] == api.options(at(path)).headers["Allow"]


@pytest.mark.parametrize(
    "path", ["/api/v1", "/api/v1/units", "/api/v1/units/percent", "/api/v1/ledger", "/health/live"]
)
def test_head_is_get_without_a_body(api: ContractClient, dataset: None, path: str) -> None:
    head, get = api.head(path), api.get(path)

    assert (head.status_code, head.content) == (200, b"")
    assert same(head.headers) == same(get.headers)


def test_nothing_has_no_methods(api: ContractClient, dataset: None) -> None:
    answer = api.options("/api/v1/nothing")

    assert (answer.status_code, answer.headers["Content-Type"]) == (404, "application/problem+json")
