"""An import, and what became of its rows, as they are answered."""

from collections.abc import Iterable
from typing import Any

from greenapi.rest.encoding import encode, rfc3339
from greenapi.rest.paths import API_PREFIX

from .models import Import, ImportedRow, Outcome, Progress, State

PATH = f"{API_PREFIX}/imports"


def path_of(import_: Import) -> str:
    """The address of an import."""
    return f"{PATH}/{import_.pk}"


def shown(import_: Import) -> dict[str, Any]:
    """An import as it stands, or runs at this moment."""
    return {
        "id": str(import_.pk),
        "user": import_.user.get_username(),
        "resource": import_.resource,
        "media_type": import_.media_type,
        "mode": import_.mode,
        "submit": import_.submit,
        "dry_run": import_.dry_run,
        "guarded": import_.guarded,
        "reason": import_.reason,
        "change_class": import_.change_class,
        "state": import_.state,
        "detail": import_.detail or None,
        "created_at": rfc3339(import_.created_at),
        "started_at": import_.started_at and rfc3339(import_.started_at),
        "finished_at": import_.finished_at and rfc3339(import_.finished_at),
        "progress": _progress(import_),
        "counts": {name: getattr(import_, name) for name in Outcome.values},
        "first_revision": import_.first_revision,
        "last_revision": import_.last_revision,
        "rows": f"{path_of(import_)}/rows",
    }


def lines(rows: Iterable[ImportedRow]) -> bytes:
    """What became of rows, a line of JSON each."""
    return b"".join(
        encode({"line": row.line, "outcome": row.outcome, "key": row.key, "errors": row.errors}) + b"\n" for row in rows
    )


def _progress(import_: Import) -> dict[str, Any]:
    told = Progress.objects.filter(of=import_).first() if import_.state == State.RUNNING else None
    if told is not None:
        stage, byte, read, done, refused = told.stage, told.at_byte, told.read, told.done, told.refused
    else:
        stage, byte, refused = None, import_.at_byte, import_.refused
        done = import_.added + import_.changed + import_.unchanged
        read = done + refused
    return {
        "stage": stage,
        "bytes": import_.size,
        "bytes_read": byte,
        "rows_read": read,
        "rows_done": done,
        "rows_refused": refused,
    }
