"""Which past state of the database is asked for."""

from dataclasses import dataclass
from datetime import date, datetime, timezone

Moment = int | str | date | datetime


@dataclass(frozen=True)
class AsOf:
    """A value of the parameter `as_of`: `number` is the revision when it names one by number."""

    text: str
    number: int | None = None


def as_of(moment: Moment) -> AsOf:
    """A revision's number; a date, which means the end of that day in UTC; an aware time; or any of them as text.

    Raises:
        TypeError: it is none of these.
        ValueError: a negative number, or a time without offset from UTC.
    """
    match moment:
        case bool():
            raise TypeError("a truth value names no revision")
        case int() if moment < 0:
            raise ValueError("revisions are numbered from 0")
        case int():
            return AsOf(str(moment), moment)
        case datetime():
            return AsOf(in_utc(moment))
        case date():
            return AsOf(moment.isoformat())
        case str() if moment.isascii() and moment.isdigit():
            return AsOf(moment, int(moment))
        case str() if moment:
            return AsOf(moment)
        case _:
            raise TypeError(f"give a revision's number, a date, an aware datetime or a text, not {moment!r}")


def in_utc(moment: datetime) -> str:
    """An aware moment as RFC 3339 in UTC.

    Raises:
        ValueError: it has no offset.
    """
    if moment.utcoffset() is None:
        raise ValueError(f"{moment.isoformat()} has no offset from UTC")
    return moment.astimezone(timezone.utc).isoformat().replace("+00:00", "Z")
