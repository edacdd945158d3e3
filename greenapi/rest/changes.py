"""The feed of changes: what a copy of the public records needs to follow them, revision by revision."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from greenapi.ledger.chain import hash_at, newest_place
from greenapi.ledger.cursors import Cursor
from greenapi.ledger.feed import Change, ChangedRevision, changes_after, resource_names
from greenapi.ledger.models import ChangeClass
from greenapi.ledger.reading import reading

from .chain import AFTER, answer, path_after, place_of, revision_body
from .changes_schema import CHANGE_CLASS, LONGEST_WAIT, RESOURCE, WAIT, parameters, responses
from .encoding import rfc3339_or_null
from .filters import refuse_empty
from .pagination import PAGE_SIZE, page_size
from .parameters import refuse_unknown, whole_number, words


class ChangesView(APIView):
    """What was changed, as whole revisions in commit order.

    Start without `after`, do what each revision's `changes` say, and ask for `next`: it is always there, and the same
    address answers more as soon as there is more. Numbers have no gaps, so without filters each revision's is that of
    the last plus one. A page ends early, with whole revisions, when it holds about 10,000 rows; with filters it looks
    only so far ahead, so it may be empty although `next` leads to more, until the cursor in it bears the number in
    `revision`.

    `insert` and `update` give the values that a record has since then; `delete` says that it is not public any more;
    `redact` that values were removed for good, also from older answers: forget them, and take the values given, or the
    record away where none are. A record that was taken away may be one you never had. Facts appear when they are
    published, with everything that is part of them, and go when they are withdrawn. Whoever starts with nothing has
    exactly the public records of each revision.

    A row can be checked: the SHA-256 of its `salt`, followed by the UTF-8 of the JSON (RFC 8785: keys sorted, no
    spaces) of `sealed_as` with the `values` as its `row`, is its `hash`, and that is among the `rows` that
    `/api/v1/ledger/proof` gives for revision `recorded_in`. Values that were redacted cannot be checked any more.
    """

    http_method_names = ["get", "head", "options"]

    @extend_schema(
        operation_id="changes", summary="Follow what is changed", parameters=parameters(), responses=responses()
    )
    def get(self, request: Request) -> Response:
        query = request.query_params
        filters = (f"{name}{lookup}" for name in (RESOURCE, CHANGE_CLASS) for lookup in ("", "__in"))
        refuse_unknown(query, known=[AFTER, WAIT, PAGE_SIZE, *filters])
        refuse_empty(query)
        # Whoever waits does so before it comes here.
        whole_number(query, WAIT, lowest=0, highest=LONGEST_WAIT, default=0)
        size = page_size(query)
        resources = words(query, RESOURCE, known=resource_names())
        change_classes = words(query, CHANGE_CLASS, known=ChangeClass.values)
        with reading() as snapshot:
            newest = newest_place()
            page = changes_after(
                place_of(request, newest=newest).number,
                head=newest.number,
                revisions=size,
                resources=resources,
                change_classes=change_classes,
            )
            last = Cursor(ledger_id=newest.ledger_id, number=page.last, hash=hash_at(page.last))
        body = {
            "ledger_id": str(newest.ledger_id),
            "revision": snapshot.number,
            "recorded_at": rfc3339_or_null(snapshot.recorded_at),
            "next": path_after(last, request=request),
            "results": [_revision(each) for each in page.revisions],
        }
        return answer(body, snapshot=snapshot, request=request)


def _revision(changed: ChangedRevision) -> dict[str, Any]:
    return {
        **revision_body(changed.revision),
        "previous_hash": changed.previous_hash.hex(),
        "changes": [_change(change) for change in changed.changes],
    }


def _change(change: Change) -> dict[str, Any]:
    row = change.row
    return {
        "resource": change.resource,
        "id": str(change.id),
        "op": change.op,
        "fields": change.fields,
        "values": row and row.values,
        "salt": None if row is None or row.salt is None else str(row.salt),
        "hash": row and row.hash.hex(),
        "sealed_as": row and {"op": row.op, "table": change.table},
        "recorded_in": row and row.number,
        "redacted_in": row and row.redacted_in,
    }
