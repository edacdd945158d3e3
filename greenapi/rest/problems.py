"""Errors as problem documents (RFC 9457): every type there is, and how an exception becomes one."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import DataError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.views import csrf
from django.views.decorators.http import require_safe
from rest_framework import exceptions

from greenapi.desk_path import is_desk
from greenapi.ledger.reading import FutureRevisionError
from greenapi.ledger.revisions import PATIENCE_SECONDS, WriterBusyError
from greenapi.request_ids import request_id_of

from .encoding import encode

CONTENT_TYPE = "application/problem+json"

MAX_ERRORS = 100  # of a request that are told
MAX_SHOWN = 200  # characters of an address that are repeated in the answer

logger = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class ProblemType:
    """A kind of error: its stable name, the HTTP status, and what it means."""

    slug: str
    status: HTTPStatus
    title: str

    @property
    def uri(self) -> str:
        """The `type` of its documents: a path, the same on every host."""
        return f"/problems/{self.slug}"


def _type(slug: str, status: HTTPStatus, title: str) -> ProblemType:
    return ProblemType(slug=slug, status=status, title=title)


BAD_REQUEST = _type("bad-request", HTTPStatus.BAD_REQUEST, "The request cannot be understood.")
UNKNOWN_PARAMETER = _type("unknown-parameter", HTTPStatus.BAD_REQUEST, "There is no such parameter here.")
INVALID_PARAMETER = _type("invalid-parameter", HTTPStatus.BAD_REQUEST, "A parameter has a value it cannot have.")
INVALID_AS_OF = _type("invalid-as-of", HTTPStatus.BAD_REQUEST, "`as_of` names no revision, day or moment.")
INVALID_CURSOR = _type("invalid-cursor", HTTPStatus.BAD_REQUEST, "The cursor was not given out for this listing.")
INVALID_BODY = _type("invalid-body", HTTPStatus.BAD_REQUEST, "The body is not what is taken here.")
UNAUTHENTICATED = _type("unauthenticated", HTTPStatus.UNAUTHORIZED, "Who you are was not shown by a token that works.")
NOT_ALLOWED = _type("not-allowed", HTTPStatus.FORBIDDEN, "You may not do this.")
NOT_FOUND = _type("not-found", HTTPStatus.NOT_FOUND, "There is nothing at this address.")
NOT_YET_RECORDED = _type("not-yet-recorded", HTTPStatus.NOT_FOUND, "It was not recorded yet at that revision.")
REDACTED = _type("redacted", HTTPStatus.GONE, "It was removed for good.")
METHOD_NOT_ALLOWED = _type("method-not-allowed", HTTPStatus.METHOD_NOT_ALLOWED, "This address has no such method.")
NOT_ACCEPTABLE = _type("not-acceptable", HTTPStatus.NOT_ACCEPTABLE, "There is no such format here.")
LEDGER_DIVERGED = _type("ledger-diverged", HTTPStatus.CONFLICT, "What you read is not what this ledger holds.")
ALREADY_THERE = _type("already-there", HTTPStatus.CONFLICT, "There is already such a record.")
IN_USE = _type("in-use", HTTPStatus.CONFLICT, "Other records refer to it.")
WRONG_STATE = _type("wrong-state", HTTPStatus.CONFLICT, "The state of the fact does not allow that.")
STALE = _type("stale", HTTPStatus.PRECONDITION_FAILED, "It was changed after you read it.")
LENGTH_REQUIRED = _type("length-required", HTTPStatus.LENGTH_REQUIRED, "The body must tell its length.")
TOO_LARGE = _type("too-large", HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "The body is too large.")
UNSUPPORTED_MEDIA_TYPE = _type(
    "unsupported-media-type", HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "No body of this kind is taken here."
)
RULE_BROKEN = _type("rule-broken", HTTPStatus.UNPROCESSABLE_ENTITY, "The values break a rule of the records.")
KEY_REUSED = _type(
    "idempotency-key-reused", HTTPStatus.UNPROCESSABLE_ENTITY, "The Idempotency-Key was used for another request."
)
PRECONDITION_REQUIRED = _type(
    "precondition-required", HTTPStatus.PRECONDITION_REQUIRED, "Say which state of the record you have seen."
)
CONFLICTING_PARAMETERS = _type(
    "conflicting-parameters", HTTPStatus.UNPROCESSABLE_ENTITY, "These parameters do not go together."
)
FUTURE_AS_OF = _type("future-as-of", HTTPStatus.UNPROCESSABLE_ENTITY, "That revision or moment has not come yet.")
TOO_MANY_REQUESTS = _type("too-many-requests", HTTPStatus.TOO_MANY_REQUESTS, "You have asked too often.")
INTERNAL_ERROR = _type("internal-error", HTTPStatus.INTERNAL_SERVER_ERROR, "Something went wrong on our side.")
NOT_READY = _type("not-ready", HTTPStatus.SERVICE_UNAVAILABLE, "The service cannot answer yet.")
BUSY = _type("busy", HTTPStatus.SERVICE_UNAVAILABLE, "The service is busy; try again in a moment.")

ALL_TYPES = tuple(value for value in list(globals().values()) if isinstance(value, ProblemType))


def type_of_status(status: int) -> ProblemType:
    """The most general type of an error's status: that of its own, or of its hundred."""
    own = (kind for kind in ALL_TYPES if kind.status == status)
    return next(own, INTERNAL_ERROR if status >= HTTPStatus.INTERNAL_SERVER_ERROR else BAD_REQUEST)


