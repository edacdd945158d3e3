"""Tokens: what a program shows to be its user."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group, Permission, User
from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from .scopes import Scope
from .secret import Secret, made

LONGEST_NAME = 100
WORKS = "works"
_ASKED_FOR = [scope.value for scope in Scope if scope.permission]


@dataclass(frozen=True, kw_only=True)
class Issued:
    """A token that was just made, and its text, which is never to be had again."""

    token: "Token"
    secret: Secret


class TokenManager(models.Manager["Token"]):
    def issue(self, *, user: User, name: str, scopes: list[Scope], expires_at: datetime) -> Issued:
        """Makes a token for a user."""
        secret = made()
        token = self.create(
            user=user,
            name=name,
            prefix=secret.prefix,
            sha256=secret.sha256,
            scopes=[scope.value for scope in scopes],
            expires_at=expires_at,
        )
        return Issued(token=token, secret=secret)

    def with_rights(self) -> models.QuerySet["Token"]:
        """Tokens with their users, and in `held` what each user may ask for at this moment: all in one query."""
        return self.select_related("user").annotate(held=ArraySubquery(_held_by(OuterRef(OuterRef("user_id")))))


class Token(models.Model):
    """A token of a user. Of its secret only the hash is kept."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="tokens", help_text="Whom the token stands for."
    )
    name = models.CharField(max_length=LONGEST_NAME, help_text="What it is used for, or where.")
    prefix = models.CharField(max_length=12, unique=True, editable=False, help_text="How the token is recognised.")
    sha256 = models.BinaryField(max_length=32, editable=False, help_text="SHA-256 of the secret.")
    scopes = ArrayField(
        models.CharField(max_length=10, choices=Scope.choices),
        help_text="What it may be used for, as far as its user may do so.",
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    expires_at = models.DateTimeField(help_text="When it stops to work.")
    last_used_at = models.DateTimeField(null=True, editable=False, help_text="When it was last used, to the minute.")
    revoked_at = models.DateTimeField(null=True, editable=False, help_text="When it was taken back.")

    objects = TokenManager()

    class Meta:
        ordering = ("-created_at", "-pk")
        default_permissions = ()
        # What a user must hold for a token to be used so; the roles give them.
        permissions = (
            (Scope.PROPOSE.value, "Can propose what is to be recorded"),
            (Scope.REVIEW.value, "Can publish and withdraw facts that others proposed"),
            (Scope.ADMIN.value, "Can administer users and their tokens"),
        )
        constraints = (
            models.CheckConstraint(condition=Q(scopes__len__gte=1), name="token_has_scope"),
            models.CheckConstraint(
                condition=Q(scopes__contained_by=[scope.value for scope in Scope]), name="token_scopes_known"
            ),
            models.CheckConstraint(condition=Q(expires_at__gt=F("created_at")), name="token_expires_after_creation"),
        )

    def __str__(self) -> str:
        return f"{self.prefix} ({self.name})"

    def works(self, *, at: datetime) -> bool:
        """Whether it is neither expired nor revoked at a moment, and its user's account is open."""
        return self.state(at=at) == WORKS

    def state(self, *, at: datetime) -> str:
        """In a word, whether it works at a moment, and if not why."""
        if self.revoked_at is not None:
            return "revoked"
        if self.expires_at <= at:
            return "expired"
        return WORKS if self.user.is_active else "account closed"

    def revoke(self) -> None:
        """Takes the token back, at once and for good; when it was first revoked stays."""
        now = timezone.now()
        Token.objects.filter(pk=self.pk, revoked_at=None).update(revoked_at=now)
        self.revoked_at = self.revoked_at or now

    @property
    def granted(self) -> frozenset[Scope]:
        """What the token may be used for at this moment: its scopes, as far as its user holds their permissions."""
        asked = frozenset[Scope]().union(*(Scope(name).included for name in self.scopes))
        return asked & self._reach

    @property
    def _reach(self) -> frozenset[Scope]:
        if self.user.is_superuser:
            return frozenset(Scope)
        held: Any = getattr(self, "held", None)
        if held is None:
            held = _held_by(self.user_id).values_list("codename", flat=True)
        return frozenset[Scope]().union(*(Scope(name).included for name in [Scope.READ, *held]))


class Allowance(models.Model):
    """What all workers together have leased of what a client may ask in a window; written by `leases` alone."""

    client = models.CharField(max_length=80, primary_key=True, help_text="Token or address that is counted.")
    window = models.BigIntegerField(help_text="Number of the window since 1970.")
    leased = models.IntegerField(help_text="Requests leased in that window.")
    lease = models.IntegerField(help_text="Size of the lease that was given last.")

    class Meta:
        default_permissions = ()


def _held_by(user: Any) -> models.QuerySet[Permission, Any]:
    """The permissions behind scopes that a user holds, of their own or by a group; the user may be an outer reference.

    Each is looked for by itself: one join over both ways would go through all users of all groups.
    """
    own: Any = User.user_permissions.through
    of_groups: Any = Group.permissions.through
    return Permission.objects.filter(
        Exists(own.objects.filter(user_id=user, permission_id=OuterRef("pk")))
        | Exists(of_groups.objects.filter(group__user=user, permission_id=OuterRef("pk"))),
        content_type__app_label="access",
        codename__in=_ASKED_FOR,
    ).values("codename")
