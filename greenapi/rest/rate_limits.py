"""Rate limits: each token and, without one, each address may ask so often in a minute; answers say how one stands."""

from collections.abc import Callable

from django.conf import settings
from django.db import OperationalError
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from rest_framework.exceptions import AuthenticationFailed

from greenapi.access.addresses import address_of, counted_as
from greenapi.access.authentication import identify
from greenapi.access.leases import WINDOW_SECONDS
from greenapi.access.limits import Limiter, Standing
from greenapi.bridge import WAITED
from greenapi.desk_path import is_desk

from .problems import BUSY, TOO_MANY_REQUESTS, Problem, respond

HEALTH = "/health/"


class RateLimitMiddleware:
    """Counts requests, refuses those beyond the limit, and says with each answer what is left (`RateLimit`).

    A request that is answered by 304 is not counted. A wrong token counts for the address it came from.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self._limiter = Limiter()

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        path = request.path_info
        if path.startswith(HEALTH) or is_desk(path) or WAITED in request.META:
            return self.get_response(request)
        try:
            policy, client, limit = _who(request)
            if limit == 0:
                return self.get_response(request)
            standing = self._limiter.spend(client, limit=limit)
        except OperationalError as error:
            return respond(Problem(BUSY), error)
        if not standing.allowed:
            return _told(_refusal(standing), policy=policy, standing=standing)
        response = self.get_response(request)
        if response.status_code == 304:
            standing = self._limiter.give_back(client, limit=limit) or standing
        return _told(response, policy=policy, standing=standing)


def _who(request: HttpRequest) -> tuple[str, str, int]:
    """The policy that a request falls under, whom it is counted for, and the limit; 0 for none."""
    if "Authorization" in request.headers and settings.RATE_LIMIT_ANONYMOUS + settings.RATE_LIMIT_TOKEN:
        try:
            identity = identify(request)
        except AuthenticationFailed:
            identity = None  # the view will say so
        if identity is not None:
            return "token", f"token {identity[1].pk}", settings.RATE_LIMIT_TOKEN
    return "anonymous", f"address {counted_as(address_of(request))}", settings.RATE_LIMIT_ANONYMOUS


def _refusal(standing: Standing) -> HttpResponseBase:
    detail = f"{standing.limit} requests in {WINDOW_SECONDS} seconds are the limit; ask again in {standing.seconds}."
    response = respond(Problem(TOO_MANY_REQUESTS, detail))
    response["Retry-After"] = str(standing.seconds)
    return response


def _told(response: HttpResponseBase, *, policy: str, standing: Standing) -> HttpResponseBase:
    """The answer with the headers of the IETF's draft on rate limits, which are structured fields (RFC 9651)."""
    response["RateLimit-Policy"] = f'"{policy}";q={standing.limit};w={WINDOW_SECONDS}'
    response["RateLimit"] = f'"{policy}";r={standing.remaining};t={standing.seconds}'
    return response
