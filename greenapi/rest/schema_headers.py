"""The headers that answers carry whatever they answer, as the OpenAPI document describes them."""

from collections.abc import Container
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from .problems import BUSY


@dataclass(frozen=True, kw_only=True)
class Header:
    """A header of answers: on those with the given statuses, or on all."""

    name: str
    description: str
    schema: dict[str, Any] = field(default_factory=lambda: {"type": "string"})
    example: Any = None
    required: bool = False
    statuses: Container[int] = range(100, 600)

    def described(self) -> dict[str, Any]:
        """It as OpenAPI says it."""
        said: dict[str, Any] = {"description": self.description, "schema": self.schema}
        if self.required:
            said["required"] = True
        return said if self.example is None else {**said, "example": self.example}


OF_EVERY_ANSWER = (
    Header(
        name="API-Version",
        description="The version of this API, which is that of its document.",
        example="1",
        required=True,
    ),
    Header(
        name="Cache-Control",
        description=(
            "How long the answer may be kept: a day when it is as of a revision; otherwise it may be kept, but not"
            " given out again without asking (`If-None-Match`); a problem not at all."
        ),
        example="public, no-cache",
    ),
    Header(
        name="Vary",
        description="The headers of requests on which the answer depends besides its address.",
        example="Authorization, Accept-Datetime",
        required=True,
    ),
    Header(
        name="Allow",
        description="The methods of the address; always there with status 405.",
        example="GET, HEAD, OPTIONS",
    ),
    Header(
        name="Deprecation",
        description="Since when what was asked for is deprecated (RFC 9745), in seconds after 1970; only where it is.",
        schema={"type": "string", "pattern": "^@[0-9]+$"},
        example="@1798761600",
    ),
    Header(
        name="Sunset",
        description="From when on it may be gone (RFC 8594); only where something is deprecated.",
        example="Thu, 01 Jul 2027 00:00:00 GMT",
    ),
    Header(
        name="X-Request-ID",
        description="Name of the request: as it was given in `X-Request-ID`, or a new one.",
        example="01a20156-843b-75e5-b45f-fbd69ab71118",
        required=True,
    ),
    Header(
        name="RateLimit-Policy",
        description="The limit: `q` requests in `w` seconds, of the token, or of the address without one.",
        example='"anonymous";q=600;w=60',
    ),
    Header(
        name="RateLimit",
        description="About how many requests are left (`r`), for how many seconds (`t`).",
        example='"anonymous";r=480;t=31',
    ),
    Header(
        name="WWW-Authenticate",
        description="How to say who asks (RFC 6750).",
        example="Bearer",
        required=True,
        statuses={int(HTTPStatus.UNAUTHORIZED)},
    ),
    Header(
        name="Retry-After",
        description="After how many seconds to ask again.",
        schema={"type": "integer", "minimum": 0},
        example=3,
        required=True,
        statuses={int(BUSY.status), int(HTTPStatus.TOO_MANY_REQUESTS)},
    ),
)
# What every answer carries for browsers; described once, in the introduction.
FOR_BROWSERS = (
    "Access-Control-Allow-Origin",
    "Access-Control-Expose-Headers",
    "Content-Security-Policy",
    "Strict-Transport-Security",
    "X-Content-Type-Options",
    "Referrer-Policy",
    "Cross-Origin-Opener-Policy",
    "X-Frame-Options",
)


def headers_of(status: int) -> list[Header]:
    """Those of an answer with this status."""
    return [header for header in OF_EVERY_ANSWER if status in header.statuses]
