"""Errors: every type is reached, everywhere as a problem document with the same members."""

from collections.abc import Callable
from datetime import UTC, datetime
from importlib import import_module
from typing import Any
from uuid import UUID

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path as route
from pytest_django import Settings

from greenapi.ledger.models import ChangeClass, LedgerHead
from greenapi.ledger.redaction import redact
from greenapi.ledger.revisions import PATIENCE_SECONDS
from greenapi.rest.problems import ALL_TYPES, ProblemType
from greenapi.urls import handler400, handler403, handler404, handler500
from greenapi.urls import urlpatterns as usual
from indicators.models import Commitment
from tests.contract.client import ContractClient
from tests.factories import facts
from tests.factories.revisions import change
from tests.ledger.second_writer import second_writer

from .write_problems import WRITE_PROBLEMS

__all__ = ["handler400", "handler403", "handler404", "handler500"]


def broken(request: HttpRequest) -> HttpResponse:
    raise ZeroDivisionError("a secret of ours")


urlpatterns = [*usual, route("broken", broken)]


def not_allowed(api: ContractClient) -> Any:
    """The desk refuses staff who may not see the list of users."""
    api.force_login(User.objects.create_user("ada", is_staff=True))
    return api.get("/admin/auth/user/")


def not_yet_recorded(api: ContractClient) -> Any:
    head = LedgerHead.objects.get().number
    with change():
        facts.unit(slug="recorded-later")
    return api.get(f"/api/v1/units/recorded-later?as_of={head}")


def redacted(api: ContractClient) -> Any:
    with change():
        fact = facts.commitment(cited=False)
    with change(change_class=ChangeClass.REDACTION):
        redact(Commitment, fact.id, authority="A court", reason="A name")
    return api.get(f"/api/v1/commitments/{fact.id}")


def of_another_host(api: ContractClient) -> Any:
    return api.get("/api/v1/units", headers={"host": "evil.example"})


# How each type is reached, and the status it has.
REACHED: dict[str, tuple[int, Callable[[ContractClient], Any]]] = {
    "bad-request": (400, of_another_host),
    "unknown-parameter": (400, lambda api: api.get("/api/v1/units?nmae=percent")),
    "invalid-parameter": (400, lambda api: api.get("/api/v1/observations?value=many")),
    "invalid-as-of": (400, lambda api: api.get("/api/v1/units?as_of=yesterday")),
    "invalid-cursor": (400, lambda api: api.get("/api/v1/units?cursor=abc")),
    "unauthenticated": (401, lambda api: api.get("/api/v1/units", headers={"authorization": "Bearer wrong"})),
    "not-allowed": (403, not_allowed),
    "not-found": (404, lambda api: api.get("/api/v1/units/no-such-unit")),
    "not-yet-recorded": (404, not_yet_recorded),
    "redacted": (410, redacted),
    "method-not-allowed": (405, lambda api: api.put("/api/v1/units/percent")),
    "not-acceptable": (406, lambda api: api.get("/api/v1/units", headers={"accept": "text/html"})),
    "ledger-diverged": (409, lambda api: api.get(f"/api/v1/changes?after={UUID(int=0)}.0.{'0' * 64}")),
    "conflicting-parameters": (422, lambda api: api.get("/api/v1/units?view=all&count=true")),
    "future-as-of": (422, lambda api: api.get("/api/v1/units?as_of=9999-12-31")),
    **WRITE_PROBLEMS,
}
# Those that need more than a request: the module and the name of a test of its own.
BY_ITSELF = {
    "internal-error": (__name__, "test_view_that_raises_is_an_internal_error_that_tells_nothing"),
    "not-ready": (__name__, "test_service_without_its_migrations_is_not_ready"),
    "too-many-requests": (
        "tests.access.test_rate_limits",
        "test_beyond_the_limit_it_is_said_when_to_come_again",
    ),
    "busy": (__name__, "test_question_that_waits_too_long_for_a_writer_is_answered_busy"),
}


