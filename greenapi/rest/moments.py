"""Days and moments as parameters give them: ISO 8601 dates and RFC 3339 times, in ASCII digits only."""

import re
from datetime import UTC, date, datetime

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_MOMENT = re.compile(
    r"\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(\.\d{1,6})?(?P<offset>[Zz]|[+ -]([01]\d|2[0-3]):[0-5]\d)?", re.ASCII
)


FIRST = datetime(1, 1, 1, tzinfo=UTC)
LAST = datetime(9999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC)


class MomentError(ValueError):
    """A text that names no day or moment; its message says what would."""


def parse_day(text: str) -> date:
    """The day that `YYYY-MM-DD` names.

    Raises:
        MomentError: it names none.
    """
    if not _DAY.fullmatch(text):
        raise MomentError("Give a day as YYYY-MM-DD.")
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise MomentError(f"There is no such day: {error}.") from error


def parse_moment(text: str) -> datetime:
    """The moment, in UTC, that an RFC 3339 time with its offset names.

    A plus sign that was not escaped in an address arrives as a space and is taken for one.

    Raises:
        MomentError: it names none, or has no offset.
    """
    match = _MOMENT.fullmatch(text)
    if match is None:
        raise MomentError("Give an RFC 3339 time, such as 2026-03-01T12:00:00Z.")
    if match["offset"] is None:
        raise MomentError("A time needs an offset from UTC, such as Z or +08:00.")
    try:
        moment = datetime.fromisoformat(text.upper().replace(" ", "+"))
    except ValueError as error:
        raise MomentError(f"There is no such time: {error}.") from error
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        # Within a day of the first or last moment there is.
        return FIRST if moment.year == 1 else LAST
