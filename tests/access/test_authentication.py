"""Who asks: tokens that work, tokens that do not, and what is kept of them."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from greenapi.access import secret
from greenapi.access.models import Token
from greenapi.access.scopes import Scope
from tests.contract.client import ContractClient
from tests.factories import tokens

pytestmark = pytest.mark.django_db
UNITS = "/api/v1/units"


def ask(api: ContractClient, authorization: Any) -> Any:
    return api.get(UNITS, headers={"Authorization": str(authorization)})


def test_token_that_works_reads_what_everybody_reads(api: ContractClient, dataset: None) -> None:
    with_token = api.get(UNITS, headers=tokens.bearer())

    assert with_token.status_code == 200
    assert with_token.content == api.get(UNITS).content


def test_nothing_but_a_hash_is_kept_of_the_secret(db: None) -> None:
    made = tokens.issued()

    with connection.cursor() as cursor:
        cursor.execute("SELECT t::text FROM access_token t")
        (row,) = cursor.fetchone()
    assert made.secret.prefix in row
    assert made.secret.secret not in row
    assert made.secret.secret not in repr(made)


def revoked(token: Token) -> None:
    token.revoked_at = timezone.now()


def expired(token: Token) -> None:
    token.created_at, token.expires_at = (timezone.now() - timedelta(days=days) for days in (2, 1))


def of_a_closed_account(token: Token) -> None:
    token.user.is_active = False
    token.user.save()


@pytest.mark.parametrize("end", [revoked, expired, of_a_closed_account])
def test_token_that_ended_is_refused(api: ContractClient, dataset: None, end: Any) -> None:
    made = tokens.issued(Scope.ADMIN)
    assert ask(api, f"Bearer {made.secret}").status_code == 200
    end(made.token)
    made.token.save()

    answer = ask(api, f"Bearer {made.secret}")

    assert (answer.status_code, answer.json()["type"]) == (401, "/problems/unauthenticated")
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


WRONG = [
    "",
    "Bearer",
    "Bearer ",
    "Bearer x",
    "Bearer \0",
    "Basic YWRhOmFkYQ==",
    "Token {0}",
    "{0}",
    "Bearer {0} {0}",
    "Bearer {0}0",
    "Bearer {0},Bearer {0}",
    "Bearer greenapi_\N{ARABIC-INDIC DIGIT ONE}",
    "x" * 10_000,
]


@pytest.mark.parametrize("given", WRONG, ids=lambda given: given[:30])
def test_header_that_holds_no_token_is_refused(api: ContractClient, dataset: None, given: str) -> None:
    answer = ask(api, given.format(tokens.issued().secret))

    assert (answer.status_code, answer.json()["type"]) == (401, "/problems/unauthenticated")


def test_wrong_secret_of_a_known_prefix_is_refused(api: ContractClient, dataset: None) -> None:
    mine, other = tokens.issued().secret, secret.made()

    answer = ask(api, f"Bearer {secret.Secret(prefix=mine.prefix, secret=other.secret)}")

    assert answer.status_code == 401


def test_scheme_is_read_in_any_case(api: ContractClient, dataset: None) -> None:
    assert ask(api, f"bearer  {tokens.issued().secret}").status_code == 200


def test_token_costs_one_query_and_a_write_a_minute(api: ContractClient, dataset: None) -> None:
    made = tokens.issued(Scope.REVIEW)
    with CaptureQueriesContext(connection) as anonymous:
        api.get(UNITS)

    counts = []
    for _ in range(3):
        with CaptureQueriesContext(connection) as captured:
            ask(api, f"Bearer {made.secret}")
        counts.append(len(captured) - len(anonymous))

    assert counts == [2, 1, 1]
    used = Token.objects.get(pk=made.token.pk).last_used_at
    assert used is not None
    Token.objects.update(last_used_at=used - timedelta(seconds=61))
    ask(api, f"Bearer {made.secret}")
    again = Token.objects.get(pk=made.token.pk).last_used_at
    assert again is not None and again >= used


def test_token_is_no_reason_to_look_at_the_past_otherwise(api: ContractClient, dataset: None) -> None:
    """Whoever asks as of a revision is judged by what holds today."""
    made = tokens.issued()
    assert api.get(f"{UNITS}?as_of=1", headers={"Authorization": f"Bearer {made.secret}"}).status_code == 200
    Token.objects.update(revoked_at=timezone.now())

    assert api.get(f"{UNITS}?as_of=1", headers={"Authorization": f"Bearer {made.secret}"}).status_code == 401


def test_caches_keep_what_a_token_was_given_to_itself(api: ContractClient, dataset: None) -> None:
    headers = tokens.bearer()

    for path in (UNITS, f"{UNITS}/percent?as_of=1", "/api/v1/ledger", "/api/v1/no-such-thing"):
        anonymous, with_token = api.get(path), api.get(path, headers=headers)
        assert "Authorization" in anonymous.headers["Vary"] and "Authorization" in with_token.headers["Vary"]
        assert "public" not in with_token.headers["Cache-Control"]
        if anonymous.status_code == 200:
            assert anonymous.headers["Cache-Control"].startswith("public")
            assert with_token.headers["Cache-Control"].startswith("private")
            unchanged = api.get(path, headers={**headers, "If-None-Match": anonymous.headers["ETag"]})
            assert unchanged.status_code == 304
            assert unchanged.headers["Cache-Control"] == with_token.headers["Cache-Control"]
