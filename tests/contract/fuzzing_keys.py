"""Keys of records that there are, for requests that schemathesis makes of keys that there are not."""

import zlib
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from http import HTTPStatus
from typing import Any

# What a client asks of the service: the answer to GET, by its path.
Get = Callable[[str], Any]

MOST = 100  # keys of one resource
# One of so many requests keeps the key that was made up, so that it is asked for what there is not, too.
MADE_UP = 4
PREFIX = "/api/v1/"
IF_MATCH = "If-Match"
ACCEPT_DATETIME = "Accept-Datetime"
# What stays as it is for all the other requests: those that take a record away are not told its ETag.
LEAVING = {"DELETE"}
LEAVING_STEP = "/withdraw"


class RealKeys:
    """The keys of the records that the service lists, each resource asked once."""

    def __init__(self, get: Get) -> None:
        self._get = get
        self._of = cache(self._listed)

    def put(self, case: Any) -> None:
        """Puts a real key into the path of a request, and the record's ETag into its precondition.

        Which one depends on nothing but the request itself, so that the same request gets the same key.
        """
        names = list(case.path_parameters or {})
        if len(names) != 1 or not case.path.startswith(PREFIX):
            return
        resource = case.path.removeprefix(PREFIX).partition("/")[0]
        drawn = zlib.crc32(repr((case.method, case.path_parameters, case.query, case.body)).encode())
        keys = self._of(resource, names[0])
        if not keys or drawn % MADE_UP == 0:
            return
        key = keys[drawn // MADE_UP % len(keys)]
        case.path_parameters = {names[0]: key}
        # Of the moments that may be made up most are before anything was recorded.
        if drawn % MADE_UP == 1 and case.headers:
            case.headers.pop(ACCEPT_DATETIME, None)
        if IF_MATCH in (case.headers or {}) and case.method not in LEAVING and not case.path.endswith(LEAVING_STEP):
            answer = self._get(f"{PREFIX}{resource}/{key}")
            if answer.status_code == HTTPStatus.OK:
                case.headers[IF_MATCH] = answer.headers["ETag"]

    def _listed(self, resource: str, name: str) -> Sequence[str | int]:
        answer = self._get(f"{PREFIX}{resource}?page_size={MOST}")
        rows: list[Mapping[str, Any]] = answer.json()["results"] if answer.status_code == HTTPStatus.OK else []
        return [row[name] for row in rows if name in row]
