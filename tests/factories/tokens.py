"""Users with a role, and tokens with scopes."""

from datetime import timedelta
from itertools import count

from django.contrib.auth.models import Group, User
from django.utils import timezone

from greenapi.access.models import Issued, Token
from greenapi.access.roles import Role
from greenapi.access.scopes import Scope

_numbers = count(1)


def user(role: Role | None = Role.ADMINISTRATOR, *, username: str | None = None, is_staff: bool = False) -> User:
    """A user with a role, or with none."""
    made = User.objects.create_user(username or f"user-{next(_numbers)}", is_staff=is_staff)
    if role is not None:
        made.groups.add(Group.objects.get(name=role.value))
    return made


def issued(*scopes: Scope, of: User | None = None, days: float = 90) -> Issued:
    """A token with these scopes, by default of an administrator, so that the scopes alone decide; and its text."""
    expires_at = timezone.now() + timedelta(days=days)
    return Token.objects.issue(
        user=of or user(), name="for a test", scopes=list(scopes) or [Scope.READ], expires_at=expires_at
    )


def bearer(*scopes: Scope, of: User | None = None) -> dict[str, str]:
    """The headers of a request with a token of these scopes: `api.post(path, headers=bearer(Scope.PROPOSE))`."""
    return {"Authorization": f"Bearer {issued(*scopes, of=of).secret}"}
