"""The accounts of staff at the desk."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group, User
from django.http import HttpRequest

from greenapi.access.roles import Role
from greenapi.desk.records import Undeletable

if TYPE_CHECKING:
    _UserAdmin = UserAdmin[User]
else:
    _UserAdmin = UserAdmin

# Who may give these to themselves may do everything: they are for superusers to give.
FOR_SUPERUSERS = ("is_superuser", "user_permissions")

admin.site.unregister((User, Group))


@admin.register(User)
class StaffAdmin(Undeletable, _UserAdmin):
    """Accounts: closed by “active”, never deleted or renamed, because the ledger names who did what.

    An administrator who is no superuser makes none, and cannot change one.
    """

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        named = () if obj is None else ("username",)
        return named if _is_superuser(request) else (*named, *FOR_SUPERUSERS)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        above = obj is not None and obj.is_superuser and not _is_superuser(request)
        return super().has_change_permission(request, obj) and not above


@admin.register(Group)
class StaffGroupAdmin(Undeletable, GroupAdmin):
    """Groups of staff with the same permissions. Those of roles are only looked at: every migrate puts them back."""

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        is_role = obj is not None and obj.name in Role.values
        return super().has_change_permission(request, obj) and not is_role


def _is_superuser(request: HttpRequest) -> bool:
    return bool(getattr(request.user, "is_superuser", False))
