"""Exports as JSON, one row a line."""

from collections.abc import Iterable

from .encoding import encode
from .exports import Export, Exported, Table, Writer


class NDJSON(Export):
    """Each line is the object that the list shows, and ends with a line feed."""

    format = "ndjson"
    media_type = "application/x-ndjson"
    also = ("application/ndjson", "application/jsonl", "application/x-jsonlines")

    def writer(self, table: Table) -> Writer:
        return _Lines()


class _Lines(Writer):
    def rows(self, rows: Iterable[Exported]) -> bytes:
        return b"".join(encode(row.listed) + b"\n" for row in rows)
