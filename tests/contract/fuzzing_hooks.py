"""What makes a request a right one and no schema can say: schemathesis loads it, as schemathesis.toml tells it to.

What is meant to be wrong of a request stays as it is.
"""

import os
import sys
from contextvars import ContextVar
from functools import cache
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs, urlsplit

import requests
import schemathesis
from django.utils.http import http_date
from hypothesis import strategies as st

from .fuzzing_keys import RealKeys

# Strategies of bodies with many members nest deeper than 1,000 calls.
sys.setrecursionlimit(20_000)

_finding_out: ContextVar[bool] = ContextVar("finding out", default=False)
CURSOR = "cursor"
FIELDS = "fields"
LATEST_DATE = 4_102_444_800  # 2100-01-01T00:00:00Z

schemathesis.openapi.format("http-date", st.integers(0, LATEST_DATE).map(http_date))
# Files of rows are texts as they stand.
schemathesis.serializer.alias(["application/x-ndjson", "text/csv"], "text/plain")


@schemathesis.hook
def before_call(context: schemathesis.HookContext, case: schemathesis.Case[Any], kwargs: dict[str, Any]) -> None:
    """Puts what was given out in the place of what was made up: keys, a cursor of the very listing, fields.

    The last two depend on the other parameters, and so are taken from the answer to the same request without them.
    """
    if case.meta is None or _finding_out.get():
        return
    if _is_right(case, "path") and _is_right(case, "header"):
        _keys(urlsplit(case.operation.base_url)._replace(path="").geturl()).put(case)
    if not case.meta.generation.mode.is_positive:
        return
    asked = {name for name in (CURSOR, FIELDS) if name in (case.query or {})}
    if asked:
        # The questions asked here are requests, too, and come here again.
        token = _finding_out.set(True)
        try:
            _put_given(case, asked, kwargs)
        finally:
            _finding_out.reset(token)


def _put_given(case: schemathesis.Case[Any], asked: set[str], kwargs: dict[str, Any]) -> None:
    case.query = {name: value for name, value in case.query.items() if name not in asked}
    answer = case.call(**kwargs)
    if answer.status_code != HTTPStatus.OK or answer.headers.get("content-type") != ["application/json"]:
        return
    if FIELDS in asked:
        case.query |= _fields(answer.json())
        answer = case.call(**kwargs)
    if CURSOR in asked:
        case.query |= _cursor(answer.json())


def _is_right(case: schemathesis.Case[Any], location: str) -> bool:
    """Whether nothing of a request is meant to be wrong there."""
    components = case.meta.components.items() if case.meta is not None else ()
    found = next((kind for where, kind in components if where == location), None)
    return found is None or bool(found.mode.is_positive)


@cache
def _keys(address: str) -> RealKeys:
    """The keys at an address; made once, since they are asked for once."""
    asking = requests.Session()
    asking.headers["Authorization"] = f"Bearer {os.environ['GREENAPI_TOKEN']}"
    asking.trust_env = False
    return RealKeys(lambda path: asking.get(f"{address}{path}", timeout=60))


def _fields(body: dict[str, Any]) -> dict[str, str]:
    rows = body.get("results", [body])
    return {FIELDS: ",".join(list(rows[0])[::2])} if rows and "record" not in rows[0] else {}


def _cursor(body: dict[str, Any]) -> dict[str, str]:
    following = body.get("next")
    return {} if following is None else {CURSOR: parse_qs(urlsplit(following).query)[CURSOR][0]}
