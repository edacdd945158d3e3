"""The schemas of texts that parameters take: whatever they do not describe is refused, and what they do is understood.

Patterns are those of ECMA-262, as OpenAPI has them.
"""

from collections.abc import Sequence
from typing import Any

# Any text that the database can hold.
ANY = {"type": "string", "pattern": r"^[^\u0000]*$"}
# Why a change is made: not white space and control characters alone. Neither Python nor ECMA-262 knows all white space.
REASON = {"type": "string", "pattern": r"^[^\u0000]*[^\s\u0000-\u001f\u0085\ufeff][^\u0000]*$"}
# A cursor of a listing: what was signed, compressed where a full stop comes first, and the signature (SHA-256).
PAGE_CURSOR = {"type": "string", "pattern": r"^\.?[A-Za-z0-9_-]+:[A-Za-z0-9_-]{43}$"}
# A place in an Atom feed: a revision, and the record in it that comes next.
ENTRY_CURSOR = {
    "type": "string",
    "pattern": r"^[0-9]{1,18}(\.[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})?$",
}
# A place in the feed of changes, as greenapi.ledger.cursors writes it.
PLACE = {
    "type": "string",
    "pattern": r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\.(0|[1-9][0-9]{0,17})\.[0-9a-f]{64}$",
}
# A revision by its number, a moment or a day.
REVISION = {
    "anyOf": [
        {"type": "string", "pattern": "^[0-9]+$"},
        {"type": "string", "format": "date-time"},
        {"type": "string", "format": "date"},
    ]
}
# The preferred form of RFC 9110: its day of the week, too, must be right, which no pattern can say.
HTTP_DATE = {"type": "string", "format": "http-date", "examples": ["Sun, 22 Nov 2026 06:00:00 GMT"]}


def ordering(names: Sequence[str]) -> dict[str, Any]:
    """Some of these names, each at most once and reversed by `-`, separated by commas."""
    one = f"-?({'|'.join(names)})"
    more = f"(,{one}){{0,{len(names) - 1}}}" if len(names) > 1 else ""
    # No name stands twice: a word that comes again further on.
    return {"type": "string", "pattern": rf"^(?!.*\b(\w+)\b.*\b\1\b){one}{more}$"}


def some(kind: dict[str, Any]) -> dict[str, Any]:
    """A list of these, which has at least one: a parameter without a value is refused."""
    return {"type": "array", "items": kind, "minItems": 1}
