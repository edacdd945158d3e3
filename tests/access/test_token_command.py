"""`manage.py token`: what it prints, and what it refuses."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from greenapi.access.models import Token
from greenapi.access.roles import Role
from tests.contract.client import ContractClient
from tests.factories import tokens

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> tuple[str, str]:
    """What the command says on standard output and on standard error."""
    out, err = StringIO(), StringIO()
    call_command("token", *arguments, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def test_token_is_made_used_listed_and_revoked(api: ContractClient, dataset: None) -> None:
    tokens.user(Role.EDITOR, username="ada")

    made, _ = run("make", "ada", "--name", "laptop", "--scope", "propose")
    text = made.strip()
    token = Token.objects.get()
    days = token.expires_at - timezone.now()
    headers = {"Authorization": f"Bearer {text}"}

    assert timedelta(days=89) < days <= timedelta(days=90)
    assert api.get("/api/v1/units", headers=headers).status_code == 200
    listed, _ = run("list", "ada")
    assert token.prefix in listed and "propose  works" in listed and "laptop" in listed
    assert text.rpartition("_")[2] not in listed
    run("revoke", token.prefix)
    assert api.get("/api/v1/units", headers=headers).status_code == 401
    assert "revoked" in run("list")[0]


def test_second_revocation_leaves_the_first_moment(db: None) -> None:
    token = tokens.issued().token
    run("revoke", token.prefix)
    first = Token.objects.get().revoked_at

    run("revoke", f"greenapi_{token.prefix}")

    assert Token.objects.get().revoked_at == first


def test_expiry_may_be_a_day_or_a_number_of_days(db: None) -> None:
    tokens.user(None, username="ada")
    year = timezone.now().year + 2
    run("make", "ada", "--name", "a day", "--expires", f"{year}-03-01")
    run("make", "ada", "--name", "days", "--expires", "7")

    until = {token.name: token.expires_at for token in Token.objects.all()}
    assert f"{until['a day']:%Y-%m-%d %H:%M}" == f"{year}-03-01 23:59"
    assert until["days"] - timezone.now() < timedelta(days=7)


def test_scope_beyond_the_role_is_told(db: None) -> None:
    tokens.user(Role.VIEWER, username="ada")

    _, told = run("make", "ada", "--name", "x", "--scope", "review")

    assert "without effect: propose, review" in told


@pytest.mark.parametrize(
    "arguments",
    [
        ("make", "nobody", "--name", "x"),
        ("make", "ada", "--name", " "),
        ("make", "ada", "--name", "x" * 101),
        ("make", "ada", "--name", "x", "--expires", "2020-01-01"),
        ("make", "ada", "--name", "x", "--expires", "9999-12-31"),
        ("make", "ada", "--name", "x", "--expires", "0"),
        ("make", "ada", "--name", "x", "--expires", "soon"),
        ("make", "ada", "--name", "x", "--scope", "everything"),
        ("list", "nobody"),
        ("revoke", "0123456789ab"),
        ("lend",),
    ],
    ids=" ".join,
)
def test_wrong_wish_is_refused(db: None, arguments: tuple[str, ...]) -> None:
    tokens.user(None, username="ada")

    with pytest.raises(CommandError):
        run(*arguments)
    assert not Token.objects.exists()
