"""How imports are documented."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter

from greenapi.ledger.models import ChangeClass
from greenapi.rest import schema_texts
from greenapi.rest.idempotency import HEADER, REPLAYED
from greenapi.rest.orders import CHANGE_CLASS, CHANGE_CLASSES, DRY_RUN, MAX_REASON, REASON
from greenapi.rest.pagination import CURSOR, DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE, PAGE_SIZE
from greenapi.rest.schema import AutoSchema, json_object
from greenapi.rest.schema_security import TOKEN

from . import csv_rows, ndjson
from .models import Mode, Outcome, State
from .running import STAGES

RESOURCE, MODE, SUBMIT, GUARDED, AFTER, OUTCOME = ("resource", "mode", "submit", "guarded", "after", "outcome")
_FLAG = {"type": "boolean", "default": False}
_TEXT = {"type": "string"}
_WHOLE = {"type": "integer", "minimum": 0}
_MOMENT = {"type": "string", "format": "date-time"}

ENCODING = OpenApiParameter(
    "Content-Encoding",
    {"type": "string", "enum": ["gzip", "identity"]},
    OpenApiParameter.HEADER,
    description="`gzip` where the body is compressed.",
)
KEY_HEADER = OpenApiParameter(
    HEADER,
    {"type": "string", "pattern": "^[!-~]{1,255}$"},
    OpenApiParameter.HEADER,
    description="A key of your own making. Sent again with the same key within 7 days, the same import is not begun"
    " again, and answered the same.",
)
_ORDER = (
    (
        MODE,
        {"type": "string", "enum": Mode.values, "default": Mode.ALL.value},
        "`all`: all rows in one revision, or none where one is refused. `rows`: the good rows, in several revisions.",
    ),
    (
        CHANGE_CLASS,
        {"type": "string", "enum": [word for word, _ in CHANGE_CLASSES], "default": ChangeClass.ENRICHMENT.value},
        "What sort of change it is.",
    ),
    (SUBMIT, _FLAG, "Of facts: hand those in for review that are drafts."),
    (GUARDED, _FLAG, "Of CSV: take the apostrophe off that guards texts against being taken for formulas."),
    (DRY_RUN, _FLAG, "Do everything, report it, and undo it."),
)
LOCATION = OpenApiParameter(
    "Location", OpenApiTypes.STR, OpenApiParameter.HEADER, response=[202], required=True, description="Its address."
)
REPLAY = OpenApiParameter(
    REPLAYED,
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    response=[202],
    description="`true` where the answer was given before, to the same `Idempotency-Key`.",
)
NEXT = OpenApiParameter(
    "Link",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    response=[200],
    description="`next`: the path of the rows that follow; not on the last page.",
)
PAGES = OpenApiParameter(
    PAGE_SIZE,
    {"type": "integer", "minimum": 1, "maximum": MAX_PAGE_SIZE, "default": DEFAULT_PAGE_SIZE},
    description="How many in a page.",
)
LIST_PARAMETERS = [
    OpenApiParameter(CURSOR, {"type": "string", "format": "uuid"}, description="Where a page starts, as `next` says."),
    PAGES,
]
IDENTITY = OpenApiParameter(
    "id", {"type": "string", "format": "uuid"}, OpenApiParameter.PATH, description="Identifier of the import."
)
ROW_PARAMETERS = [
    IDENTITY,
    OpenApiParameter(
        OUTCOME, {"type": "string", "enum": Outcome.values}, description="Only rows of which that became."
    ),
    OpenApiParameter(AFTER, {**_WHOLE, "default": 0}, description="Only rows that begin after this line."),
    PAGES,
    NEXT,
]
IMPORT = json_object(
    "An import.",
    id={"type": "string", "format": "uuid", "description": "Its identifier."},
    user={**_TEXT, "description": "Who sent it."},
    resource={**_TEXT, "description": "What its rows are."},
    media_type={"type": "string", "enum": [ndjson.MEDIA_TYPE, csv_rows.MEDIA_TYPE], "description": "Its format."},
    mode={"type": "string", "enum": Mode.values, "description": "What becomes of good rows when others are bad."},
    submit={"type": "boolean", "description": "Whether facts are handed in for review."},
    dry_run={"type": "boolean", "description": "Whether all is undone at its end."},
    guarded={"type": "boolean", "description": "Whether texts of CSV are guarded against formulas."},
    reason={**_TEXT, "description": "Why the changes are made."},
    change_class={"type": "string", "enum": ChangeClass.values, "description": "What sort of change it is."},
    state={
        "type": "string",
        "enum": State.values,
        "description": "\n".join(f"* `{state.value}`: {state.label}." for state in State),
    },
    detail={"type": ["string", "null"], "description": "Why it failed; else null."},
    created_at={**_MOMENT, "description": "When it was sent."},
    started_at={**_MOMENT, "type": ["string", "null"], "description": "When a worker first took it up."},
    finished_at={**_MOMENT, "type": ["string", "null"], "description": "When it came to its end."},
    progress=json_object(
        "How far it is, also while it runs.",
        stage={
            "type": ["string", "null"],
            "enum": [*STAGES, None],
            "description": "What is done; null unless it runs.",
        },
        bytes={**_WHOLE, "description": "Bytes of the rows, inflated."},
        bytes_read={**_WHOLE, "description": "How many of them were read."},
        rows_read={**_WHOLE, "description": "Rows that were read."},
        rows_done={**_WHOLE, "description": "Rows that were not refused, so far."},
        rows_refused={**_WHOLE, "description": "Rows that were refused, so far."},
    ),
    counts=json_object(
        "What became of the rows whose outcome stands.",
        **{outcome.value: {**_WHOLE, "description": f"{outcome.label}."} for outcome in Outcome},
    ),
    first_revision={"type": ["integer", "null"], "description": "The first revision that it made; null while none."},
    last_revision={"type": ["integer", "null"], "description": "The last revision that it made; null while none."},
    rows={**_TEXT, "description": "Path of the report by line."},
)
_PAGE: dict[str, dict[str, Any]] = {
    "next": {"type": ["string", "null"], "description": "Path of the next page; null on the last."},
    "results": {"type": "array", "description": "The imports."},
}
PAGE = json_object("A page of imports, the newest first.", **_PAGE)
_BODY = "Rows, each as the body of a single write without `reason` and `change_class`."
EXAMPLES = {
    ndjson.MEDIA_TYPE: '{"slug":"gigawatt","name":"gigawatt","symbol":"GW","quantity":"power"}\n',
    csv_rows.MEDIA_TYPE: "slug,name,symbol,quantity\r\ngigawatt,gigawatt,GW,power\r\n",
}
# A finished import, as it is answered.
EXAMPLE = {
    "id": "019fa2d1-7c42-7e0a-9b15-6d2f8a3c4e51",
    "user": "press-desk",
    "resource": "units",
    "media_type": ndjson.MEDIA_TYPE,
    "mode": "rows",
    "submit": False,
    "dry_run": False,
    "guarded": False,
    "reason": "Units of the new yearbook",
    "change_class": "enrichment",
    "state": "done",
    "detail": None,
    "created_at": "2026-11-22T10:00:00.000000Z",
    "started_at": "2026-11-22T10:00:00.214000Z",
    "finished_at": "2026-11-22T10:00:01.730000Z",
    "progress": {
        "stage": None,
        "bytes": 1480,
        "bytes_read": 1480,
        "rows_read": 20,
        "rows_done": 19,
        "rows_refused": 1,
    },
    "counts": {"added": 18, "changed": 0, "unchanged": 1, "refused": 1},
    "first_revision": 412,
    "last_revision": 412,
    "rows": "/api/v1/imports/019fa2d1-7c42-7e0a-9b15-6d2f8a3c4e51/rows",
}


class ImportSchema(AutoSchema):
    """Imports are shown to those only whose token may write."""

    def get_auth(self) -> list[dict[str, Any]]:
        return [{TOKEN: []}]

    def get_override_parameters(self) -> list[Any]:
        found = super().get_override_parameters()
        if self.method != "POST":
            return found
        return [
            *found,
            OpenApiParameter(
                RESOURCE,
                {"type": "string", "enum": list(getattr(self.view, "importables", ()))},
                required=True,
                description="What the rows are.",
            ),
            OpenApiParameter(
                REASON,
                {**schema_texts.REASON, "minLength": 1, "maxLength": MAX_REASON},
                required=True,
                description="Why the changes are made, in a sentence. It is public and kept for ever.",
            ),
            *(OpenApiParameter(name, kind, description=description) for name, kind, description in _ORDER),
            *(ENCODING, KEY_HEADER, LOCATION, REPLAY),
        ]

    def _get_response_for_code(self, serializer: Any, *args: Any, **kwargs: Any) -> Any:
        if serializer in (IMPORT, PAGE):
            import_ = self.component("Import", IMPORT)
            results = {**_PAGE["results"], "items": import_}
            page = {**PAGE, "properties": {**_PAGE, "results": results}}
            is_page = serializer is PAGE
            reference = self.component("ImportPage", page) if is_page else import_
            found = super()._get_response_for_code(reference, *args, **kwargs)  # type: ignore[no-untyped-call]
            example = {"next": None, "results": [EXAMPLE]} if is_page else EXAMPLE
            for content in found["content"].values():
                content["examples"] = {"Example": {"value": example}}
            return found
        return super()._get_response_for_code(serializer, *args, **kwargs)  # type: ignore[no-untyped-call]

    def _get_request_body(self, direction: Any = "request") -> Any:
        if self.method != "POST":
            return None
        content = {
            kind: {"schema": {"type": "string", "description": _BODY}, "examples": {"Example": {"value": example}}}
            for kind, example in EXAMPLES.items()
        }
        return {"content": content, "required": True}
