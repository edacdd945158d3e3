"""How exports are documented."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter

from .exporting import DIGEST, ROW_COUNT

EXPORT_PARAMETERS = [
    OpenApiParameter(
        DIGEST,
        {"type": "boolean"},
        description="Of an export, say `format=csv`: what it comes to, in place of itself; made anew, and as slowly.",
    ),
    OpenApiParameter(
        ROW_COUNT,
        OpenApiTypes.INT,
        OpenApiParameter.HEADER,
        response=[200],
        description="Of an export: how many rows it has.",
    ),
    OpenApiParameter(
        "Content-Disposition",
        OpenApiTypes.STR,
        OpenApiParameter.HEADER,
        response=[200],
        description="Of an export: a name for its file, with the revision.",
    ),
]
DIGEST_SCHEMA: dict[str, Any] = {
    "type": "object",
    "description": "What an export comes to. Line feeds come before it while it is made.",
    "properties": {
        "revision": {"type": "integer", "description": "The revision that was read; 0 before the first."},
        "recorded_at": {
            "type": ["string", "null"],
            "format": "date-time",
            "description": "When that revision was recorded; null before the first.",
        },
        "rows": {"type": "integer", "description": "Rows, without a header."},
        "bytes": {"type": "integer", "description": "Bytes of the whole body."},
        "sha256": {"type": "string", "pattern": "^[0-9a-f]{64}$", "description": "SHA-256 of the whole body."},
    },
}
