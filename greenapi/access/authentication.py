"""Who asks: the user whose token stands in the header `Authorization: Bearer`."""

import hmac
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.contrib.auth.models import User
from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from .models import Token
from .secret import Secret, parsed

# How exactly `last_used_at` is kept: a token in use costs one write in this time, not one for every request.
USE_NOTED_EVERY = timedelta(minutes=1)
WRONG = "This token is not known, or it has expired or was revoked."


def identify(request: HttpRequest) -> tuple[User, Token] | None:
    """The user and the token of a request; None without the header. However often asked, it looks once.

    Raises:
        AuthenticationFailed: the header holds no token that works.
    """
    if not hasattr(request, "_identity"):
        try:
            found: Any = _identify(request)
        except AuthenticationFailed as error:
            found = error
        request._identity = found  # type: ignore[attr-defined]
    known: Any = request._identity  # type: ignore[attr-defined]
    if isinstance(known, AuthenticationFailed):
        raise AuthenticationFailed(known.detail)
    return known  # type: ignore[no-any-return]


class TokenAuthentication(BaseAuthentication):
    """Takes `Authorization: Bearer <token>`; whoever sends no such header is nobody, and may read."""

    def authenticate(self, request: Request) -> tuple[User, Token] | None:
        """The user and the token.

        Raises:
            AuthenticationFailed: the header holds no token that works.
        """
        return identify(request._request)

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="greenapi"'


def _identify(request: HttpRequest) -> tuple[User, Token] | None:
    given = request.headers.get("Authorization")
    if given is None:
        return None
    scheme, _, text = given.partition(" ")
    secret = parsed(text.strip())
    if scheme.lower() != "bearer" or secret is None:
        raise AuthenticationFailed("The header Authorization takes `Bearer` and a token.")
    now = timezone.now()
    token = _find(secret)
    if token is None or not token.works(at=now):
        raise AuthenticationFailed(WRONG)
    _note_use(token, at=now)
    structlog.contextvars.bind_contextvars(token=token.prefix, user=token.user_id)
    return token.user, token


def _find(secret: Secret) -> Token | None:
    """The token of that prefix and secret. How long it takes says nothing of how much of the secret was right."""
    token = Token.objects.with_rights().filter(prefix=secret.prefix).first()
    kept = bytes(32) if token is None else bytes(token.sha256)
    return token if hmac.compare_digest(kept, secret.sha256) else None


def _note_use(token: Token, *, at: datetime) -> None:
    """Keeps when a token was used. The condition stands in the statement too: of many requests at once one writes."""
    stale = at - USE_NOTED_EVERY
    if token.last_used_at is None or token.last_used_at <= stale:
        unnoted = Q(last_used_at=None) | Q(last_used_at__lte=stale)
        Token.objects.filter(unnoted, pk=token.pk).update(last_used_at=at)
