"""Tokens at the desk: made, shown once, listed, revoked, and never anything else."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group, User
from django.utils import timezone

from greenapi.access.models import Token
from greenapi.access.roles import Role
from greenapi.access.scopes import Scope
from tests.contract.client import ContractClient
from tests.desk import Desk
from tests.factories import facts, tokens
from tests.factories.revisions import change

pytestmark = pytest.mark.django_db
LIST = "/admin/access/token/"
ADD = f"{LIST}add/"


def of_role(role: Role, *, username: str) -> Desk:
    desk = Desk(username=username, permissions=())
    User.objects.get(username=username).groups.add(Group.objects.get(name=role.value))
    return desk


def wish(**typed: str) -> dict[str, str]:
    day = timezone.now().date() + timedelta(days=30)
    return {"name": "laptop", "scope": "propose", "last_day": day.isoformat(), **typed}


def test_token_is_shown_once_and_works(api: ContractClient, dataset: None) -> None:
    desk = of_role(Role.EDITOR, username="ada")

    page = desk.client.post(ADD, wish())
    (text,) = re.findall(r"greenapi_[0-9a-f]{12}_[0-9a-f]{64}", page.text)
    token = Token.objects.get()

    assert page.status_code == 200
    assert "no-store" in page.headers["Cache-Control"]
    assert (token.user.username, token.scopes) == ("ada", ["propose"])
    assert "without effect" not in page.text
    assert api.get("/api/v1/units", headers={"Authorization": f"Bearer {text}"}).status_code == 200
    for address in (LIST, f"{LIST}{token.pk}/change/", ADD):
        again = desk.open(address)
        assert again.status_code == 200
        assert text.rpartition("_")[2] not in again.text
        assert token.sha256.hex() not in again.text
    assert token.prefix in desk.open(LIST).text


def test_scope_beyond_the_role_is_told(db: None) -> None:
    page = of_role(Role.VIEWER, username="vic").client.post(ADD, wish(scope="review"))

    assert "without\n  effect for now: propose, review" in page.text


@pytest.mark.parametrize(
    ("field", "value"),
    [("name", ""), ("name", "x" * 101), ("name", "\0"), ("scope", "everything"), ("scope", "")]
    + [("last_day", day) for day in ("", "soon", "2020-01-01", "9999-12-31", "0000-00-00")],
)
def test_wrong_wish_is_asked_again(db: None, field: str, value: str) -> None:
    page = Desk().client.post(ADD, wish(**{field: value}))

    assert list(page.context["form"].errors) == [field]
    assert not Token.objects.exists()


def test_users_see_and_revoke_their_own_and_administrators_all(db: None) -> None:
    eva, ada = of_role(Role.EDITOR, username="eva"), of_role(Role.ADMINISTRATOR, username="ada")
    own = tokens.issued(Scope.READ, of=User.objects.get(username="eva")).token
    foreign = tokens.issued(Scope.READ).token

    assert own.prefix in eva.open(LIST).text
    assert foreign.prefix not in eva.open(LIST).text
    assert eva.open(f"{LIST}{foreign.pk}/change/").status_code == 302
    assert eva.client.post(f"{LIST}{foreign.pk}/revoke/").status_code == 404
    assert foreign.prefix in ada.open(LIST).text

    asked = eva.open(f"{LIST}{own.pk}/revoke/")
    assert "cannot be undone" in asked.text
    assert Token.objects.get(pk=own.pk).revoked_at is None
    eva.client.post(f"{LIST}{own.pk}/revoke/")
    ada.client.post(f"{LIST}{foreign.pk}/revoke/")
    assert not Token.objects.filter(revoked_at=None).exists()
    assert "/revoke/" not in eva.open(f"{LIST}{own.pk}/change/").text


def test_token_is_neither_edited_nor_deleted(db: None) -> None:
    desk = Desk()
    token = tokens.issued(Scope.READ).token

    page = desk.open(f"{LIST}{token.pk}/change/")
    desk.client.post(f"{LIST}{token.pk}/change/", {"name": "another", "scopes": "admin"})

    assert 'name="name"' not in page.text and "_save" not in page.text
    assert desk.open(f"{LIST}{token.pk}/delete/").status_code == 404
    desk.client.post(LIST, {"action": "delete_selected", "_selected_action": [token.pk]})
    kept = Token.objects.get()
    assert (kept.name, kept.scopes) == ("for a test", ["read"])


def test_whoever_is_not_staff_is_asked_to_log_in(client: ContractClient, db: None) -> None:
    client.force_login(tokens.user(Role.ADMINISTRATOR))

    for address in (LIST, ADD):
        assert client.get(address).headers["Location"].startswith("/admin/login/")


def test_editor_submits_and_only_a_reviewer_publishes(db: None) -> None:
    eva, rob = of_role(Role.EDITOR, username="eva"), of_role(Role.REVIEWER, username="rob")
    with change():
        draft = facts.observation(published=False)

    page = f"/admin/indicators/observation/{draft.pk}"
    assert "step/submit" in eva.open(f"{page}/change/").text
    assert eva.open(f"{page}/step/publish/").status_code == 403
    assert eva.open(f"{page}/step/withdraw/").status_code == 403
    assert rob.open(f"{page}/step/publish/").status_code == 200


def test_administrator_makes_no_superuser(db: None) -> None:
    desk = of_role(Role.ADMINISTRATOR, username="ada")
    root, other = User.objects.create_superuser("root", password="unchanged"), tokens.user(None)
    groups = [group.pk for group in Group.objects.filter(name="editor")]

    for user in (root, other):
        desk.client.post(
            f"/admin/auth/user/{user.pk}/change/",
            {"is_superuser": "on", "groups": groups, "date_joined_0": "2026-01-01", "date_joined_1": "00:00:00"},
        )
        desk.client.post(
            f"/admin/auth/user/{user.pk}/password/", {"password1": "taken-0-over", "password2": "taken-0-over"}
        )

    root.refresh_from_db()
    other.refresh_from_db()
    assert root.check_password("unchanged") and not root.groups.exists()
    assert not other.is_superuser and other.groups.exists()


def test_groups_of_roles_are_only_looked_at(db: None) -> None:
    desk, editors = Desk(), Group.objects.get(name="editor")

    assert desk.client.post(f"/admin/auth/group/{editors.pk}/change/", {"name": "everybody"}).status_code == 403
