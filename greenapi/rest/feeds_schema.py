"""How the Atom feeds are documented."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema

from . import schema_texts
from .pagination import CURSOR, PAGE_SIZE
from .schema import problem_answers
from .schema_parameters import ACCEPT_DATETIME_HEADER, ANSWER_HEADERS, AS_OF_PARAMETER, page_sizes

PARAMETERS = [
    AS_OF_PARAMETER,
    ACCEPT_DATETIME_HEADER,
    OpenApiParameter(
        CURSOR, schema_texts.ENTRY_CURSOR, description="Where the page starts, as given by the link `next`."
    ),
    OpenApiParameter(PAGE_SIZE, page_sizes(at_most=100), description="Entries in a page."),
    *ANSWER_HEADERS,
]


def feed_schema(method: Any) -> Any:
    """Documents the GET of a feed."""
    return extend_schema(
        parameters=PARAMETERS,
        responses={
            (200, "application/atom+xml; charset=utf-8"): OpenApiTypes.STR,
            **problem_answers(400, 406, 422, 503),
        },
    )(method)
