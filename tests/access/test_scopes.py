"""How far a token reaches: its scopes, within what its user may do now."""

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, Permission, User
from django.urls import path as route
from pytest_django import Settings
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from greenapi.access.roles import Role, install_roles, permissions_of
from greenapi.access.scopes import Scope, needs
from greenapi.urls import handler400, handler403, handler404, handler500
from greenapi.urls import urlpatterns as usual
from tests.contract.client import ContractClient
from tests.factories import tokens

pytestmark = pytest.mark.django_db
__all__ = ["handler400", "handler403", "handler404", "handler500"]


def guarded(scope: Scope) -> type[APIView]:
    class Guarded(APIView):
        permission_classes = [needs(scope)]

        def post(self, request: Request) -> Response:
            return Response({})

    return Guarded


urlpatterns = [*usual, *(route(f"guarded/{scope}", guarded(scope).as_view()) for scope in Scope)]


@pytest.fixture(autouse=True)
def _addresses(settings: Settings) -> None:
    settings.ROOT_URLCONF = __name__


def done(api: ContractClient, headers: dict[str, str]) -> list[str]:
    """The scopes whose doors these headers open; the others answer 403."""
    found = {scope.value: api.post(f"/guarded/{scope}", headers=headers).status_code for scope in Scope}
    assert set(found.values()) <= {200, 403}
    return [scope for scope, status in found.items() if status == 200]


REACH = [
    (Role.ADMINISTRATOR, Scope.READ, ["read"]),
    (Role.ADMINISTRATOR, Scope.PROPOSE, ["read", "propose"]),
    (Role.ADMINISTRATOR, Scope.REVIEW, ["read", "propose", "review"]),
    (Role.ADMINISTRATOR, Scope.ADMIN, ["read", "propose", "review", "admin"]),
    (Role.REVIEWER, Scope.ADMIN, ["read", "propose", "review"]),
    (Role.EDITOR, Scope.ADMIN, ["read", "propose"]),
    (Role.VIEWER, Scope.ADMIN, ["read"]),
    (None, Scope.ADMIN, ["read"]),
]


@pytest.mark.parametrize(("role", "scope", "opened"), REACH)
def test_token_reaches_as_far_as_scope_and_role(
    api: ContractClient, role: Role | None, scope: Scope, opened: list[str]
) -> None:
    assert done(api, tokens.bearer(scope, of=tokens.user(role))) == opened


def test_role_that_is_taken_away_takes_its_tokens_reach(api: ContractClient) -> None:
    editor = tokens.user(Role.EDITOR)
    headers = tokens.bearer(Scope.PROPOSE, of=editor)
    assert done(api, headers) == ["read", "propose"]
    editor.groups.clear()

    assert done(api, headers) == ["read"]


def test_permission_given_to_the_user_alone_counts(api: ContractClient) -> None:
    somebody = tokens.user(None)
    somebody.user_permissions.add(Permission.objects.get(content_type__app_label="access", codename="review"))

    assert done(api, tokens.bearer(Scope.ADMIN, of=somebody)) == ["read", "propose", "review"]


def test_superuser_may_do_everything(api: ContractClient) -> None:
    root = User.objects.create_superuser("root")

    assert done(api, tokens.bearer(Scope.ADMIN, of=root)) == list(Scope.values)


def test_whoever_shows_no_token_may_only_read(api: ContractClient) -> None:
    answer = api.post("/guarded/propose")

    assert (answer.status_code, answer.json()["type"]) == (401, "/problems/unauthenticated")
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_refusal_names_the_scope(api: ContractClient) -> None:
    answer = api.post("/guarded/review", headers=tokens.bearer(Scope.PROPOSE))

    assert (answer.status_code, answer.json()["type"]) == (403, "/problems/not-allowed")
    assert "`review`" in answer.json()["detail"]


def test_session_of_the_desk_opens_nothing(api: ContractClient) -> None:
    api.force_login(User.objects.create_superuser("root"))

    assert api.post("/guarded/propose").status_code == 401


def test_migrate_puts_roles_back(db: None) -> None:
    editors = Group.objects.get(name="editor")
    editors.permissions.clear()
    editors.permissions.add(Permission.objects.get(codename="delete_user"))

    install_roles(apps=apps)

    held = {f"{each.content_type.app_label}.{each.codename}" for each in editors.permissions.all()}
    assert held == permissions_of(Role.EDITOR)


@pytest.mark.parametrize("role", Role)
def test_every_permission_of_a_role_exists(role: Role) -> None:
    assert Group.objects.get(name=role.value).permissions.count() == len(permissions_of(role))
