"""How the service describes an error (RFC 9457)."""

from dataclasses import dataclass

from .base import Model


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemError(Model):
    """What is wrong with one parameter, or with one place of a body (a JSON pointer)."""

    parameter: str | None
    pointer: str | None
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem(Model):
    """An error: `type` is its stable name (`/problems/not-found`), `status` the HTTP status."""

    type: str
    title: str
    status: int
    detail: str | None
    errors: tuple[ProblemError, ...]
