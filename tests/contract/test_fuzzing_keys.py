"""Most requests that schemathesis makes up are of records that there are, and the same one is always of the same."""

from types import SimpleNamespace
from typing import Any

from .client import ContractClient
from .fuzzing_keys import IF_MATCH, RealKeys


def made_up(number: int, *, method: str = "PATCH", path: str = "/api/v1/units/{slug}") -> Any:
    return SimpleNamespace(
        method=method, path=path, path_parameters={"slug": f"0{number}"}, query={}, body={}, headers={IF_MATCH: '"0"'}
    )


def asked(keys: RealKeys, **what: str) -> list[tuple[str, str]]:
    cases = [made_up(number, **what) for number in range(40)]
    for case in cases:
        keys.put(case)
    return [(case.path_parameters["slug"], case.headers[IF_MATCH]) for case in cases]


def test_records_that_there_are_get_asked_for(api: ContractClient, dataset: None) -> None:
    there = {row["slug"]: api.get(row["href"]).headers["ETag"] for row in api.read("/api/v1/units")["results"]}

    found = asked(RealKeys(api.get))

    real = [(slug, etag) for slug, etag in found if slug in there]
    assert all(there[slug] == etag for slug, etag in real)
    assert 20 < len(real) < 40
    assert len(dict(real)) > 5
    assert found == asked(RealKeys(api.get))


def test_what_takes_records_away_is_not_told_their_state(api: ContractClient, dataset: None) -> None:
    assert {etag for _, etag in asked(RealKeys(api.get), method="DELETE")} == {'"0"'}


def test_unknown_address_stays_as_it_is(api: ContractClient, dataset: None) -> None:
    assert all(slug.startswith("0") for slug, _ in asked(RealKeys(api.get), path="/api/v1/redactions/{slug}"))
