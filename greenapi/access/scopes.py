"""What a token may be used for, and how a view asks for it."""

from typing import Any

from django.db.models import TextChoices
from rest_framework.permissions import BasePermission
from rest_framework.request import Request


class Scope(TextChoices):
    """What a token may be used for; each includes those before it."""

    READ = "read", "Read"
    PROPOSE = "propose", "Propose"
    REVIEW = "review", "Review"
    ADMIN = "admin", "Administer"

    @property
    def included(self) -> frozenset["Scope"]:
        """This scope and those before it."""
        every = list(Scope)
        return frozenset(every[: every.index(self) + 1])

    @property
    def permission(self) -> str | None:
        """What a user must hold for a token to be used so, as Django names permissions; None for reading."""
        return None if self is Scope.READ else f"access.{self.value}"


def allows(request: Request, scope: Scope) -> bool:
    """Whether whoever asks may do what needs this scope; everybody may read.

    A token's scope counts only as far as what its user may do at this moment, whatever revision is asked for.
    """
    return scope is Scope.READ or scope in getattr(request.auth, "granted", frozenset())


def needs(scope: Scope) -> type[BasePermission]:
    """The permission class of a view that asks for a scope: without a token 401, with one that falls short 403."""

    class NeedsScope(BasePermission):
        message = f"This needs a token with the scope `{scope.value}`, of a user who may do that."

        def has_permission(self, request: Request, view: Any) -> bool:
            return allows(request, scope)

    return NeedsScope
