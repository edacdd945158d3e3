"""The head of the ledger, and what proves that nothing before it was changed."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from greenapi.ledger.chain import newest_place, sealed_after
from greenapi.ledger.cursors import Cursor
from greenapi.ledger.reading import Snapshot, reading

from .chain import AFTER, answer, path_after, place_of, revision_body
from .encoding import rfc3339_or_null
from .filters import refuse_empty
from .ledger_schema import AFTER_PARAMETER, CURSOR, HEADERS, LEDGER_ID, moment, number, revision_properties, sha256
from .pagination import MAX_PAGE_SIZE, PAGE_SIZE, page_size
from .parameters import refuse_unknown
from .schema import answers, json_object
from .schema_parameters import page_sizes

HEAD = {
    "number": number("Number of the newest revision; 0 before the first."),
    "recorded_at": moment("When it was recorded; null before the first.", nullable=True),
    "hash": sha256("What seals it and all before it; before the first, the chain's first hash."),
}


class LedgerView(APIView):
    """The newest revision and its hash, which seals everything up to it.

    Keep `cursor` to follow the feed from here (`/api/v1/changes`), or to have it proved later that nothing of today was
    changed (`/api/v1/ledger/proof`).
    """

    http_method_names = ["get", "head", "options"]

    @extend_schema(
        operation_id="ledger",
        summary="Get the head of the ledger",
        parameters=HEADERS,
        responses=answers(
            json_object(
                "The head of the ledger.",
                ledger_id=LEDGER_ID,
                **HEAD,
                cursor=CURSOR,
                first_hash=sha256("What the first revision is chained to: the SHA-256 of the ledger's id, as text."),
            ),
            *(400, 406, 503),
        ),
    )
    def get(self, request: Request) -> Response:
        refuse_unknown(request.query_params, known=())
        with reading() as snapshot:
            newest = newest_place()
        body = {
            "ledger_id": str(newest.ledger_id),
            **_head(newest, snapshot=snapshot),
            "cursor": str(newest),
            "first_hash": Cursor.start(newest.ledger_id).hash.hex(),
        }
        return answer(body, snapshot=snapshot, request=request)


class ProofView(APIView):
    """What recomputes the chain of revisions, from a head that was kept, or from the start.

    Take the hash of the head that you kept; at the start it is the SHA-256 of the ledger's id as text, in lower case.
    Then for each revision in order:

    1. `rows_hash` is the SHA-256 of the members of `rows`, decoded from hexadecimal to 32 bytes each, in the order
       given, which is the sorted one.
    2. `hash` is the SHA-256 of the UTF-8 of this JSON as RFC 8785 writes it, with keys sorted, no spaces and nothing
       but strings: `{"actor":"…","change_class":"…","number":"…","previous":"…","reason":"…","recorded_at":"…",`
       `"rows":"…"}`. `previous` is the hash before it and `rows` is `rows_hash`, both in hexadecimal; the others are as
       they are answered here, the number in decimal digits.

    Follow `next` until it is null: the last hash is that of `head`. The hash of each row of the feed is among the
    `rows` of the revision that recorded it; `rows` has also those that are not public.
    """

    http_method_names = ["get", "head", "options"]

    @extend_schema(
        operation_id="ledger_proof",
        summary="Prove what was recorded",
        parameters=[
            AFTER_PARAMETER,
            OpenApiParameter(
                PAGE_SIZE,
                page_sizes(at_most=MAX_PAGE_SIZE),
                description="Revisions in a page, which ends early as the feed's.",
            ),
            *HEADERS,
        ],
        responses=answers(
            json_object(
                "A stretch of the chain.",
                ledger_id=LEDGER_ID,
                after=json_object(
                    "The place it starts from.",
                    number=number("Number of the revision before the first given here; 0 at the start."),
                    hash=sha256("The hash of that revision, to which the first given here is chained."),
                ),
                head=json_object("The newest revision when it was read.", **HEAD),
                revisions={
                    "type": "array",
                    "items": json_object(
                        "One revision.",
                        **revision_properties(),
                        rows={
                            "type": "array",
                            "items": sha256("The hash of a row."),
                            "description": "The hashes of all rows that it recorded, sorted.",
                        },
                    ),
                    "description": "The revisions in order; none when nothing came after.",
                },
                next={"type": ["string", "null"], "description": "Path of the next stretch; null at the head."},
            ),
            *(400, 406, 409, 503),
        ),
    )
    def get(self, request: Request) -> Response:
        refuse_unknown(request.query_params, known=[AFTER, PAGE_SIZE])
        refuse_empty(request.query_params)
        size = page_size(request.query_params)
        with reading() as snapshot:
            newest = newest_place()
            after = place_of(request, newest=newest)
            found = sealed_after(after.number, head=newest.number, revisions=size)
        place = after
        if found:
            last = found[-1].revision
            place = Cursor(ledger_id=newest.ledger_id, number=last.number, hash=bytes(last.hash or b""))
        body = {
            "ledger_id": str(newest.ledger_id),
            "after": {"number": after.number, "hash": after.hash.hex()},
            "head": _head(newest, snapshot=snapshot),
            "revisions": [{**revision_body(each.revision), "rows": each.rows} for each in found],
            "next": path_after(place, request=request) if place.number < newest.number else None,
        }
        return answer(body, snapshot=snapshot, request=request)


def _head(newest: Cursor, *, snapshot: Snapshot) -> dict[str, Any]:
    return {
        "number": newest.number,
        "recorded_at": rfc3339_or_null(snapshot.recorded_at),
        "hash": newest.hash.hex(),
    }
