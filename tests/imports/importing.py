"""Imports as tests send them, and a worker in this process."""

import gzip
import json
from typing import Any
from urllib.parse import urlencode

from greenapi.imports.worker import work
from greenapi.urls import IMPORTABLES
from tests.rest.writes import Writer

PATH = "/api/v1/imports"
NDJSON, CSV = "application/x-ndjson", "text/csv"


def ndjson(*rows: Any) -> bytes:
    """Rows as JSON lines; a text or bytes stand as they are."""
    return b"".join((row if isinstance(row, bytes) else json.dumps(row).encode()) + b"\n" for row in rows)


def unit(number: int, **values: Any) -> dict[str, Any]:
    """A row of units."""
    return {"slug": f"unit-{number}", "name": f"unit {number}", "symbol": "u", "quantity": "share", **values}


def send(
    writer: Writer, body: bytes, *, kind: str = NDJSON, zipped: bool = False, headers: Any = (), **query: Any
) -> Any:
    """The answer to an import of units, unless another resource is given."""
    query = {"resource": "units", "reason": "A test", **query}
    given = {**writer.headers, **dict(headers)}
    if zipped:
        body, given["Content-Encoding"] = gzip.compress(body), "gzip"
    return writer.api.post(f"{PATH}?{urlencode(query)}", data=body, content_type=kind, headers=given)


def carried_out(writer: Writer, body: bytes, **options: Any) -> dict[str, Any]:
    """An import at its end."""
    answer = send(writer, body, **options)
    assert answer.status_code == 202, answer.content
    work(IMPORTABLES, forever=False)
    return read(writer, answer.headers["Location"])


def read(writer: Writer, path: str) -> dict[str, Any]:
    answer = writer.get(path)
    assert answer.status_code == 200, answer.content
    found: dict[str, Any] = json.loads(answer.content)
    return found


def report(writer: Writer, import_: dict[str, Any], **query: Any) -> list[dict[str, Any]]:
    """What became of each row."""
    answer = writer.get(f"{import_['rows']}?{urlencode(query)}" if query else import_["rows"])
    assert answer.status_code == 200, answer.content
    return [json.loads(line) for line in answer.content.splitlines()]


def outcomes(writer: Writer, import_: dict[str, Any]) -> dict[int, str]:
    """The outcome of each row, by its line."""
    return {row["line"]: row["outcome"] for row in report(writer, import_, page_size=1000)}
