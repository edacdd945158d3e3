"""When a server says to come back."""

from datetime import datetime, timezone
from email.utils import parsedate_to_datetime


def seconds(header: str | None) -> float | None:
    """A `Retry-After` header (RFC 9110: whole seconds, or a date) in seconds from now, 0 at least; None for neither."""
    if header is None:
        return None
    text = header.strip()
    if text.isascii() and text.isdigit():
        return float(text)
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=timezone.utc)
    return max(0.0, (moment - datetime.now(timezone.utc)).total_seconds())
