"""JSON bytes: Decimals as numbers with exactly their digits, times with microseconds, nothing lost."""

from datetime import datetime
from typing import Any

import msgspec

_encoder = msgspec.json.Encoder(decimal_format="number")


def encode(data: Any) -> bytes:
    """Data as compact UTF-8 JSON. Times must have been made texts by `rfc3339` before."""
    return _encoder.encode(data)


def rfc3339(moment: datetime) -> str:
    """An aware UTC moment as RFC 3339 with microseconds, always of the same length."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def rfc3339_or_null(moment: datetime | None) -> str | None:
    """The same, and null where there is none: before the first revision nothing was recorded."""
    return None if moment is None else rfc3339(moment)
