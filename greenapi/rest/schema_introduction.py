"""What the OpenAPI document says before anything else: how the whole API behaves, and what each part of it holds."""

from typing import Any

from .schema_headers import FOR_BROWSERS

INTRODUCTION = f"""\
Facts and pledges that governments stated in briefings: who said it, when, in which words, at which place of which copy
of the source, and what was changed since.

**Now and then.** Every answer names the revision of the database that it read (`Revision`). With `as_of` the same
question is asked of an earlier one, and answered with the same bytes for ever; only a redaction may change that.

**Lists** come in pages. `next` and `previous` are paths of other pages of the same revision: rows are neither skipped
nor repeated while others write. Orderings are total; nulls come last.

**Values.** Numbers are JSON numbers with exactly the digits stored: read them as decimals. Null means unknown, and a
field that is known to be empty is an empty string; fields are always there. Times are RFC 3339 in UTC. Links are paths
without a host.

**Errors** are problem documents (RFC 9457) with a stable `type`, also where nothing is found or the service is busy. A
parameter that is not known is an error, never ignored.

**Asking again** with `If-None-Match` and the `ETag` of an answer costs little, and gives 304 while nothing changed.

**What stays.** Within a version (`API-Version`) nothing is removed or narrowed. New addresses, optional parameters,
fields of answers, and words of their vocabularies may come at any time: ignore what you do not know. What is to go is
marked as deprecated here first, and answered with `Deprecation` and `Sunset` headers until it goes.

Each address also answers HEAD, and OPTIONS with its `Allow`. For browsers answers carry
{", ".join(f"`{name}`" for name in FOR_BROWSERS)}.
"""


def introduce(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Adds the introduction, summaries, and what each tag stands for: the first paragraph of its first address."""
    result["info"]["description"] = INTRODUCTION
    result["servers"] = [{"url": "/", "description": "Where this document is served."}]
    described: dict[str, str] = {}
    for path, operations in sorted(result["paths"].items()):
        for operation in operations.values():
            operation.setdefault("summary", _first_paragraph(operation.get("description", path)).rstrip("."))
            for tag in operation.get("tags", []):
                described.setdefault(tag, _first_paragraph(operation.get("description", path)))
    result["tags"] = [{"name": name, "description": text} for name, text in sorted(described.items())]
    return result


def _first_paragraph(text: str) -> str:
    return " ".join(text.split("\n\n", maxsplit=1)[0].split())
