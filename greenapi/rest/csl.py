"""Bibliographies for citation processors: CSL-JSON (https://citationstyles.org), as Zotero and pandoc read it."""

from collections.abc import Sequence
from typing import Any, ClassVar

from .citable import CitationFormat, Cited, Describe, one_line
from .encoding import encode

_TEXT = {"type": "string"}
_DATE = {
    "type": "object",
    "properties": {
        "date-parts": {"type": "array", "items": {"type": "array", "items": {"type": "integer"}}, "maxItems": 1}
    },
    "required": ["date-parts"],
}


class CslFormat(CitationFormat):
    """Facts as items of CSL-JSON: always an array, also of one."""

    media_type = "application/vnd.citationstyles.csl+json"
    format = "csl"
    schema: ClassVar[dict[str, Any]] = {
        "type": "array",
        "description": "Items of CSL-JSON 1.0.2.",
        "items": {
            "type": "object",
            "properties": {
                "id": {**_TEXT, "description": "Key of the reference."},
                "type": {**_TEXT, "const": "dataset", "description": "What CSL calls such a thing."},
                "title": {**_TEXT, "description": "The fact in our words."},
                "author": {
                    "type": "array",
                    "items": {"type": "object", "properties": {"literal": _TEXT}, "required": ["literal"]},
                    "description": "Who stated it.",
                },
                "issued": {**_DATE, "description": "When it was stated in public."},
                "version": {**_TEXT, "description": "Number of the revision that made it."},
                "URL": {**_TEXT, "description": "Path of the fact as of that revision."},
                "note": {**_TEXT, "description": "What finds and checks the fact."},
            },
            "required": ["id", "type", "title", "version", "URL", "note"],
        },
    }

    def written(self, cited: Sequence[Cited]) -> bytes:
        return encode([csl(each) for each in cited])


def csl_of(describe: Describe) -> type[CslFormat]:
    """The format for facts that `describe` describes."""
    return type("Csl", (CslFormat,), {"describe": staticmethod(describe)})


def csl(cited: Cited) -> dict[str, Any]:
    """One item. Names are `literal`: which part of one is a family's is not recorded."""
    fact = cited.fact
    item = {
        "id": cited.key,
        "type": "dataset",
        "genre": fact.kind.capitalize(),
        "author": None if fact.author is None else [{"literal": one_line(fact.author)}],
        "title": one_line(fact.title),
        "container-title": fact.container and one_line(fact.container),
        "event-title": fact.event and one_line(fact.event),
        "publisher": fact.publisher and one_line(fact.publisher),
        "issued": None if fact.stated_on is None else _date(fact.stated_on),
        "available-date": _date(f"{cited.recorded_at:%Y-%m-%d}"),
        "version": str(cited.revision),
        "archive": f"greenapi, ledger {cited.ledger_id}",
        "archive_location": cited.path,
        "URL": cited.path,
        "note": one_line(cited.note),
    }
    return {name: value for name, value in item.items() if value}


def _date(day: str) -> dict[str, Any]:
    return {"date-parts": [[int(part) for part in day.split("-")]]}
