"""Rate limits as clients meet them: what is counted, for whom, and what answers say."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from greenapi.access.scopes import Scope
from greenapi.bridge import WAITED
from tests.contract.client import ContractClient
from tests.factories import tokens

pytestmark = pytest.mark.django_db
UNITS = "/api/v1/units/percent"


@pytest.fixture(autouse=True)
def _limits(settings: Settings) -> None:
    settings.RATE_LIMIT_ANONYMOUS = 3
    settings.RATE_LIMIT_TOKEN = 5


def left(answer: Any) -> tuple[str, int]:
    """The policy, and how many requests it leaves."""
    found = re.fullmatch(r'"(\w+)";r=(\d+);t=([1-9]\d*)', answer.headers["RateLimit"])
    assert found and 1 <= int(found[3]) <= 60
    return found[1], int(found[2])


def test_beyond_the_limit_it_is_said_when_to_come_again(api: ContractClient, dataset: None) -> None:
    answers = [api.get(UNITS) for _ in range(4)]
    refused = answers.pop()

    assert [(answer.status_code, left(answer)) for answer in answers] == [
        (200, ("anonymous", remaining)) for remaining in (2, 1, 0)
    ]
    assert answers[0].headers["RateLimit-Policy"] == '"anonymous";q=3;w=60'
    assert (refused.status_code, refused.json()["type"]) == (429, "/problems/too-many-requests")
    assert 1 <= int(refused.headers["Retry-After"]) <= 60
    assert left(refused) == ("anonymous", 0)
    assert refused.headers["Cache-Control"] == "no-store"
    assert "Authorization" in refused.headers["Vary"]


def test_token_has_a_limit_of_its_own(api: ContractClient, dataset: None) -> None:
    headers, others = tokens.bearer(), tokens.bearer()

    found = [api.get(UNITS, headers=headers) for _ in range(6)]

    assert [answer.status_code for answer in found] == [*[200] * 5, 429]
    assert left(found[0]) == ("token", 4)
    assert api.get(UNITS).status_code == 200
    assert left(api.get(UNITS, headers=others)) == ("token", 4)


def test_wrong_tokens_count_for_the_address(api: ContractClient, dataset: None) -> None:
    wrong = {"Authorization": "Bearer wrong"}

    assert [api.get(UNITS, headers=wrong).status_code for _ in range(4)] == [401, 401, 401, 429]
    assert api.get(UNITS).status_code == 429
    assert api.get(UNITS, headers=tokens.bearer()).status_code == 200


def test_unchanged_answers_are_not_counted(api: ContractClient, dataset: None) -> None:
    known = {"if-none-match": api.get(UNITS).headers["ETag"]}

    found = [api.get(UNITS, headers=known) for _ in range(10)]

    assert {(answer.status_code, left(answer)) for answer in found} == {(304, ("anonymous", 2))}


def test_addresses_are_counted_apart_and_households_together(dataset: None) -> None:
    def asked(address: str, **headers: str) -> int:
        return Client(REMOTE_ADDR=address).get(UNITS, headers=headers).status_code

    assert [asked("192.0.2.1", **{"x-forwarded-for": f"198.51.100.{number}"}) for number in range(4)] == [
        *[200] * 3,
        429,
    ]
    assert asked("192.0.2.2") == 200
    assert [asked(f"2001:db8::{number}") for number in range(4)] == [*[200] * 3, 429]
    assert asked("2001:db8:0:1::") == 200


@pytest.mark.parametrize("path", ["/health/live", "/health/ready", "/admin/login/"])
def test_what_is_no_question_is_not_counted(client: Client, dataset: None, path: str) -> None:
    for _ in range(5):
        answer = client.get(path)
        assert answer.status_code == 200
        assert "RateLimit" not in answer.headers


def test_address_that_begins_like_the_desk_is_counted(client: Client, dataset: None) -> None:
    assert "RateLimit" in client.get("/administration").headers


def test_preflights_are_not_counted(api: ContractClient, dataset: None) -> None:
    asked = {"origin": "https://a.example", "access-control-request-method": "GET"}

    assert {api.options(UNITS, headers=asked).status_code for _ in range(5)} == {200}


def test_what_was_asked_for_all_who_waited_is_nobodys(dataset: None) -> None:
    environment: dict[str, Any] = {WAITED: True}
    client = Client(**environment)
    answers = [client.get(UNITS) for _ in range(5)]

    assert {(answer.status_code, "RateLimit" in answer.headers) for answer in answers} == {(200, False)}


def test_without_limits_nothing_is_asked_or_said(api: ContractClient, dataset: None, settings: Settings) -> None:
    settings.RATE_LIMIT_ANONYMOUS = settings.RATE_LIMIT_TOKEN = 0

    with CaptureQueriesContext(connection) as captured:
        answer = api.get(UNITS)

    assert "RateLimit" not in answer.headers
    assert not [query for query in captured.captured_queries if "access_" in query["sql"]]


def test_token_that_is_counted_is_looked_up_once(api: ContractClient, dataset: None) -> None:
    headers = tokens.bearer(Scope.READ)
    api.get(UNITS, headers=headers)

    with CaptureQueriesContext(connection) as captured:
        api.get(UNITS, headers=headers)

    asked = [query["sql"].split()[0] for query in captured.captured_queries if "access_" in query["sql"]]
    assert asked == ["SELECT", "INSERT"]
