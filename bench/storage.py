"""Measures how much room the versions of observations take beside the observations themselves."""

from django.db import connection

from .progress import say
from .report import Figure

GOAL = 2.5


def settle() -> None:
    """Leaves the tables as they are in use: dead rows collected, statistics fresh."""
    say("vacuum")
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE)")


def storage() -> list[Figure]:
    """Bytes per observation and per version of one, with indexes, as filled and packed."""
    found = [_figure("as filled, by updates in place")]
    say("packing the tables")
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (FULL, ANALYZE) observation")
        cursor.execute("VACUUM (FULL, ANALYZE) observation_version")
    return [*found, _figure("packed")]


def _figure(what: str) -> Figure:
    measured = {"live row": [_bytes_per_row("observation")], "version": [_bytes_per_row("observation_version")]}
    return Figure(what=what, unit="bytes", measured=measured, goal=GOAL)


def _bytes_per_row(table: str) -> float:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_total_relation_size(%s), count(*) FROM {table}", [table])
        size, rows = cursor.fetchone()
        return float(size) / float(rows)