@dataclass(frozen=True, kw_only=True)
class FieldError:
    """What is wrong with one parameter or one place of a body: either `parameter` or `pointer` is given."""

    detail: str
    parameter: str | None = None
    pointer: str | None = None


@dataclass
class Problem(Exception):
    """An error that is answered as a problem document."""

    type: ProblemType
    detail: str = ""
    errors: Sequence[FieldError] = field(default=())
    headers: Mapping[str, str] = field(default_factory=dict)

    def document(self) -> dict[str, Any]:
        """The body of the answer."""
        return {
            "type": self.type.uri,
            "title": self.type.title,
            "status": int(self.type.status),
            "detail": self.detail or None,
            "errors": [
                {"parameter": error.parameter, "pointer": error.pointer, "detail": error.detail}
                for error in self.errors[:MAX_ERRORS]
            ],
        }


def exception_handler(error: Exception, context: dict[str, Any]) -> HttpResponse | None:
    """DRF's hook: the answer to an exception in a view, whatever the view renders; None for one nobody foresaw."""
    problem = _as_problem(error)
    return None if problem is None else respond(problem, error)


def respond(problem: Problem, error: Exception | None = None) -> HttpResponse:
    """A problem as an answer; `error` is what it was made from."""
    response = HttpResponse(encode(problem.document()), status=problem.type.status, content_type=CONTENT_TYPE)
    response["Cache-Control"] = "no-store"
    for name, value in problem.headers.items():
        response[name] = value
    if problem.type is BUSY:
        response["Retry-After"] = str(PATIENCE_SECONDS)
        logger.warning("answered busy: %s", error)
    if problem.type is UNAUTHENTICATED:
        response["WWW-Authenticate"] = getattr(error, "auth_header", "Bearer")
    return response


@require_safe
def described(request: HttpRequest, slug: str) -> HttpResponse:
    """The page that a problem's `type` leads to."""
    kind = next((kind for kind in ALL_TYPES if kind.slug == slug), None)
    if kind is None:
        return not_found(request, Http404())
    body = {"type": kind.uri, "title": kind.title, "status": int(kind.status)}
    return HttpResponse(encode(body), content_type="application/json")


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's `handler400`."""
    return respond(Problem(BAD_REQUEST))


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's `handler403`."""
    return respond(Problem(NOT_ALLOWED))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Django's `CSRF_FAILURE_VIEW`: a page for people at the desk, a problem elsewhere."""
    if is_desk(request.path):
        return csrf.csrf_failure(request, reason)
    return respond(Problem(NOT_ALLOWED))


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's `handler404`."""
    shown = request.path if len(request.path) <= MAX_SHOWN else f"{request.path[:MAX_SHOWN]}…"
    return respond(Problem(NOT_FOUND, f"{shown} leads nowhere."))


def server_error(request: HttpRequest) -> HttpResponse:
    """Django's `handler500`."""
    name = request_id_of(request)
    return respond(Problem(INTERNAL_ERROR, f"Tell us of request {name}." if name else ""))


def _as_problem(error: Exception) -> Problem | None:  # noqa: C901 - one case a kind of error
    match error:
        case Problem():
            return error
        case FutureRevisionError():
            return Problem(FUTURE_AS_OF, str(error))
        case WriterBusyError() | OperationalError():
            return Problem(BUSY)
        case DataError():
            return Problem(INVALID_PARAMETER, "A value is out of range.")
        case Http404() | exceptions.NotFound():
            return Problem(NOT_FOUND)
        case exceptions.NotAuthenticated():
            return Problem(UNAUTHENTICATED, "Send `Authorization: Bearer` with a token.")
        case exceptions.AuthenticationFailed():
            return Problem(UNAUTHENTICATED, str(error.detail))
        case PermissionDenied() | exceptions.PermissionDenied():
            return Problem(NOT_ALLOWED, str(getattr(error, "detail", "")))
        case exceptions.MethodNotAllowed():
            return Problem(METHOD_NOT_ALLOWED, str(error.detail))
        case exceptions.ParseError() | exceptions.UnsupportedMediaType() | exceptions.ValidationError():
            return Problem(BAD_REQUEST, str(error.detail))
        case _:
            return None
