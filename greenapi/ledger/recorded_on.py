"""The day of the revision that is being read, for rules that are judged within a query."""

from django.db.models import DateField
from django.db.models.expressions import RawSQL


def recorded_on() -> RawSQL:
    """The day (UTC) on which the revision that is read was recorded; inside `reading`. Null before the first."""
    return RawSQL(
        "(SELECT (r.recorded_at AT TIME ZONE 'UTC')::date FROM public.ledger_revision r WHERE r.number = coalesce("
        "nullif(nullif(current_setting('greenapi.as_of', true), ''), '0')::bigint,"
        " (SELECT number FROM public.ledger_head)))",
        [],
        DateField(),
    )