def check(answer: Any, *, slug: str, status: int) -> dict[str, Any]:
    """The body, which is a problem document of this type."""
    (kind,) = (kind for kind in ALL_TYPES if kind.slug == slug)
    assert answer.headers["Content-Type"] == "application/problem+json"
    body: dict[str, Any] = answer.json()
    assert list(body) == ["type", "title", "status", "detail", "errors"]
    assert (body["type"], body["title"], body["status"]) == (f"/problems/{slug}", kind.title, status)
    assert answer.status_code == status
    assert answer.headers["Cache-Control"] == "no-store"
    return body


def test_every_type_is_reached_by_a_test() -> None:
    assert sorted(kind.slug for kind in ALL_TYPES) == sorted([*REACHED, *BY_ITSELF])
    for module, name in BY_ITSELF.values():
        assert callable(getattr(import_module(module), name))


@pytest.mark.parametrize("slug", REACHED)
def test_type_is_reached(api: ContractClient, dataset: None, slug: str) -> None:
    status, reach = REACHED[slug]

    check(reach(api), slug=slug, status=status)


def test_view_that_raises_is_an_internal_error_that_tells_nothing(
    api: ContractClient, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.ROOT_URLCONF = __name__
    api.raise_request_exception = False

    answer = api.get("/broken")

    body = check(answer, slug="internal-error", status=500)
    assert body["detail"] == f"Tell us of request {answer.headers['X-Request-ID']}."
    assert body["errors"] == []
    assert b"secret" not in answer.content
    assert "a secret of ours" in caplog.text


def test_service_without_its_migrations_is_not_ready(client: Client, db: None) -> None:
    executor = MigrationExecutor(connection)
    executor.recorder.record_unapplied(*executor.loader.graph.leaf_nodes("indicators")[0])

    answer = client.get("/health/ready", headers={"host": "localhost"})

    body = check(answer, slug="not-ready", status=503)
    assert "migrations are not applied" in body["detail"]


def test_question_that_waits_too_long_for_a_writer_is_answered_busy(api: ContractClient, dataset_db: None) -> None:
    with second_writer():
        answer = api.get(f"/api/v1/units?as_of={datetime.now(UTC).isoformat().replace('+00:00', 'Z')}")
        live = api.get("/api/v1/units")

    check(answer, slug="busy", status=503)
    assert answer.headers["Retry-After"] == str(PATIENCE_SECONDS)
    assert live.status_code == 200


@pytest.mark.parametrize("address", ["/nowhere", "/api/v1/nowhere", "/api", "/api/v1/units/percent/more", "/health"])
def test_address_that_leads_nowhere_is_not_found(api: ContractClient, dataset: None, address: str) -> None:
    check(api.get(address), slug="not-found", status=404)


@pytest.mark.parametrize("address", ["/api/v1", "/api/v1/units", "/api/v1/units/percent"])
def test_wrong_method_says_which_are_right(api: ContractClient, dataset: None, address: str) -> None:
    answer = api.put(address)

    check(answer, slug="method-not-allowed", status=405)
    assert "GET" in answer.headers["Allow"]


def test_error_names_its_parameter(api: ContractClient, dataset: None) -> None:
    body = check(api.get("/api/v1/observations?value=many&stated_on__gte=soon"), slug="invalid-parameter", status=400)

    assert {error["parameter"] for error in body["errors"]} == {"value", "stated_on__gte"}
    assert all(error["pointer"] is None and error["detail"] for error in body["errors"])


@pytest.mark.parametrize("state", ["draft", "in_review", "withdrawn"])
def test_fact_that_is_not_public_is_not_found(api: ContractClient, dataset: None, state: str) -> None:
    with change():
        hidden = facts.commitment(published=False)
        type(hidden).objects.filter(id=hidden.id).update(state=state, submitted_by="ada", reviewed_by="bea")

    check(api.get(f"/api/v1/commitments/{hidden.id}"), slug="not-found", status=404)
    assert str(hidden.id) not in api.get("/api/v1/commitments?page_size=1000").content.decode()


@pytest.mark.parametrize("kind", ALL_TYPES, ids=lambda kind: kind.slug)
def test_type_of_a_problem_leads_to_what_it_is(client: Client, kind: ProblemType) -> None:
    answer = client.get(kind.uri, headers={"host": "localhost"})

    assert answer.json() == {"type": kind.uri, "title": kind.title, "status": int(kind.status)}
