"""How the rows of an import are read, in the format they were sent in, from where it was left."""

from collections.abc import Mapping
from dataclasses import dataclass

from greenapi.rest.inputs import InputSerializer

from . import csv_rows, ndjson
from .identities import has_key
from .lines import Lines
from .models import Import
from .payload import kept
from .records import Reader

MEDIA_TYPES = (ndjson.MEDIA_TYPE, csv_rows.MEDIA_TYPE)


@dataclass(frozen=True, kw_only=True)
class Importable:
    """Records that can be imported: how they are given, and how many bytes a row may have."""

    kind: type[InputSerializer]
    row_bytes: int


# By the names of their resources.
Importables = Mapping[str, Importable]


def reader_of(import_: Import, *, importable: Importable) -> Reader:
    """The rows of an import after its mark.

    Raises:
        BrokenFileError: the header of CSV is wrong.
    """
    byte, line, at_most = import_.at_byte, import_.at_line, importable.row_bytes
    rest = Lines(kept(import_, from_byte=byte), at_most=at_most, byte=byte, line=line)
    if import_.media_type == ndjson.MEDIA_TYPE:
        return ndjson.JSONLines(rest, at_most=at_most)
    reader = csv_rows.CSVRows(
        Lines(kept(import_), at_most=at_most) if byte else rest,
        kind=importable.kind,
        has_key=has_key(importable.kind),
        guarded=import_.guarded,
        at_most=at_most,
    )
    if byte:
        reader.go_on(rest)
    return reader
