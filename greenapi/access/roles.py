"""The roles that a user may have: groups of Django's, made and put in step by every migrate."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Q, TextChoices

from greenapi.ledger.models import Revision
from greenapi.ledger.tables import versioned_models

from .scopes import Scope


class Role(TextChoices):
    """What a user does; each role includes those before it."""

    VIEWER = "viewer", "sees everything at the desk, drafts included"
    EDITOR = "editor", "enters and corrects records, and submits facts for review"
    REVIEWER = "reviewer", "publishes and withdraws what others submitted"
    ADMINISTRATOR = "administrator", "looks after accounts and tokens"


def permissions_of(role: Role) -> frozenset[str]:
    """The permissions that a role has, each as Django names it."""
    every = list(Role)
    return frozenset(name for each in every[: every.index(role) + 1] for name in _added_by(each))


def install_roles(*, apps: Any, **_: Any) -> None:
    """Gives each role's group exactly its permissions; what was changed in one by hand is put back."""
    try:
        groups, permissions = apps.get_model("auth", "Group"), apps.get_model("auth", "Permission")
    except LookupError:  # accounts are not there yet
        return
    for role in Role:
        group, _made = groups.objects.get_or_create(name=role.value)
        group.permissions.set(permissions.objects.filter(_any_of(permissions_of(role))))


def _added_by(role: Role) -> Iterator[str]:
    records: list[Any] = [model._meta for model in versioned_models()]
    match role:
        case Role.VIEWER:
            for meta in (*records, Revision._meta):
                yield f"{meta.app_label}.view_{meta.model_name}"
        case Role.EDITOR:
            yield str(Scope.PROPOSE.permission)
            for meta in records:
                # Not every record is written at the desk: redactions are only looked at.
                for action in {"add", "change"}.intersection(meta.default_permissions):
                    yield f"{meta.app_label}.{action}_{meta.model_name}"
        case Role.REVIEWER:
            yield str(Scope.REVIEW.permission)
        case Role.ADMINISTRATOR:
            yield str(Scope.ADMIN.permission)
            yield from ("auth.view_user", "auth.add_user", "auth.change_user", "auth.view_group")


def _any_of(names: frozenset[str]) -> Q:
    found = Q(pk__in=[])
    for name in names:
        label, _, codename = name.partition(".")
        found |= Q(content_type__app_label=label, codename=codename)
    return found
