"""If-Match: who changes a record says which state of it they have seen, so that nobody overwrites what they did not."""

from typing import Any

from django.utils.http import parse_etags
from rest_framework.request import Request

from .encoding import encode
from .problems import PRECONDITION_REQUIRED, STALE, Problem
from .validators import etag_of


def seen_states(request: Request) -> list[str]:
    """The ETags that `If-Match` gives.

    Raises:
        Problem: precondition-required, also for `*`, which would say nothing of what was seen.
    """
    given = parse_etags(request.headers.get("If-Match", ""))
    if not given or given == ["*"]:
        raise Problem(PRECONDITION_REQUIRED, "Send the ETag that the record's own page has in the header If-Match.")
    return given


def refuse_stale(seen: list[str], *, body: Any) -> None:
    """Refuses a change of a record whose own page now has a body that was not seen.

    Raises:
        Problem: stale, with the ETag that it has now.
    """
    etag = etag_of(encode(body))
    # A weak one (`W/`) never matches: RFC 9110 asks for a strong comparison.
    if etag not in seen:
        raise Problem(STALE, "Read it again, then make your change to what it is now.", headers={"ETag": etag})
