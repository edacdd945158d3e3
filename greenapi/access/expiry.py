"""How long tokens work."""

from datetime import UTC, date, datetime, time, timedelta

from django.utils import timezone

DEFAULT_DAYS = 90
LONGEST_DAYS = 3650


def end_of(day: date) -> datetime:
    """The last moment of a day in UTC."""
    return datetime.combine(day, time.max, tzinfo=UTC)


def expiry(text: str) -> datetime:
    """The moment that ends a token's life: a number of days from now, or the end of a day in UTC.

    Raises:
        ValueError: it is neither, or more than ten years away.
    """
    if text.isascii() and text.isdigit() and 0 < int(text[:6]) <= LONGEST_DAYS:
        return timezone.now() + timedelta(days=int(text[:6]))
    end = end_of(date.fromisoformat(text))
    if end > timezone.now() + timedelta(days=LONGEST_DAYS):
        raise ValueError(text)
    return end
