"""How the feed of changes is documented."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter

from greenapi.ledger.feed import resource_names
from greenapi.ledger.models import ChangeClass

from .ledger_schema import AFTER_PARAMETER, HEADERS, LEDGER_ID, moment, number, revision_properties, sha256
from .pagination import MAX_PAGE_SIZE, PAGE_SIZE
from .schema import answers, json_object
from .schema_parameters import page_sizes

WAIT = "wait"
RESOURCE = "resource"
CHANGE_CLASS = "change_class"
LONGEST_WAIT = 30  # seconds


def parameters() -> list[OpenApiParameter]:
    """Of the request, and the headers of the answer."""
    seconds = {"type": "integer", "minimum": 0, "maximum": LONGEST_WAIT, "default": 0}
    return [
        AFTER_PARAMETER,
        OpenApiParameter(
            WAIT, seconds, description="For how many seconds to wait for a revision to come, when there is none yet."
        ),
        OpenApiParameter(PAGE_SIZE, page_sizes(at_most=MAX_PAGE_SIZE), description="Revisions in a page."),
        *_words(RESOURCE, resource_names(), of="Only changes of this resource"),
        *_words(CHANGE_CLASS, ChangeClass.values, of="Only revisions of this change class"),
        *HEADERS,
    ]


def responses() -> dict[Any, Any]:
    """Every status with its body."""
    page = json_object(
        "Revisions in commit order.",
        ledger_id=LEDGER_ID,
        revision=number("The newest revision when it was read; 0 before the first."),
        recorded_at=moment("When that revision was recorded; null before the first.", nullable=True),
        next={"type": "string", "description": "Path of what comes after; there is always one."},
        results={"type": "array", "items": _revision(), "description": "The revisions; may be empty."},
    )
    return answers(page, 400, 406, 409, 503)


def _revision() -> dict[str, Any]:
    return json_object(
        "One revision with everything public that it changed, and is asked for.",
        **revision_properties(),
        previous_hash=sha256("The hash of the revision before; of the ledger's id, as text, for the first."),
        changes={"type": "array", "items": _change(), "description": "By resource and id; may be empty."},
    )


def _change() -> dict[str, Any]:
    sealed_as = json_object(
        "What was sealed beside the values.",
        op={"type": "string", "enum": ["I", "U"], "description": "Whether the row was inserted or updated then."},
        table={"type": "string", "description": "The table of the row."},
    )
    nothing = {"type": "null"}
    return json_object(
        "What became of one record. Only `id`, `op`, `resource` and `fields` of one that is not public any more.",
        resource={"type": "string", "enum": resource_names(), "description": "What sort of record it is."},
        id={"type": "string", "format": "uuid", "description": "Stable identifier of the record."},
        op={"type": "string", "enum": ["insert", "update", "delete", "redact"], "description": "What became of it."},
        fields={
            "type": ["array", "null"],
            "items": {"type": "string"},
            "description": "With `redact`: the fields that were blanked; none when the whole record went.",
        },
        values={
            "type": ["object", "null"],
            "additionalProperties": {"type": "string"},
            "description": "The row since then, each value as Postgres prints it; what is null is left out.",
        },
        salt={
            "type": ["string", "null"],
            "format": "uuid",
            "description": "What the row was sealed with; null once values of it were redacted.",
        },
        hash={**sha256("The hash of the row, before anything of it was redacted."), "type": ["string", "null"]},
        sealed_as={"oneOf": [sealed_as, nothing], "description": "What was sealed beside the values."},
        recorded_in={"type": ["integer", "null"], "description": "The revision that recorded the row as it is."},
        redacted_in={"type": ["integer", "null"], "description": "The revision that blanked values of this very row."},
    )


def _words(name: str, known: list[str], *, of: str) -> list[OpenApiParameter]:
    kind = {"type": "string", "enum": known}
    several = {"type": "array", "items": kind, "minItems": 1}
    return [
        OpenApiParameter(name, kind, description=f"{of}."),
        OpenApiParameter(f"{name}__in", several, description=f"{of}, or another.", style="form", explode=False),
    ]
