"""What the answers about the ledger's chain share: places in it, as parameters and in addresses, and its revisions."""

from typing import Any
from urllib.parse import urlencode

from rest_framework.request import Request
from rest_framework.response import Response

from greenapi.ledger.chain import DivergedError, verify_place
from greenapi.ledger.cursors import Cursor, CursorError
from greenapi.ledger.models import Revision
from greenapi.ledger.reading import Snapshot

from .caching import ASK_FIRST
from .encoding import rfc3339
from .problems import INVALID_CURSOR, LEDGER_DIVERGED, Problem
from .validators import validated

AFTER = "after"


def place_of(request: Request, *, newest: Cursor) -> Cursor:
    """The place that `after` names; the start of the ledger, whose newest place is given, when it is not there.

    Raises:
        Problem: invalid-cursor, when it names none; ledger-diverged, when it names one that is not of this ledger.
    """
    text = request.query_params.get(AFTER)
    if text is None:
        return Cursor.start(newest.ledger_id)
    try:
        place = Cursor.parse(text)
        verify_place(place, newest=newest)
    except CursorError as error:
        raise Problem(INVALID_CURSOR, f"It is not understood: {error}.") from error
    except DivergedError as error:
        raise Problem(LEDGER_DIVERGED, str(error)) from error
    return place


def path_after(place: Cursor, *, request: Request) -> str:
    """The same question from another place on."""
    kept = [(name, value) for name, value in request.query_params.items() if name != AFTER]
    return f"{request.path.removesuffix('/')}?{urlencode([*kept, (AFTER, str(place))])}"


def revision_body(revision: Revision) -> dict[str, Any]:
    """What is said of every revision."""
    return {
        "number": revision.number,
        "recorded_at": rfc3339(revision.recorded_at),
        "actor": revision.actor,
        "reason": revision.reason,
        "change_class": revision.change_class,
        "rows_hash": bytes(revision.rows_hash or b"").hex(),
        "hash": bytes(revision.hash or b"").hex(),
    }


def answer(body: dict[str, Any], *, snapshot: Snapshot, request: Request) -> Response:
    """The answer with the revision that was read, and its validator."""
    response = Response(body, headers={"Revision": str(snapshot.number), "Cache-Control": ASK_FIRST})
    return validated(response, request=request)
