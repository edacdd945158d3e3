"""How each problem of a write is reached."""

from collections.abc import Callable
from typing import Any

from greenapi.access.scopes import Scope
from tests.contract.client import ContractClient

from .writes import Writer, example_of, make

UNIT = "/api/v1/units"


def _writer(api: ContractClient) -> Writer:
    return Writer(api, Scope.REVIEW)


def _unit(api: ContractClient, **headers: str) -> Any:
    return _writer(api).post(UNIT, example_of("units"), **headers)


def _key_reused(api: ContractClient) -> Any:
    writer = _writer(api)
    assert writer.post(UNIT, example_of("units"), **{"Idempotency-Key": "one"}).status_code == 201
    return writer.post(UNIT, {**example_of("units"), "slug": "another"}, **{"Idempotency-Key": "one"})


def _wrong_state(api: ContractClient) -> Any:
    writer = _writer(api)
    return writer.step(make(writer, "claim-links"), "publish")


def _rule_broken(api: ContractClient) -> Any:
    return _writer(api).post("/api/v1/periods", {**example_of("periods"), "end_on": "2030-12-31"})


WRITE_PROBLEMS: dict[str, tuple[int, Callable[[ContractClient], Any]]] = {
    "invalid-body": (400, lambda api: _writer(api).post(UNIT, {"slug": 5})),
    "already-there": (409, lambda api: _writer(api).post(UNIT, {**example_of("units"), "slug": "percent"})),
    "in-use": (409, lambda api: _writer(api).delete(f"{UNIT}/percent")),
    "wrong-state": (409, _wrong_state),
    "stale": (412, lambda api: _writer(api).patch(f"{UNIT}/percent", {"name": "x"}, **{"If-Match": '"0"'})),
    "length-required": (411, lambda api: _writer(api).send("post", UNIT, b"", **{"Transfer-Encoding": "chunked"})),
    "too-large": (413, lambda api: _writer(api).post(UNIT, {**example_of("units"), "definition": "x" * 2**20})),
    "unsupported-media-type": (415, lambda api: _writer(api).send("post", UNIT, b"slug=x", kind="text/plain")),
    "rule-broken": (422, _rule_broken),
    "idempotency-key-reused": (422, _key_reused),
    "precondition-required": (428, lambda api: _writer(api).send("patch", f"{UNIT}/percent", {"name": "x"})),
}
