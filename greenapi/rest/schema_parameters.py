"""The parameters and headers of the OpenAPI document."""

from collections.abc import Sequence
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework.renderers import BaseRenderer

from . import schema_texts
from .diff import FROM, TO
from .list_views import LATEST, VIEW, VIEWS
from .mementos import ACCEPT_DATETIME
from .pagination import CURSOR, DEFAULT_PAGE_SIZE, ORDERING, PAGE_SIZE
from .parameters import AS_OF, FORMAT
from .record_history import MAX_VERSIONS

TEXT = {"type": "string", "minLength": 1}
AS_OF_PARAMETER = OpenApiParameter(
    AS_OF,
    schema_texts.REVISION,
    description=(
        "Read the database as of a revision: its number, an RFC 3339 time with its offset, or a date, which means the"
        " end of that day in UTC."
    ),
)
ACCEPT_DATETIME_HEADER = OpenApiParameter(
    ACCEPT_DATETIME,
    schema_texts.HTTP_DATE,
    OpenApiParameter.HEADER,
    description=(
        "The same as `as_of` the end of that second (RFC 7089); ignored where `as_of` or `cursor` names a revision."
    ),
)


ANSWER_HEADERS = [
    OpenApiParameter(
        name, OpenApiTypes.STR, OpenApiParameter.HEADER, response=[200], required=required, description=description
    )
    for name, required, description in (
        ("Revision", True, "Number of the revision that was read; 0 before the first."),
        (
            "ETag",
            True,
            "Validator of the body, strong but for exports; in `If-None-Match` it gives 304 when nothing changed.",
        ),
        ("Memento-Datetime", False, "As of a revision: when it was recorded."),
        ("Content-Location", False, "With `Accept-Datetime`: the address of the same answer by the revision's number."),
        (
            "Link",
            False,
            (
                "Relations of the address (RFC 8288): `original`, `timegate`, `timemap`; as of a revision also"
                " `predecessor-version` and `successor-version`; of a page that is not JSON `next` and `prev`."
                " Addresses above 2,000 characters are left out."
            ),
        ),
    )
]


def page_sizes(*, at_most: int, default: int = DEFAULT_PAGE_SIZE) -> dict[str, Any]:
    """The schema of `page_size`."""
    return {"type": "integer", "minimum": 1, "maximum": at_most, "default": default}


def page_parameters(names: list[str], *, at_most: int) -> list[OpenApiParameter]:
    """Those of a listing that can be ordered by these names."""
    listed = ", ".join(f"`{name}`" for name in names)
    return [
        OpenApiParameter(CURSOR, schema_texts.PAGE_CURSOR, description="Where the page starts, as given by `next`."),
        OpenApiParameter(PAGE_SIZE, page_sizes(at_most=at_most), description="Rows in a page."),
        OpenApiParameter(
            ORDERING,
            schema_texts.ordering(names),
            description=f"One or more of {listed}, separated by commas; `-` before one reverses it; nulls last.",
        ),
    ]


VIEW_PARAMETER = OpenApiParameter(
    VIEW,
    {"type": "string", "enum": list(VIEWS), "default": LATEST},
    description=(
        "`latest`: the rows that stand. `initial`: the first public version of each row, and `all`: every public"
        f" version of every row, each as it was shown then, at most {MAX_VERSIONS} in a page, to be ordered by `record`"
        " and `revision`. Filters are judged on the version's own values; across relations as of the revision read."
    ),
)
DIFF_PARAMETERS = [
    OpenApiParameter(
        FROM,
        schema_texts.REVISION,
        required=True,
        description="The revision that gives `before`, named as `as_of` names one.",
    ),
    OpenApiParameter(
        TO,
        schema_texts.REVISION,
        description="The revision that gives `after`; the newest, or that of `as_of`, when left out.",
    ),
]


def format_parameter(renderers: Sequence[BaseRenderer]) -> OpenApiParameter:
    """`format`, with what an address has."""
    names = [renderer.format for renderer in renderers]
    return OpenApiParameter(
        FORMAT,
        {"type": "string", "enum": names, "default": names[0]},
        description="How the answer is written; without it `Accept` decides.",
    )


def filter_parameter(name: str, found: Any) -> OpenApiParameter:
    """A filter as a parameter; lists are comma-separated."""
    kind = _SCHEMAS.get(type(found).__name__.removeprefix("Listed"), TEXT)
    if "choices" in found.extra:
        kind = {"type": "string", "enum": [value for value, _ in found.extra["choices"]]}
    if type(found).__name__.startswith("Listed"):
        return OpenApiParameter(name, schema_texts.some(kind), description=found.label, style="form", explode=False)
    return OpenApiParameter(name, kind, description=found.label)


_SCHEMAS: dict[str, dict[str, Any]] = {
    "UUIDFilter": {"type": "string", "format": "uuid"},
    "DayFilter": {"type": "string", "format": "date"},
    "MomentFilter": {"type": "string", "format": "date-time"},
    "NumberFilter": {"type": "number"},
    "IntervalFilter": {"type": "number"},
    "HexFilter": {"type": "string", "pattern": "^([0-9a-f]{2})+$"},
    "WholeNumberFilter": {"type": "integer", "minimum": -(10**19) + 1, "maximum": 10**19 - 1},
    "TruthFilter": {"type": "boolean"},
    "NarrowingFilter": {"type": "boolean"},
}
