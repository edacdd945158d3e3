"""What a release says of itself: `datapackage.json` as Frictionless (Data Package 1) has it, README and checksums."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from rest_framework import serializers

from greenapi.ledger.reading import Snapshot

from .encoding import rfc3339, rfc3339_or_null
from .exports import REV_FROM, Table, validity_columns
from .representation import IdReference, PathField, Reference
from .shapes import SEPARATOR, Column, Kind

REVISIONS = "revisions"
_TYPES = {
    Kind.TEXT: "string",
    Kind.NUMBER: "number",
    Kind.INTEGER: "integer",
    Kind.BOOLEAN: "boolean",
    Kind.DAY: "date",
    Kind.MOMENT: "datetime",
    Kind.LIST: "array",
    Kind.ANY: "any",
}


@dataclass(frozen=True, kw_only=True)
class File:
    """A file of a package as it was written: its path, what it came to, and what it is about."""

    path: str
    bytes: int
    sha256: str


@dataclass(frozen=True, kw_only=True)
class Described:
    """A table of a package: how it is described, by which column its rows are known, and the file that holds it."""

    table: Table
    description: str
    key: str
    rows: int
    file: File


def descriptor(described: Sequence[Described], *, snapshot: Snapshot, ledger: str) -> dict[str, Any]:
    """The content of `datapackage.json`. Of a licence it says nothing, because none is known."""
    keys = {one.table.resource: one.key for one in described}
    return {
        "profile": "data-package",
        "name": f"greenapi-r{snapshot.number}",
        "title": f"greenapi, revision {snapshot.number}",
        "description": "Facts and pledges that governments stated in briefings: the whole public database.",
        "version": str(snapshot.number),
        "created": rfc3339_or_null(snapshot.recorded_at),
        "ledger_id": ledger,
        "revision": snapshot.number,
        "resources": [_resource(one, keys=keys) for one in described],
    }


def readme(described: Sequence[Described], *, snapshot: Snapshot) -> str:
    """The README of a package."""
    rows = "\n".join(f"| {one.file.path} | {one.rows:,} | {one.description} |" for one in described)
    recorded = "" if snapshot.recorded_at is None else f", recorded {rfc3339(snapshot.recorded_at)}"
    return README.format(number=snapshot.number, recorded=recorded, rows=rows)


def checksums(files: Sequence[File]) -> str:
    """The content of `SHA256SUMS`, as sha256sum reads it."""
    return "".join(f"{file.sha256}  {file.path}\n" for file in files)


README = """# greenapi, revision {number}

Facts and pledges that governments stated in briefings: the whole public database as of revision {number}{recorded}.
The same revision always gives the same bytes, unless something was redacted, that is, removed from the past too.

| file | rows | what it holds |
|---|---:|---|
{rows}

`datapackage.json` gives the type and meaning of each column, the primary keys, and the foreign keys that join the
tables. Each row's `rev_from` is the revision that recorded its values.

- The files are CSV (RFC 4180) in UTF-8. An empty cell is null, that is, unknown; `""` is an empty text.
- Lists stand in one cell as JSON.
- A text that a spreadsheet would take for a formula begins with an apostrophe: take one off wherever apostrophes
  followed by one of `= + - @`, a tab or a carriage return begin a text. Numbers never have one.
- Texts of the sources belong to their publishers. What is here of them is what the API shows to everybody.
- No licence is stated, because none is known.

`sha256sum --check SHA256SUMS` tells whether the files are whole.
"""


def _resource(described: Described, *, keys: dict[str, str]) -> dict[str, Any]:
    table = described.table
    columns = [*(validity_columns() if table.versioned else ()), *table.columns]
    schema: dict[str, Any] = {
        "fields": [_field(column) for column in columns],
        "missingValues": [""],
        "primaryKey": described.key,
    }
    links = [link for link in _links(table) if keys.get(link["reference"]["resource"]) == link["reference"]["fields"]]
    if links:
        schema["foreignKeys"] = links
    return {
        "profile": "tabular-data-resource",
        "name": table.resource,
        "path": described.file.path,
        "description": described.description,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "dialect": {"delimiter": ",", "lineTerminator": "\r\n", "quoteChar": '"', "doubleQuote": True, "header": True},
        "bytes": described.file.bytes,
        "hash": f"sha256:{described.file.sha256}",
        "schema": schema,
    }


def _field(column: Column) -> dict[str, Any]:
    field: dict[str, Any] = {
        "name": column.name,
        "type": _TYPES[column.shape.kind],
        "description": column.shape.description,
    }
    if column.shape.choices:
        field["constraints"] = {"enum": list(column.shape.choices)}
    return field


def _links(table: Table) -> Iterator[dict[str, Any]]:
    """The foreign keys of a table: of each object in a row that is a reference."""
    if table.versioned:
        yield _link(REV_FROM, resource=REVISIONS, key="number")
    for path, resource, key in _references(table.serializer(), path=()):
        yield _link(SEPARATOR.join((*path, key)), resource=resource, key=key)


def _link(column: str, *, resource: str, key: str) -> dict[str, Any]:
    return {"fields": column, "reference": {"resource": resource, "fields": key}}


def _references(
    serializer: serializers.BaseSerializer[Any], *, path: tuple[str, ...]
) -> Iterator[tuple[tuple[str, ...], str, str]]:
    """Where an object in a row refers to another resource: the names that lead to it, the resource, and its key."""
    members: dict[str, Any] = getattr(serializer, "fields", {})
    for name, member in members.items():
        match member:
            case Reference():
                yield (*path, name), member.resource, "slug"
            case IdReference():
                yield (*path, name), member.resource, "id"
            case PathField() if path and member.key in members:
                yield path, member.resource, member.key
            case serializers.Serializer():
                yield from _references(member, path=(*path, name))
            case _:
                pass
