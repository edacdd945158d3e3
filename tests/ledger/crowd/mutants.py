"""Ledgers that are wrong on purpose: the installed functions of this test's own database with one idea replaced.

What is replaced is looked for in the functions as they are installed, so that a mutant cannot go stale unnoticed.
"""

from django.db import connection


def stamp_of_the_transaction() -> None:
    """A revision is stamped with now(), which is when its transaction began."""
    _replace("ledger_open", "greatest(clock_timestamp(), h.closed_at + interval '1 microsecond')", by="now()")
    # The guard of the head would refuse a stamp that goes back, and so hide what it is there for.
    _execute("ALTER TABLE ledger_head DISABLE TRIGGER guard_head")


def number_without_a_lock() -> None:
    """A revision's number comes from a sequence, and nobody waits for anybody until the end."""
    # Guards and seal would stop it before anybody could read what it did.
    _execute(
        "CREATE SEQUENCE unlocked; SELECT setval('unlocked', number + 1, false) FROM ledger_head;"
        "ALTER TABLE ledger_head DISABLE TRIGGER USER; ALTER TABLE ledger_revision DISABLE TRIGGER USER"
    )
    _replace("ledger_open", "PERFORM pg_advisory_xact_lock('ledger_head'::regclass::oid::bigint);", by="")
    _replace(
        "ledger_open",
        _between("ledger_open", "UPDATE ledger_head h", "INTO number, recorded_at;"),
        by="number := nextval('unlocked'); recorded_at := clock_timestamp();",
    )
    _replace("ledger_require", "h.number = n AND h.writer = pg_current_xact_id_if_assigned()", by="true")
    _replace("ledger_changed", "WHERE NOT changed", by="WHERE false")
    _replace(
        "ledger_close",
        "IF (SELECT NOT h.changed FROM ledger_head h WHERE h.number = n) THEN",
        by="UPDATE ledger_head SET number = greatest(number, n), closed_at = clock_timestamp(); IF false THEN",
    )


def _replace(function: str, text: str, *, by: str) -> None:
    source = _source(function)
    assert source.count(text) == 1, f"{function} has no such place any more: {text}"
    _execute(source.replace(text, by))


def _between(function: str, start: str, end: str) -> str:
    """The text of a function from one place to another, both included."""
    _, found, rest = _source(function).partition(start)
    assert found and end in rest, f"{function} has no such place any more: {start} … {end}"
    return start + rest[: rest.index(end)] + end


def _source(function: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_functiondef(%s::regproc)", [function])
        source: str = cursor.fetchone()[0]
    return source


def _execute(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)
