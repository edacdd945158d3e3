"""What the documentation of the feed, of the ledger's head and of its proof share: hashes, places and revisions."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter

from greenapi.ledger.models import ChangeClass

from . import schema_texts
from .chain import AFTER
from .schema_parameters import ANSWER_HEADERS

LEDGER_ID = {"type": "string", "format": "uuid", "description": "Identity of the ledger; a restored copy keeps it."}
CURSOR = {**schema_texts.PLACE, "description": "The place after this revision, for `after`."}
# There is no `as_of` here, and so no mementos.
HEADERS = [header for header in ANSWER_HEADERS if header.name in {"Revision", "ETag"}]
AFTER_PARAMETER = OpenApiParameter(
    AFTER,
    schema_texts.PLACE,
    description="The place after which to start, as `/api/v1/ledger` or `next` gave it; else the start.",
)


def sha256(description: str) -> dict[str, Any]:
    """A SHA-256 as text."""
    return {"type": "string", "pattern": "^[0-9a-f]{64}$", "description": description}


def number(description: str) -> dict[str, Any]:
    """The number of a revision."""
    return {"type": "integer", "description": description}


def moment(description: str, *, nullable: bool = False) -> dict[str, Any]:
    """When a revision was recorded."""
    return {"type": ["string", "null"] if nullable else "string", "format": "date-time", "description": description}


def revision_properties() -> dict[str, dict[str, Any]]:
    """What is said of every revision."""
    return {
        "number": number("Position in the ledger, from 1, without gaps."),
        "recorded_at": moment("When the revision was recorded (UTC)."),
        "actor": {"type": "string", "description": "Who made the change."},
        "reason": {"type": "string", "description": "Why the change was made."},
        "change_class": {
            "type": "string",
            "enum": ChangeClass.values,
            "description": "What sort of change it is.",
        },
        "rows_hash": sha256("SHA-256 of the hashes of all rows that it recorded, each of 32 bytes, sorted."),
        "hash": sha256("What seals the revision and all before it."),
    }
